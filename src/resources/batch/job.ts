import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import { labelSelectorCell, labelSelectorOf, matches } from '../../meta/label-selector.ts'
import { isDns1123Label, nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText, humanDuration, parseTime } from '../../meta/timestamp.ts'
import { hasInvalidLabelValue, validateLabelSelector } from '../../meta/validate-label-selector.ts'
import { containerImages, containerNames } from '../cells.ts'
import { setTemplateDefaults } from '../core/pod-template.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at, whereKey } from '../field-path.ts'
import type { Job, JobSpec } from '../generated/batch.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { shownMap } from '../internal-shape.ts'
import type { LabelSelector } from '../generated/meta.gen.ts'
import { podNameWarnings } from '../workload.ts'
import { setFailurePolicyDefaults } from './job-policies.ts'
import { jobSpecErrors, jobSpecWarnings } from './job-spec.ts'
import { jobStatusErrors } from './job-status.ts'
import { hasCondition, jobImmutableErrors } from './job-update.ts'

const SPEC = at(undefined, 'spec')
const TEMPLATE_LABELS = at(at(at(SPEC, 'template'), 'metadata'), 'labels')
const INT32_MAX = 2_147_483_647
const BACKOFF_LIMIT_DEFAULT = 6

/** Labels by which a Job finds its Pods. Source: pkg/apis/batch/types.go. */
export const JOB_NAME = 'batch.kubernetes.io/job-name'
export const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid'
const LEGACY_JOB_NAME = 'job-name'
const LEGACY_CONTROLLER_UID = 'controller-uid'

/** Source: pkg/registry/batch/job/strategy.go. */
export const job = define<Job>({
  resource: 'jobs.batch',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  categories: ['all'],
  namespaced: true,
  served: [{ group: 'batch', version: 'v1', schema: 'io.k8s.api.batch.v1.Job' }],
  validateName: nameIsDnsSubdomain,
  defaults,
  prepareCreate(object) {
    const spec = object.spec!
    if (!spec.manualSelector) generateSelector(object, spec)
    object.status = {}
    delete spec.scheduling
  },
  prepareUpdate(object, before) {
    object.status = before.status
    if (!before.spec?.scheduling) delete object.spec?.scheduling
  },
  validate: (object) => jobErrors(object, undefined),
  validateUpdate: jobErrors,
  warnings(object, before) {
    if (before && equal(object.spec, before.spec)) return []
    return [
      ...(before ? [] : podNameWarnings(object.metadata.name ?? '')),
      ...jobSpecWarnings(SPEC, object.spec!),
    ]
  },
  generationOf: ['spec'],
  defaultPropagation: 'Orphan',
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: jobStatusErrors,
  },
  fields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
  columns: COLUMNS.Job,
  cells,
})

/** Source: pkg/apis/batch/v1/defaults.go SetDefaults_Job. */
function defaults(object: Job): void {
  const spec = (object.spec ??= { template: {} })
  setTemplateDefaults((spec.template ??= {}))
  setFailurePolicyDefaults(spec)
  setJobSpecDefaults(spec)
  const { labels } = spec.template.metadata ?? {}
  if (labels && Object.keys(object.metadata.labels ?? {}).length === 0)
    object.metadata.labels = { ...labels }
}

function setJobSpecDefaults(spec: JobSpec): void {
  if (spec.parallelism === undefined) spec.completions ??= 1
  spec.parallelism ??= 1
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? BACKOFF_LIMIT_DEFAULT : INT32_MAX
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
  spec.manualSelector ??= false
}

/** Labels that no other Job's Pods have; what the user set wrongly is refused by validation. */
function generateSelector({ metadata }: Job, spec: JobSpec): void {
  const labels = ((spec.template.metadata ??= {}).labels ??= {})
  const [name, uid] = [metadata.name ?? '', metadata.uid ?? '']
  labels[LEGACY_JOB_NAME] ??= name
  labels[JOB_NAME] ??= name
  labels[LEGACY_CONTROLLER_UID] ??= uid
  labels[CONTROLLER_UID] ??= uid
  const selected = ((spec.selector ??= {}).matchLabels ??= {})
  selected[CONTROLLER_UID] ??= uid
}

function jobErrors(object: Job, before: Job | undefined): FieldError[] {
  const spec = object.spec!
  const errors: FieldError[] = []
  const oldLabels = before?.spec?.template.metadata?.labels
  const prefixed = !before || (oldLabels?.[JOB_NAME] !== undefined && oldLabels[CONTROLLER_UID] !== undefined)
  if (!before) generatedErrors(errors, object, prefixed)
  jobSpecErrors(errors, SPEC, spec)
  selectorErrors(errors, spec, hasInvalidLabelValue(before?.spec?.selector))
  if (before) jobImmutableErrors(errors, object, before)
  hostNameErrors(errors, object)
  return errors
}

/** Source: batch/validation validateGeneratedSelector. */
function generatedErrors(errors: FieldError[], { metadata, spec }: Job, prefixed: boolean): void {
  const { manualSelector, selector, template } = spec!
  if (manualSelector || !selector) return
  const { name = '', uid = '' } = metadata
  if (uid === '') errors.push(required('metadata.uid', ''))
  const wanted: Record<string, string> = { [LEGACY_CONTROLLER_UID]: uid, [LEGACY_JOB_NAME]: name }
  if (prefixed) Object.assign(wanted, { [CONTROLLER_UID]: uid, [JOB_NAME]: name })
  for (const [key, value] of Object.entries(wanted)) {
    const has = template.metadata?.labels?.[key]
    if (has === undefined) errors.push(required(whereKey(TEMPLATE_LABELS, key), `must be '${value}'`))
    else if (has !== value)
      errors.push(invalid(whereKey(TEMPLATE_LABELS, key), shownMap(template.metadata?.labels), `must be '${value}'`))
  }
  const compiled = labelSelectorOf(selector)
  if (compiled.ok && !matches(compiled.value, wanted))
    errors.push(invalid('spec.selector', shownSelector(selector), '`selector` not auto-generated'))
}

function selectorErrors(errors: FieldError[], spec: JobSpec, allowInvalidValues: boolean): void {
  const { selector, template } = spec
  if (!selector) errors.push(required('spec.selector', ''))
  else errors.push(...validateLabelSelector('spec.selector', selector, { allowInvalidValues }))
  const compiled = labelSelectorOf(selector)
  if (compiled.ok && !matches(compiled.value, template.metadata?.labels))
    errors.push(
      invalid(
        'spec.template.metadata.labels',
        shownMap(template.metadata?.labels),
        '`selector` does not match template `labels`',
      ),
    )
}

const shownSelector = ({ matchLabels, ...rest }: LabelSelector): object => ({
  ...(matchLabels && { matchLabels: shownMap(matchLabels) }),
  ...rest,
})

/** Pods of an Indexed Job have their index in their host name. */
function hostNameErrors(errors: FieldError[], { metadata, spec }: Job): void {
  const { completionMode, completions = 0 } = spec!
  if (completionMode !== 'Indexed' || completions <= 0) return
  const longest = `${metadata.name}-${completions - 1}`
  if (isDns1123Label(longest).length > 0)
    errors.push(
      invalid('metadata.name', metadata.name, `will not able to create pod with invalid DNS label: ${longest}`),
    )
}

/** Which condition is shown, first match. Source: printers.go printJob. */
const SHOWN_FIRST = ['Complete', 'Failed'] as const
const SHOWN_AFTER = ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'] as const

function cells({ metadata, spec, status }: Job, now: number): (string | number)[] {
  const { startTime, completionTime, succeeded = 0 } = status ?? {}
  const parallelism = spec?.parallelism ?? 0
  const wanted = spec?.completions ?? (parallelism > 1 ? `1 of ${parallelism}` : 1)
  const start = startTime ? parseTime(startTime)! : undefined
  const end = completionTime ? parseTime(completionTime)! : now
  return [
    metadata.name ?? '',
    statusCell(metadata.deletionTimestamp !== undefined, status),
    `${succeeded}/${wanted}`,
    start === undefined ? '' : humanDuration(end - start),
    ageText(metadata.creationTimestamp, now),
    containerNames(spec?.template.spec?.containers),
    containerImages(spec?.template.spec?.containers),
    labelSelectorCell(spec?.selector),
  ]
}

function statusCell(deleting: boolean, status: Job['status']): string {
  const is = (type: string): boolean => hasCondition(status?.conditions, type)
  const done = SHOWN_FIRST.find(is)
  if (done) return done
  if (deleting) return 'Terminating'
  return SHOWN_AFTER.find(is) ?? 'Running'
}
