import type { Clock } from '../../src/base/clock.ts'

/** A clock that stands still until it is stepped; sleepers wake in order of their time. */
export interface SteppedClock extends Clock {
  /** Moves on by `ms` and wakes who is due, letting promises settle in between. */
  step(ms: number): Promise<void>
  /** Sleepers that wait. */
  readonly sleepers: number
}

/** Starts at `startMs` since the epoch. */
export function steppedClock(startMs = Date.UTC(2026, 0, 1)): SteppedClock {
  let nowMs = startMs
  const sleepers = new Set<{ at: number; wake: () => void }>()
  const settle = async () => {
    for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs - startMs,
    get sleepers() {
      return sleepers.size
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const sleeper = {
          at: nowMs + ms,
          wake: () => {
            sleepers.delete(sleeper)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', sleeper.wake, { once: true })
      }),
    async step(ms) {
      const until = nowMs + ms
      await settle()
      for (;;) {
        const due = [...sleepers].filter((s) => s.at <= until).sort((a, b) => a.at - b.at)[0]
        if (!due) break
        nowMs = Math.max(nowMs, due.at)
        due.wake()
        await settle()
      }
      nowMs = until
      await settle()
    },
  }
}
