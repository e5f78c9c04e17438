import type { Instant } from '../../base/clock.ts'
import { EVENT_TTL_MS } from '../../base/limits.ts'
import { objectKey, splitKey } from '../../meta/key.ts'
import { parseTime } from '../../meta/timestamp.ts'
import type { Event } from '../../resources/generated/core.gen.ts'
import { NOTHING, type Reconciler } from '../runtime/reconciler.ts'

const NAME = 'event-ttl-controller'

/**
 * Deletes core Events an hour after they last happened; history keeps them. Upstream's API server
 * lets etcd do that by a lease. Source: kube-apiserver --event-ttl.
 */
export function eventTtlController(ttlMs = EVENT_TTL_MS): Reconciler {
  return {
    name: NAME,
    // What etcd does for upstream's API server is done in its name.
    user: 'system:apiserver',
    watches: [
      { resource: 'events', keysOf: (change) => [objectKey(change.namespace, change.name)] },
    ],
    reconcile(key, view, now) {
      const { namespace, name } = splitKey(key)
      const event = view.get<Event>('events', namespace, name)
      if (!event) return NOTHING
      const leftMs = lastHappenedMs(event) + ttlMs - now
      if (leftMs > 0) return { commands: [], requeueAfterMs: leftMs }
      const { uid, resourceVersion } = event.metadata
      const options = { preconditions: { uid, resourceVersion } }
      const why = 'Events live for an hour'
      return { commands: [{ verb: 'delete', resource: 'events', namespace, name, options, why }] }
    },
  }
}

function lastHappenedMs({ metadata, lastTimestamp, eventTime, series }: Event): Instant {
  const times = [metadata.creationTimestamp, lastTimestamp, eventTime, series?.lastObservedTime]
  return Math.max(0, ...times.map((text) => parseTime(text ?? '') ?? 0))
}
