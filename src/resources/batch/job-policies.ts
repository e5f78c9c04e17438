import {
  duplicate, invalid, invalidPlain, notSupported, required, tooLong, tooMany, type FieldError,
} from '../../meta/field-error.ts'
import { checkQualified } from '../checks.ts'
import { at, where, type Path } from '../field-path.ts'
import type {
  JobSpec, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule, SuccessPolicyRule,
} from '../generated/batch.gen.ts'
import { nonNegative } from '../workload.ts'
import { countIndexes } from './job-indexes.ts'

/** Numbers of pkg/apis/batch/validation/validation.go. */
const RULES_MAX = 20
const EXIT_CODES_MAX = 255
const PATTERNS_MAX = 20
const INDEXES_BYTES_MAX = 64 * 1024

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const OPERATORS = ['In', 'NotIn']
const STATUSES = ['False', 'True', 'Unknown']

/** Source: batch/v1 SetDefaults_PodFailurePolicyOnPodConditionsPattern. */
export function setFailurePolicyDefaults(spec: JobSpec): void {
  for (const { onPodConditions } of spec.podFailurePolicy?.rules ?? [])
    for (const pattern of onPodConditions ?? []) pattern.status ||= 'True'
}

/** Source: batch/validation validatePodFailurePolicy. */
export function failurePolicyErrors(errors: FieldError[], path: Path, spec: JobSpec): void {
  const rules = spec.podFailurePolicy?.rules ?? []
  const list = at(path, 'rules')
  if (rules.length > RULES_MAX) errors.push(tooMany(where(list), rules.length, RULES_MAX))
  const pod = spec.template?.spec
  const names = new Set([...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map((c) => c.name))
  for (const [i, rule] of rules.entries()) failureRuleErrors(errors, at(list, i), { spec, rule, names })
}

interface RuleCase {
  readonly spec: JobSpec
  readonly rule: PodFailurePolicyRule
  readonly names: ReadonlySet<string>
}

function failureRuleErrors(errors: FieldError[], path: Path, { spec, rule, names }: RuleCase): void {
  const { action = '', onExitCodes, onPodConditions = [] } = rule
  checkWord(errors, at(path, 'action'), action, ACTIONS)
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
    errors.push(invalid(where(path, 'action'), action, 'requires the backoffLimitPerIndex to be set'))
  if (onExitCodes) exitCodeErrors(errors, at(path, 'onExitCodes'), onExitCodes, names)
  if (onPodConditions.length > 0) patternErrors(errors, at(path, 'onPodConditions'), onPodConditions)
  if (onExitCodes && onPodConditions.length > 0)
    errors.push(
      invalidPlain(where(path), 'specifying both OnExitCodes and OnPodConditions is not supported'),
    )
  if (!onExitCodes && onPodConditions.length === 0)
    errors.push(
      invalidPlain(where(path), 'specifying one of OnExitCodes and OnPodConditions is required'),
    )
}

function checkWord(errors: FieldError[], path: Path, word: string, supported: readonly string[]): void {
  if (word === '')
    errors.push(required(where(path), `valid values: [${supported.map((s) => `"${s}"`).join(' ')}]`))
  else if (!supported.includes(word)) errors.push(notSupported(where(path), word, supported))
}

function patternErrors(
  errors: FieldError[],
  path: Path,
  patterns: readonly PodFailurePolicyOnPodConditionsPattern[],
): void {
  if (patterns.length > PATTERNS_MAX) errors.push(tooMany(where(path), patterns.length, PATTERNS_MAX))
  for (const [i, { type = '', status = '' }] of patterns.entries()) {
    checkQualified(errors, at(path, i), 'type', type)
    checkWord(errors, at(at(path, i), 'status'), status, STATUSES)
  }
}

function exitCodeErrors(
  errors: FieldError[],
  path: Path,
  { operator = '', containerName, values = [] }: PodFailurePolicyOnExitCodesRequirement,
  names: ReadonlySet<string>,
): void {
  checkWord(errors, at(path, 'operator'), operator, OPERATORS)
  if (containerName !== undefined && !names.has(containerName))
    errors.push(
      invalid(
        where(path, 'containerName'),
        containerName,
        'must be one of the container or initContainer names in the pod template',
      ),
    )
  const list = at(path, 'values')
  if (values.length === 0) errors.push(invalid(where(list), null, 'at least one value is required'))
  else if (values.length > EXIT_CODES_MAX)
    errors.push(tooMany(where(list), values.length, EXIT_CODES_MAX))
  const seen = new Set<number>()
  for (const [i, value] of values.entries()) {
    if (operator === 'In' && value === 0)
      errors.push(invalid(where(list, i), value, 'must not be 0 for the In operator'))
    if (seen.has(value)) errors.push(duplicate(where(list, i), value))
    seen.add(value)
  }
  if (values.some((value, i) => i > 0 && values[i - 1]! > value))
    errors.push(invalid(where(list), values, 'must be ordered'))
}

/** Source: batch/validation validateSuccessPolicy. */
export function successPolicyErrors(errors: FieldError[], path: Path, spec: JobSpec): void {
  const rules = spec.successPolicy?.rules ?? []
  const list = at(path, 'rules')
  if (rules.length === 0)
    errors.push(
      required(where(list), 'at least one rules must be specified when the successPolicy is specified'),
    )
  if (rules.length > RULES_MAX) errors.push(tooMany(where(list), rules.length, RULES_MAX))
  for (const [i, rule] of rules.entries())
    successRuleErrors(errors, at(list, i), rule, spec.completions ?? 0)
}

function successRuleErrors(
  errors: FieldError[],
  path: Path,
  { succeededCount: count, succeededIndexes: indexes }: SuccessPolicyRule,
  completions: number,
): void {
  if (count === undefined && indexes === undefined)
    errors.push(
      required(where(path), 'at least one of succeededCount or succeededIndexes must be specified'),
    )
  let total = 0
  if (indexes !== undefined) {
    const field = where(path, 'succeededIndexes')
    if (indexes.length > INDEXES_BYTES_MAX) errors.push(tooLong(field, INDEXES_BYTES_MAX))
    const counted = countIndexes(indexes, completions)
    if (counted.ok) total = counted.value
    else errors.push(invalid(field, indexes, `error parsing succeededIndexes: ${counted.error}`))
  }
  if (count === undefined) return
  nonNegative(errors, path, 'succeededCount', count)
  const tooBig = (limit: number, what: string): void => {
    if (count > limit)
      errors.push(
        invalid(where(path, 'succeededCount'), count, `must be less than or equal to ${limit} (the number of ${what})`),
      )
  }
  tooBig(completions, 'specified completions')
  if (indexes !== undefined) tooBig(total, 'indexes in the specified succeededIndexes field')
}
