import type { Clock } from '../base/clock.ts'
import {
  DOCKER_EVENTS_REMEMBERED,
  DOCKER_HEARTBEAT_MS,
  DOCKER_HEARTBEAT_TIMEOUT_MS,
  DOCKER_RECONNECT_MS_MAX,
  DOCKER_RECONNECT_MS_MIN,
} from '../base/limits.ts'
import type { Engine, EventFilter, Incoming } from './engine.ts'
import { type DockerError, dockerError } from './errors.ts'
import type { EngineEvent } from './types.ts'

/**
 * What a follower of events is told. `connected` comes before the first event of each connection:
 * events may have been missed, so list once. `lost` says why nothing can come until the next
 * `connected`.
 */
export type EventSignal =
  | { type: 'connected'; attempt: number }
  | { type: 'event'; event: EngineEvent }
  | { type: 'lost'; error: DockerError; retryInMs: number }

/** How to follow. */
export interface FollowOptions {
  filter: EventFilter
  clock: Clock
  /** Ends the follower; its loop then returns. */
  signal: AbortSignal
}

/**
 * Follows the daemon's events for ever: opens the stream again after a failure, from the last event
 * seen, without repeats. While the stream is silent the daemon is pinged every DOCKER_HEARTBEAT_MS:
 * a frozen dockerd keeps its connections open and says nothing, which only a question finds out.
 */
export async function* followEvents(
  engine: Engine,
  options: FollowOptions,
): AsyncGenerator<EventSignal> {
  // dockerd answers a moment before it listens: asking for what came since now closes that gap.
  const now = secondsText(`${options.clock.now()}000000`)
  const seen = rememberEvents(options.filter.since ?? now)
  const stopped = () => options.signal.aborted
  for (let attempt = 1, failures = 0; !stopped(); attempt++) {
    const filter = { ...options.filter, since: seen.since() }
    const opened = await engine.events(filter, { signal: options.signal })
    let error = opened.ok ? undefined : opened.error
    if (opened.ok) {
      failures = 0
      yield { type: 'connected', attempt }
      const watch = watchSilence(engine, opened.value, options)
      try {
        for await (const event of opened.value) {
          watch.heard()
          if (seen.isNew(event)) yield { type: 'event', event }
        }
      } finally {
        watch.stop()
        opened.value.close()
      }
      const end = await opened.value.ended
      error = watch.frozen() ?? (end.ok ? streamEnded : end.error)
    }
    if (stopped() || !error) return
    const retryInMs = reconnectDelay(failures++)
    yield { type: 'lost', error, retryInMs }
    await options.clock.sleep(retryInMs, options.signal)
  }
}

/** Doubling from the shortest to the longest wait. */
export const reconnectDelay = (failures: number): number =>
  Math.min(DOCKER_RECONNECT_MS_MIN * 2 ** Math.min(failures, 20), DOCKER_RECONNECT_MS_MAX)

const streamEnded = dockerError(
  'unavailable',
  0,
  'the daemon ended the event stream',
  'GET /events',
)

/** Drops repeats: `since` is inclusive, so the last events come again after a reconnect. */
function rememberEvents(since: string) {
  const recent = new Set<string>()
  let last = since
  return {
    since: () => last,
    isNew(event: EngineEvent): boolean {
      const key = `${event.timeNano} ${event.Type} ${event.Action} ${event.Actor.ID}`
      if (recent.has(key)) return false
      recent.add(key)
      for (const oldest of recent) {
        if (recent.size <= DOCKER_EVENTS_REMEMBERED) break
        recent.delete(oldest)
      }
      last = secondsText(event.timeNano)
      return true
    },
  }
}

/** Nanoseconds as `seconds.nanoseconds`, which is how Docker takes `since`. */
export const secondsText = (timeNano: string): string => {
  const digits = timeNano.padStart(10, '0')
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`
}

/** Pings while nothing comes, and closes the stream when a ping fails. */
function watchSilence(engine: Engine, stream: Incoming<EngineEvent>, options: FollowOptions) {
  const stopping = new AbortController()
  const signal = AbortSignal.any([stopping.signal, options.signal])
  let heardAtMs = options.clock.monotonicMs()
  let frozen: DockerError | undefined
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const quietMs = options.clock.monotonicMs() - heardAtMs
      if (quietMs < DOCKER_HEARTBEAT_MS) {
        await options.clock.sleep(DOCKER_HEARTBEAT_MS - quietMs, signal)
        continue
      }
      const alive = await engine.ping({ signal, timeoutMs: DOCKER_HEARTBEAT_TIMEOUT_MS })
      if (signal.aborted) return
      if (!alive.ok) {
        frozen = { ...alive.error, kind: 'unavailable' }
        return stream.close()
      }
      heardAtMs = options.clock.monotonicMs()
    }
  }
  void run()
  return {
    heard: () => void (heardAtMs = options.clock.monotonicMs()),
    stop: () => stopping.abort(),
    frozen: () => frozen,
  }
}
