import type { Instant } from '../../base/clock.ts'
import { EVENT_MESSAGE_CHARS_MAX } from '../../base/limits.ts'
import type { Json, KubeObject } from '../../meta/object.ts'
import { microTimeText, timeText } from '../../meta/timestamp.ts'
import type { Event } from '../../resources/generated/core.gen.ts'
import type { Note } from './reconciler.ts'

/** Who writes an Event: the component, and the instance of it. */
export interface EventAuthor {
  readonly component: string
  /** `default-scheduler-HOST`; upstream leaves it empty for the older dialect. */
  readonly instance: string
}

/** Events about cluster-scoped objects live in `default`. Source: client-go event.go makeEvent. */
export const eventNamespace = (note: Note): string => note.regarding.namespace || 'default'

/**
 * A core/v1 Event. A note with an action speaks the dialect of events.k8s.io (eventTime, no
 * counts), others the older one (count, first and last time).
 */
export function eventObject(
  note: Note,
  author: EventAuthor,
  options: { name: string; message: string; now: Instant },
): KubeObject {
  const { name, now } = options
  const { regarding } = note
  const event: Event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: eventNamespace(note) },
    involvedObject: {
      kind: regarding.kind,
      namespace: regarding.namespace || undefined,
      name: regarding.name,
      uid: regarding.uid,
      apiVersion: regarding.apiVersion,
      resourceVersion: regarding.resourceVersion,
      fieldPath: regarding.fieldPath,
    },
    reason: note.reason,
    message: shortened(options.message),
    type: note.type,
    reportingComponent: author.component,
    ...(note.action === undefined ? counted(author, now) : timed(note.action, author, now)),
  }
  return event
}

/** What a repeat changes on a known Event. */
export function repeatPatch(
  note: Note,
  repeat: { count: number; message: string },
  now: Instant,
): Json {
  if (note.action !== undefined)
    return { series: { count: repeat.count, lastObservedTime: microTimeText(now) } }
  return {
    count: repeat.count,
    lastTimestamp: timeText(now),
    message: shortened(repeat.message),
  }
}

type Dialect = Pick<
  Event,
  'source' | 'eventTime' | 'count' | 'firstTimestamp' | 'lastTimestamp' | 'action'
> & { reportingInstance: string }

const counted = (author: EventAuthor, now: Instant): Dialect => ({
  source: { component: author.component },
  firstTimestamp: timeText(now),
  lastTimestamp: timeText(now),
  count: 1,
  reportingInstance: '',
})

const timed = (action: string, author: EventAuthor, now: Instant): Dialect => ({
  source: {},
  eventTime: microTimeText(now),
  action,
  reportingInstance: author.instance,
})

/** Source: kubernetes pkg/scheduler schedule_one.go truncateMessage. */
const shortened = (message: string): string =>
  message.length <= EVENT_MESSAGE_CHARS_MAX
    ? message
    : `${message.slice(0, EVENT_MESSAGE_CHARS_MAX - 4)} ...`
