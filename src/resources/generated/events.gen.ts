// Written by tools/import-api from k8s.io/api/events/v1; change that, not this.
import type { KubeObject } from '../../meta/object.ts'
import type { EventSource, ObjectReference } from './core.gen.ts'
import type { ListMeta } from './meta.gen.ts'

/** Event is a report of an event somewhere in the cluster. */
export interface Event extends KubeObject {
  eventTime: string
  series?: EventSeries
  reportingController?: string
  reportingInstance?: string
  action?: string
  reason?: string
  regarding?: ObjectReference
  related?: ObjectReference
  note?: string
  type?: string
  deprecatedSource?: EventSource
  deprecatedFirstTimestamp?: string
  deprecatedLastTimestamp?: string
  deprecatedCount?: number
}

/** EventSeries contain information on series of events, i.e. thing that was/is happening continuously for some time. */
export interface EventSeries {
  count: number
  lastObservedTime: string
}

/** EventList is a list of Event objects. */
export interface EventList {
  kind: string
  apiVersion: string
  metadata: ListMeta
  items: Event[]
}
