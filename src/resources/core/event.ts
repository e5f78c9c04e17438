import { nameIsPathSegment } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { Event } from '../generated/core.gen.ts'
import { fromEventsGroup, toEventsGroup } from './event-versions.ts'
import { eventErrors, eventUpdateErrors } from './event-validate.ts'

/** Both groups write the same objects; a field has a name in each. */
const involved = (field: keyof Event['involvedObject']) => (object: Event): string =>
  object.involvedObject?.[field] ?? ''
const reporter = (object: Event): string => object.reportingComponent ?? ''

/** Source: pkg/registry/core/event/strategy.go, pkg/apis/events/v1/conversion.go. */
export const event = define<Event>({
  resource: 'events',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  served: [
    { group: '', version: 'v1', schema: 'io.k8s.api.core.v1.Event' },
    {
      group: 'events.k8s.io',
      version: 'v1',
      schema: 'io.k8s.api.events.v1.Event',
      toStorage: fromEventsGroup,
      fromStorage: toEventsGroup,
    },
  ],
  validateName: nameIsPathSegment,
  validate: eventErrors,
  validateUpdate: eventUpdateErrors,
  createOnUpdate: true,
  fields: {
    'involvedObject.kind': involved('kind'),
    'involvedObject.namespace': involved('namespace'),
    'involvedObject.name': involved('name'),
    'involvedObject.uid': involved('uid'),
    'involvedObject.apiVersion': involved('apiVersion'),
    'involvedObject.resourceVersion': involved('resourceVersion'),
    'involvedObject.fieldPath': involved('fieldPath'),
    'regarding.kind': involved('kind'),
    'regarding.namespace': involved('namespace'),
    'regarding.name': involved('name'),
    'regarding.uid': involved('uid'),
    'regarding.apiVersion': involved('apiVersion'),
    'regarding.resourceVersion': involved('resourceVersion'),
    'regarding.fieldPath': involved('fieldPath'),
    reason: (object) => object.reason ?? '',
    reportingComponent: reporter,
    reportingController: reporter,
    source: (object) => object.source?.component || reporter(object),
    type: (object) => object.type ?? '',
  },
  columns: COLUMNS.Event,
  cells,
})

/** Source: printers.go printEvent. */
function cells(object: Event, now: number): (string | number)[] {
  const { series, involvedObject, source } = object
  const first = ageText(object.firstTimestamp ?? object.eventTime, now)
  const last = object.lastTimestamp ? ageText(object.lastTimestamp, now) : first
  const kind = (involvedObject?.kind ?? '').toLowerCase()
  const component = source?.component || object.reportingComponent || ''
  const instance = source?.host || object.reportingInstance || ''
  return [
    series ? ageText(series.lastObservedTime, now) : last,
    object.type ?? '',
    object.reason ?? '',
    involvedObject?.name ? `${kind}/${involvedObject.name}` : kind,
    involvedObject?.fieldPath ?? '',
    instance === '' ? component : `${component}, ${instance}`,
    (object.message ?? '').trim(),
    first,
    series ? (series.count ?? 0) : object.count || 1,
    object.metadata.name ?? '',
  ]
}
