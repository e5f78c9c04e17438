import { invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { parseCron } from '../../meta/cron.ts'
import { labelSelectorCell } from '../../meta/label-selector.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { timeZoneProblem } from '../../meta/time-zone.ts'
import { ageText } from '../../meta/timestamp.ts'
import { boolCell, containerImages, containerNames } from '../cells.ts'
import { setTemplateDefaults } from '../core/pod-template.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at, where } from '../field-path.ts'
import type { CronJob, CronJobSpec, JobTemplateSpec } from '../generated/batch.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { nonNegative, podNameWarnings } from '../workload.ts'
import { setFailurePolicyDefaults } from './job-policies.ts'
import { jobSpecErrors, jobSpecWarnings } from './job-spec.ts'

const SPEC = at(undefined, 'spec')
const JOB_SPEC = at(at(SPEC, 'jobTemplate'), 'spec')
const POLICIES = ['Allow', 'Forbid', 'Replace']
/** A Job's name has 63 bytes, of which the controller's suffix takes 11. */
const NAME_BYTES_MAX = 52
const SUCCESSFUL_DEFAULT = 3
const ZONE_PART = /^[A-Za-z.\-_0-9+]{1,14}$/

/** Source: pkg/registry/batch/cronjob/strategy.go. */
export const cronJob = define<CronJob>({
  resource: 'cronjobs.batch',
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  served: [{ group: 'batch', version: 'v1', schema: 'io.k8s.api.batch.v1.CronJob' }],
  validateName: nameIsDnsSubdomain,
  defaults,
  prepareCreate(object) {
    object.status = {}
    delete object.spec.jobTemplate.spec?.scheduling
  },
  prepareUpdate(object, before) {
    object.status = before.status
    if (!before.spec.jobTemplate.spec?.scheduling) delete object.spec.jobTemplate.spec?.scheduling
  },
  validate(object) {
    const errors = specErrors(object.spec, undefined)
    const { name = '' } = object.metadata
    if (name.length > NAME_BYTES_MAX)
      errors.push(invalid('metadata.name', name, 'must be no more than 52 characters'))
    return errors
  },
  validateUpdate: (object, before) => specErrors(object.spec, before.spec),
  warnings,
  generationOf: ['spec'],
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: () => [],
  },
  columns: COLUMNS.CronJob,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '',
    spec.schedule,
    spec.timeZone ?? '<none>',
    boolCell(spec.suspend),
    status?.active?.length ?? 0,
    status?.lastScheduleTime ? ageText(status.lastScheduleTime, now) : '<none>',
    ageText(metadata.creationTimestamp, now),
    containerNames(spec.jobTemplate.spec?.template.spec?.containers),
    containerImages(spec.jobTemplate.spec?.template.spec?.containers),
    labelSelectorCell(spec.jobTemplate.spec?.selector),
  ],
})

/** Source: pkg/apis/batch/v1/defaults.go SetDefaults_CronJob: the Job's own defaults come with the Job. */
function defaults(object: CronJob): void {
  const spec = (object.spec ??= { schedule: '', jobTemplate: {} })
  spec.concurrencyPolicy ||= 'Allow'
  spec.suspend ??= false
  spec.successfulJobsHistoryLimit ??= SUCCESSFUL_DEFAULT
  spec.failedJobsHistoryLimit ??= 1
  const job = ((spec.jobTemplate ??= {}).spec ??= { template: {} })
  setFailurePolicyDefaults(job)
  setTemplateDefaults((job.template ??= {}))
}

/** Source: batch/validation validateCronJobSpec. */
function specErrors(spec: CronJobSpec, old: CronJobSpec | undefined): FieldError[] {
  const errors: FieldError[] = []
  scheduleErrors(errors, spec, old?.schedule?.includes('TZ') ?? false)
  nonNegative(errors, SPEC, 'startingDeadlineSeconds', spec.startingDeadlineSeconds)
  if (!old || old.timeZone !== spec.timeZone) zoneErrors(errors, spec.timeZone)
  const policy = spec.concurrencyPolicy ?? ''
  if (policy === '') errors.push(required('spec.concurrencyPolicy', ''))
  else if (!POLICIES.includes(policy))
    errors.push(notSupported('spec.concurrencyPolicy', policy, POLICIES))
  templateErrors(errors, spec.jobTemplate)
  nonNegative(errors, SPEC, 'successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit)
  nonNegative(errors, SPEC, 'failedJobsHistoryLimit', spec.failedJobsHistoryLimit)
  return errors
}

function scheduleErrors(errors: FieldError[], { schedule, timeZone }: CronJobSpec, mayHaveZone: boolean): void {
  const field = 'spec.schedule'
  if (!schedule) return void errors.push(required(field, ''))
  const parsed = parseCron(schedule)
  if (!parsed.ok) errors.push(invalid(field, schedule, parsed.error))
  if (!schedule.includes('TZ')) return
  if (!mayHaveZone)
    errors.push(invalid(field, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'))
  else if (timeZone !== undefined)
    errors.push(invalid(field, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'))
}

/** Source: batch/validation validateTimeZone. */
function zoneErrors(errors: FieldError[], zone: string | undefined): void {
  const refuse = (detail: string): void => void errors.push(invalid('spec.timeZone', zone, detail))
  if (zone === undefined) return
  if (zone === '') return refuse('timeZone must be nil or non-empty string')
  const odd = (part: string): boolean =>
    part === '.' || part === '..' || part.startsWith('-') || !ZONE_PART.test(part)
  if (zone.split('/').some(odd)) return refuse(`unknown time zone ${zone}`)
  if (zone.toLowerCase() === 'local')
    refuse('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')
  const problem = timeZoneProblem(zone)
  if (problem !== undefined) refuse(problem)
}

/** The controller makes selectors; nobody else does. */
function templateErrors(errors: FieldError[], { spec }: JobTemplateSpec): void {
  if (!spec) return
  jobSpecErrors(errors, JOB_SPEC, spec)
  if (spec.selector)
    errors.push(invalid(where(JOB_SPEC, 'selector'), spec.selector, '`selector` will be auto-generated'))
  if (spec.manualSelector)
    errors.push(notSupported(where(JOB_SPEC, 'manualSelector'), true, ['nil', 'false']))
}

function warnings({ metadata, spec }: CronJob, before: CronJob | undefined): string[] {
  const list = before ? [] : podNameWarnings(metadata.name ?? '')
  if (!before || !equal(spec, before.spec)) list.push(...jobSpecWarnings(JOB_SPEC, spec.jobTemplate.spec!))
  if (before && spec.schedule.includes('TZ'))
    list.push(
      'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
    )
  return list
}
