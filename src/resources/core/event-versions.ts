import type { KubeObject } from '../../meta/object.ts'
import type { Event } from '../generated/core.gen.ts'
import type { Event as GroupEvent } from '../generated/events.gen.ts'

/** events.k8s.io/v1 to the stored core/v1. Source: pkg/apis/events/v1/conversion.go. */
export function fromEventsGroup(object: KubeObject): KubeObject {
  const given = object as GroupEvent
  const stored: Event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: given.metadata,
    involvedObject: given.regarding ?? {},
    reason: given.reason,
    message: given.note,
    source: given.deprecatedSource,
    firstTimestamp: given.deprecatedFirstTimestamp,
    lastTimestamp: given.deprecatedLastTimestamp,
    count: given.deprecatedCount,
    type: given.type,
    eventTime: given.eventTime,
    series: given.series,
    action: given.action,
    related: given.related,
    reportingComponent: given.reportingController,
    reportingInstance: given.reportingInstance,
  }
  return withoutUndefined(stored)
}

/** The stored core/v1 as events.k8s.io/v1. */
export function toEventsGroup(object: KubeObject): KubeObject {
  const stored = object as Event
  const shown = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: stored.metadata,
    eventTime: stored.eventTime ?? null,
    series: stored.series,
    reportingController: stored.reportingComponent,
    reportingInstance: stored.reportingInstance,
    action: stored.action,
    reason: stored.reason,
    regarding: stored.involvedObject,
    related: stored.related,
    note: stored.message,
    type: stored.type,
    deprecatedSource: stored.source,
    deprecatedFirstTimestamp: stored.firstTimestamp,
    deprecatedLastTimestamp: stored.lastTimestamp,
    deprecatedCount: stored.count,
  }
  return withoutUndefined(shown)
}

function withoutUndefined<O extends KubeObject>(object: O): O {
  for (const key of Object.keys(object) as (keyof O)[])
    if (object[key] === undefined) delete object[key]
  return object
}
