import { invalid, notSupported, required, tooLong, type FieldError } from '../../meta/field-error.ts'
import { templateErrors, templateWarnings } from '../core/pod-template.ts'
import { domainPathErrors } from '../domain-path.ts'
import { at, where, type Path } from '../field-path.ts'
import type { JobSpec } from '../generated/batch.gen.ts'
import { goShown } from '../internal-shape.ts'
import { nonNegative } from '../workload.ts'
import { failurePolicyErrors, successPolicyErrors } from './job-policies.ts'

/** Numbers of pkg/apis/batch/validation/validation.go. */
const INDEXED_PARALLELISM_MAX = 100_000
const FAILED_INDEXES_MAX = 100_000
const COMPLETIONS_SOFT_MAX = 100_000
const HIGH_PARALLELISM_MAX = 10_000
const HIGH_FAILED_INDEXES_MAX = 10_000
const MANAGED_BY_BYTES_MAX = 63

const COUNTS = [
  'parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished',
  'backoffLimitPerIndex', 'maxFailedIndexes',
] as const
const MODES = ['NonIndexed', 'Indexed']
const REPLACEMENTS = ['Failed', 'TerminatingOrFailed']

/** What a Job and a template of Jobs share. Source: batch/validation validateJobSpec. */
export function jobSpecErrors(errors: FieldError[], path: Path, spec: JobSpec): void {
  for (const name of COUNTS) nonNegative(errors, path, name, spec[name])
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(required(where(path, 'backoffLimitPerIndex'), 'when maxFailedIndexes is specified'))
  managedByErrors(errors, path, spec.managedBy)
  const { completionMode: mode = 'NonIndexed' } = spec
  if (!MODES.includes(mode)) errors.push(notSupported(where(path, 'completionMode'), mode, MODES))
  if (mode === 'Indexed') indexedErrors(errors, path, spec)
  if (mode === 'NonIndexed')
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
      if (spec[name] !== undefined)
        errors.push(invalid(where(path, name), spec[name], 'requires indexed completion mode'))
  if (spec.podFailurePolicy) failurePolicyErrors(errors, at(path, 'podFailurePolicy'), spec)
  if (spec.successPolicy && mode !== 'Indexed')
    errors.push(
      invalid(
        where(path, 'successPolicy'),
        goShown('batch.SuccessPolicy', spec.successPolicy),
        'requires indexed completion mode',
      ),
    )
  else if (spec.successPolicy) successPolicyErrors(errors, at(path, 'successPolicy'), spec)
  replacementErrors(errors, path, spec)
  templateErrors(errors, at(path, 'template'), spec.template ?? {})
  restartErrors(errors, path, spec)
}

function managedByErrors(errors: FieldError[], path: Path, managedBy: string | undefined): void {
  if (managedBy === undefined) return
  const field = where(path, 'managedBy')
  errors.push(...domainPathErrors(field, managedBy))
  if (managedBy.length > MANAGED_BY_BYTES_MAX) errors.push(tooLong(field, MANAGED_BY_BYTES_MAX))
}

function indexedErrors(errors: FieldError[], path: Path, spec: JobSpec): void {
  const { completions, parallelism = 0, maxFailedIndexes: failed, backoffLimitPerIndex } = spec
  const refuse = (name: keyof JobSpec, detail: string): void =>
    void errors.push(invalid(where(path, name), spec[name], detail))
  if (completions === undefined)
    errors.push(required(where(path, 'completions'), 'when completion mode is Indexed'))
  if (parallelism > INDEXED_PARALLELISM_MAX)
    refuse(
      'parallelism',
      `must be less than or equal to ${INDEXED_PARALLELISM_MAX} when completion mode is Indexed`,
    )
  if (completions !== undefined && failed !== undefined && failed > completions)
    refuse('maxFailedIndexes', 'must be less than or equal to completions')
  if (failed !== undefined && failed > FAILED_INDEXES_MAX)
    refuse('maxFailedIndexes', `must be less than or equal to ${FAILED_INDEXES_MAX}`)
  if (completions === undefined || completions <= COMPLETIONS_SOFT_MAX) return
  if (backoffLimitPerIndex === undefined) return
  const above = `when completions are above ${COMPLETIONS_SOFT_MAX} and used with backoff limit per index`
  if (failed === undefined)
    errors.push(
      required(
        where(path, 'maxFailedIndexes'),
        `must be specified when completions is above ${COMPLETIONS_SOFT_MAX}`,
      ),
    )
  if (parallelism > HIGH_PARALLELISM_MAX)
    refuse('parallelism', `must be less than or equal to ${HIGH_PARALLELISM_MAX} ${above}`)
  if (failed !== undefined && failed > HIGH_FAILED_INDEXES_MAX)
    refuse('maxFailedIndexes', `must be less than or equal to ${HIGH_FAILED_INDEXES_MAX} ${above}`)
}

/** Source: batch/validation validatePodReplacementPolicy. */
function replacementErrors(errors: FieldError[], path: Path, spec: JobSpec): void {
  const { podReplacementPolicy: policy, podFailurePolicy } = spec
  if (policy === undefined) return
  const supported = podFailurePolicy ? ['Failed'] : REPLACEMENTS
  if (!supported.includes(policy))
    errors.push(notSupported(where(path, 'podReplacementPolicy'), policy, supported))
}

function restartErrors(errors: FieldError[], path: Path, spec: JobSpec): void {
  const policy = spec.template?.spec?.restartPolicy ?? ''
  const field = where(path, 'template', 'spec', 'restartPolicy')
  if (policy === '' || policy === 'Always')
    errors.push(required(field, 'valid values: "OnFailure", "Never"'))
  else if (policy !== 'OnFailure' && policy !== 'Never')
    errors.push(notSupported(field, policy, ['OnFailure', 'Never']))
  else if (spec.podFailurePolicy && policy !== 'Never')
    errors.push(invalid(field, policy, 'only "Never" is supported when podFailurePolicy is specified'))
}

/** Source: pkg/api/job WarningsForJobSpec. */
export function jobSpecWarnings(path: Path, spec: JobSpec): string[] {
  const large =
    spec.completionMode === 'Indexed' &&
    (spec.completions ?? 0) > COMPLETIONS_SOFT_MAX &&
    (spec.parallelism ?? 0) > HIGH_PARALLELISM_MAX
  const warnings = templateWarnings(at(path, 'template'), spec.template)
  if (!large) return warnings
  return [
    `${where(path)}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
    ...warnings,
  ]
}
