import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import type { GroupVersion } from '../../meta/kind.ts'
import { exceedsBytes, isQualifiedName, nameIsDnsSubdomain } from '../../meta/names.ts'
import { equal } from '../equal.ts'
import { shownReference } from '../go-shown.ts'
import type { Event } from '../generated/core.gen.ts'

/** Source of this file: pkg/apis/core/validation/events.go. */
const SHORT_BYTES_MAX = 128
const NOTE_BYTES_MAX = 1024
const CORE: GroupVersion = { group: '', version: 'v1' }

/** Strict rules hold for events.k8s.io only; core/v1 keeps what old clients send. */
export function eventErrors(object: Event, via: GroupVersion = CORE): FieldError[] {
  const errors = commonErrors(object, via)
  if (via.group === '') return errors
  for (const reason of nameIsDnsSubdomain(object.metadata.name ?? '', false))
    errors.push(invalid('metadata.name', object.metadata.name ?? '', reason))
  errors.push(...seriesErrors(object))
  if (!object.eventTime) errors.push(required('eventTime', ''))
  if (object.type !== 'Normal' && object.type !== 'Warning')
    errors.push(invalid('type', '', `has invalid value: ${object.type ?? ''}`))
  const unset = (field: string, given: unknown): void => {
    if (given) errors.push(invalid(field, '', 'needs to be unset'))
  }
  unset('firstTimestamp', object.firstTimestamp)
  unset('lastTimestamp', object.lastTimestamp)
  unset('count', object.count)
  unset('source', object.source?.component || object.source?.host)
  return errors
}

/** All but the series is fixed once an event was written by events.k8s.io. */
export function eventUpdateErrors(
  object: Event,
  before: Event,
  via: GroupVersion = CORE,
): FieldError[] {
  const errors = commonErrors(object, via)
  if (via.group === '') return errors
  if (!equal(object.series, before.series)) errors.push(...seriesErrors(object))
  for (const [field, name] of IMMUTABLE)
    if (!equal(object[field] || undefined, before[field] || undefined))
      errors.push(invalid(name, shown(object, field), 'field is immutable'))
  return errors
}

function shown(object: Event, field: keyof Event): unknown {
  const value = object[field]
  if (field === 'involvedObject' || field === 'related') return shownReference(object[field])
  if (field === 'source')
    return { Component: object.source?.component ?? '', Host: object.source?.host ?? '' }
  if (field === 'count') return value ?? 0
  return value ?? (/Time/.test(field) ? null : '')
}

const IMMUTABLE: readonly (readonly [keyof Event, string])[] = [
  ['involvedObject', 'involvedObject'],
  ['reason', 'reason'],
  ['message', 'message'],
  ['source', 'source'],
  ['firstTimestamp', 'firstTimestamp'],
  ['lastTimestamp', 'lastTimestamp'],
  ['count', 'count'],
  ['reason', 'reason'],
  ['type', 'type'],
  ['eventTime', 'eventTime'],
  ['action', 'action'],
  ['related', 'related'],
  ['reportingComponent', 'reportingController'],
  ['reportingInstance', 'reportingInstance'],
]

function seriesErrors({ series }: Event): FieldError[] {
  if (!series) return []
  const errors: FieldError[] = []
  if ((series.count ?? 0) < 2) errors.push(invalid('series.count', '', 'should be at least 2'))
  if (!series.lastObservedTime) errors.push(required('series.lastObservedTime', ''))
  return errors
}

function commonErrors(object: Event, via: GroupVersion): FieldError[] {
  const involved = object.involvedObject?.namespace ?? ''
  const own = object.metadata.namespace ?? ''
  const mismatch = invalid('involvedObject.namespace', involved, 'does not match event.namespace')
  if (!object.eventTime) {
    const fine = involved === '' ? own === '' || own === 'default' : own === involved
    return fine ? [] : [mismatch]
  }
  const errors: FieldError[] = []
  if (involved === '' && own !== 'default' && own !== 'kube-system') errors.push(mismatch)
  const reporter = object.reportingComponent ?? ''
  const field = via.group === '' ? 'reportingComponent' : 'reportingController'
  if (reporter === '') errors.push(required(field, ''))
  for (const reason of isQualifiedName(reporter)) errors.push(invalid(field, reporter, reason))
  textErrors(errors, 'reportingInstance', object.reportingInstance)
  textErrors(errors, 'action', object.action)
  textErrors(errors, 'reason', object.reason)
  if (exceedsBytes(object.message ?? '', NOTE_BYTES_MAX))
    errors.push(invalid('message', '', `can have at most ${NOTE_BYTES_MAX} characters`))
  return errors
}

function textErrors(errors: FieldError[], field: string, text = ''): void {
  if (text === '') errors.push(required(field, ''))
  if (exceedsBytes(text, SHORT_BYTES_MAX))
    errors.push(invalid(field, '', `can have at most ${SHORT_BYTES_MAX} characters`))
}
