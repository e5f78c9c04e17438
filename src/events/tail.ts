import type { Clock } from '../base/clock.ts'
import { SEQUENCER_BACKOFF_MS_MAX, TAIL_EVENTS_MAX, TAIL_POLL_MS } from '../base/limits.ts'
import type { Log } from './log.ts'
import type { LogEvent } from './log-event.ts'

/** Subscribes to hints; returns how to stop. A hint may be late, doubled or missing. */
export type Hints = (onHint: () => void) => () => void

/** How a follower reads. */
export interface TailOptions {
  readonly log: Log
  /** Read after this revision. */
  readonly from: number
  readonly hints: Hints
  readonly clock: Clock
  /** Gets contiguous events in order, each exactly once. */
  readonly onEvents: (events: readonly LogEvent[]) => void
  /** Told when the log cannot be read, and with undefined when it can again. */
  readonly onProblem?: (error: unknown) => void
}

/**
 * Follows a log until the signal aborts: reads from its checkpoint at each hint, and every 500 ms
 * without one (design 4). Answers the revision it reached.
 */
export async function tail(options: TailOptions, signal: AbortSignal): Promise<number> {
  const { log, hints, clock, onEvents, onProblem } = options
  let at = options.from
  let hinted = true
  let wake = (): void => {}
  const unsubscribe = hints(() => {
    hinted = true
    wake()
  })
  let failing = false
  while (!signal.aborted) {
    hinted = false
    const page = await log.after(at, TAIL_EVENTS_MAX).catch((error: unknown) => {
      failing = true
      onProblem?.(error)
      return undefined
    })
    if (signal.aborted) break
    if (!page) {
      await clock.sleep(SEQUENCER_BACKOFF_MS_MAX, signal)
      continue
    }
    if (failing) onProblem?.(undefined)
    failing = false
    const fresh = contiguous(page, at)
    if (fresh.length > 0) {
      onEvents(fresh)
      at = fresh.at(-1)!.revision
      continue
    }
    if (!hinted) await hintOrPause()
  }
  unsubscribe()
  return at

  async function hintOrPause(): Promise<void> {
    const pause = new AbortController()
    const hint = new Promise<void>((resolve) => { wake = resolve })
    const stop = (): void => pause.abort()
    signal.addEventListener('abort', stop, { once: true })
    await Promise.race([hint, clock.sleep(TAIL_POLL_MS, pause.signal)])
    signal.removeEventListener('abort', stop)
    pause.abort()
  }
}

/** The part of a page that follows on: a standby may show commits in another order than revisions. */
function contiguous(page: readonly LogEvent[], after: number): readonly LogEvent[] {
  const end = page.findIndex((event, i) => event.revision !== after + 1 + i)
  return end < 0 ? page : page.slice(0, end)
}
