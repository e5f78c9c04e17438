import { duplicate, invalid, invalidPlain, required, type FieldError } from '../../meta/field-error.ts'
import { parseTime } from '../../meta/timestamp.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import type { Job, JobStatus } from '../generated/batch.gen.ts'
import { goShown } from '../internal-shape.ts'
import { nonNegative } from '../workload.ts'
import { countIndexes, firstOverlap } from './job-indexes.ts'
import { hasCondition } from './job-update.ts'

const STATUS = at(undefined, 'status')
const CONDITIONS = 'status.conditions'
const COUNTS = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const

/** The old and the new Job, and what is asked of both again and again. */
interface Change {
  readonly job: Job
  readonly before: Job
  readonly now: JobStatus
  readonly old: JobStatus
  readonly finished: boolean
  /** Whether one of these parts of the status changed; rules look only at what a request changes. */
  changed(...parts: Part[]): boolean
}
type Part = keyof JobStatus | 'Finished' | 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet'

/** Source: batch/validation ValidateJobUpdateStatus with pkg/registry/batch/job getStatusValidationOptions. */
export function jobStatusErrors(job: Job, before: Job): FieldError[] {
  const errors: FieldError[] = []
  const now = job.status ?? {}
  const old = before.status ?? {}
  const isDone = ({ conditions }: JobStatus): boolean =>
    hasCondition(conditions, 'Complete') || hasCondition(conditions, 'Failed')
  const differs = (part: Part): boolean => {
    if (part === 'Finished') return isDone(now) !== isDone(old)
    if (/^[A-Z]/.test(part)) return hasCondition(now.conditions, part) !== hasCondition(old.conditions, part)
    return !equal(now[part as keyof JobStatus], old[part as keyof JobStatus])
  }
  const change: Change = {
    job, before, now, old, finished: isDone(now), changed: (...parts) => parts.some(differs),
  }
  for (const name of COUNTS) nonNegative(errors, STATUS, name, now[name])
  uncountedErrors(errors, now)
  conditionErrors(errors, change)
  timeErrors(errors, change)
  finishedErrors(errors, change)
  indexErrors(errors, change)
  historyErrors(errors, change)
  return errors
}

/** A Pod is counted once, whichever list it is in. */
function uncountedErrors(errors: FieldError[], { uncountedTerminatedPods: uncounted }: JobStatus): void {
  const seen = new Set<string>()
  for (const list of ['succeeded', 'failed'] as const)
    for (const [i, uid] of (uncounted?.[list] ?? []).entries()) {
      const field = `status.uncountedTerminatedPods.${list}[${i}]`
      if (uid === '') errors.push(invalid(field, uid, 'must not be empty'))
      else if (seen.has(uid)) errors.push(duplicate(field, uid))
      else seen.add(uid)
    }
}

function conditionErrors(errors: FieldError[], { job, now, changed }: Change): void {
  const is = (type: string): boolean => hasCondition(now.conditions, type)
  const refuse = (when: boolean, detail: string): void => {
    if (when) errors.push(invalidPlain(CONDITIONS, detail))
  }
  const complete = is('Complete')
  const met = is('SuccessCriteriaMet')
  if (changed('Complete', 'Failed'))
    refuse(complete && is('Failed'), 'cannot set Complete=True and Failed=true conditions')
  if (changed('Complete', 'FailureTarget'))
    refuse(complete && is('FailureTarget'), 'cannot set Complete=True and FailureTarget=true conditions')
  if (changed('Failed', 'failedIndexes'))
    refuse(
      is('Failed') && !is('FailureTarget'),
      'cannot set Failed=True condition without the FailureTarget=true condition',
    )
  if (changed('Complete', 'SuccessCriteriaMet'))
    refuse(
      complete && !met,
      'cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
    )
  refuse(met && is('Failed'), 'cannot set SuccessCriteriaMet=True and Failed=true conditions')
  refuse(met && is('FailureTarget'), 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')
  refuse(
    job.spec?.successPolicy !== undefined && !met && complete,
    'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
  )
}

function timeErrors(errors: FieldError[], { now, changed }: Change): void {
  const { startTime, completionTime } = now
  const field = 'status.completionTime'
  const complete = hasCondition(now.conditions, 'Complete')
  if (changed('Complete', 'completionTime')) {
    if (completionTime && !complete)
      errors.push(
        invalid(field, completionTime, 'cannot set completionTime when there is no Complete=True condition'),
      )
    if (!completionTime && complete)
      errors.push(required(field, 'completionTime is required for Complete jobs'))
  }
  if (!changed('startTime', 'completionTime') || !startTime || !completionTime) return
  if (parseTime(completionTime)! < parseTime(startTime)!)
    errors.push(invalid(field, completionTime, 'must be equal to or after `startTime`'))
}

function finishedErrors(errors: FieldError[], { job, now, finished, changed }: Change): void {
  const { active = 0, ready, terminating, uncountedTerminatedPods: uncounted } = now
  if (finished) {
    if (active > 0 && changed('Finished', 'active'))
      errors.push(invalid('status.active', active, 'active>0 is invalid for finished job'))
    const neverStarted = job.spec?.suspend === true && job.spec.completions === 0
    if (!now.startTime && changed('Finished', 'startTime') && !neverStarted)
      errors.push(required('status.startTime', 'startTime is required for finished job'))
    const left = (uncounted?.failed?.length ?? 0) + (uncounted?.succeeded?.length ?? 0)
    if (left > 0 && changed('Finished', 'uncountedTerminatedPods'))
      errors.push(
        invalid(
          'status.uncountedTerminatedPods',
          goShown('batch.UncountedTerminatedPods', uncounted),
          'must be empty for finished job',
        ),
      )
    if ((terminating ?? 0) > 0 && changed('Finished', 'terminating'))
      errors.push(invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'))
  }
  if (ready !== undefined && ready > active && changed('ready', 'active'))
    errors.push(invalid('status.ready', ready, 'cannot set more ready pods than active'))
}

function indexErrors(errors: FieldError[], { job, now, changed }: Change): void {
  const { completedIndexes: completed = '', failedIndexes: failed } = now
  const { completions, backoffLimitPerIndex: perIndex, completionMode } = job.spec ?? {}
  const readable = (name: 'completedIndexes' | 'failedIndexes', text: string): void => {
    const counted = countIndexes(text, completions!)
    if (!counted.ok)
      errors.push(invalid(`status.${name}`, text, `error parsing ${name}: ${counted.error}`))
  }
  const refuse = (name: 'completedIndexes' | 'failedIndexes', detail: string): void =>
    void errors.push(invalid(`status.${name}`, now[name], detail))
  if (changed('completedIndexes')) {
    if (completions !== undefined) readable('completedIndexes', completed)
    if (completed !== '' && completionMode !== 'Indexed')
      refuse('completedIndexes', 'cannot set non-empty completedIndexes when non-indexed completion mode')
  }
  if (changed('failedIndexes') && failed !== undefined) {
    if (completions !== undefined && perIndex !== undefined) readable('failedIndexes', failed)
    if (perIndex === undefined)
      refuse('failedIndexes', 'cannot set non-null failedIndexes when backoffLimitPerIndex is null')
  }
  if (failed === undefined || completions === undefined) return
  if (!changed('failedIndexes', 'completedIndexes')) return
  const overlap = firstOverlap(completed, failed, completions)
  if (overlap !== undefined)
    refuse('failedIndexes', `failedIndexes and completedIndexes overlap at index: ${overlap}`)
}

/** What a status may not take back. Source: batch/validation ValidateJobStatusUpdate. */
function historyErrors(errors: FieldError[], { job, now, old, changed }: Change): void {
  const was = (type: string): boolean => hasCondition(old.conditions, type)
  const is = (type: string): boolean => hasCondition(now.conditions, type)
  for (const type of ['Failed', 'Complete', 'FailureTarget'])
    if (was(type) && !is(type))
      errors.push(invalidPlain(CONDITIONS, `cannot disable the terminal ${type}=True condition`))
  decreaseErrors(errors, { job, now, old })
  if (now.completionTime && old.completionTime && changed('completionTime'))
    errors.push(invalid('status.completionTime', now.completionTime, 'field is immutable'))
  const resumes = was('Suspended') && hasCondition(now.conditions, 'Suspended', 'False')
  if (changed('startTime') && !resumes && old.startTime && !job.spec?.suspend)
    errors.push(
      invalid('status.startTime', now.startTime ?? null, 'field is immutable for unsuspended job once set'),
    )
  if (was('SuccessCriteriaMet') && !is('SuccessCriteriaMet'))
    errors.push(invalidPlain(CONDITIONS, 'cannot disable the SuccessCriteriaMet=True condition'))
  if (was('Complete') && !was('SuccessCriteriaMet') && is('SuccessCriteriaMet'))
    errors.push(
      invalidPlain(CONDITIONS, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'),
    )
}

/** Succeeded Pods of an elastic Job may become fewer: it was scaled down. */
function decreaseErrors(errors: FieldError[], { job, now, old }: Pick<Change, 'job' | 'now' | 'old'>): void {
  const { completionMode, completions, parallelism } = job.spec ?? {}
  const elastic = completionMode === 'Indexed' && completions === parallelism
  for (const name of ['failed', 'succeeded'] as const) {
    const count = now[name] ?? 0
    if (count < (old[name] ?? 0) && !(name === 'succeeded' && elastic))
      errors.push(invalid(`status.${name}`, count, `cannot decrease the ${name} counter`))
  }
}
