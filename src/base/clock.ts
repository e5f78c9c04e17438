/** Milliseconds since the Unix epoch. Named so that a signature tells it from a duration. */
export type Instant = number

/** Where time comes from: the machine, or a test that steps it. */
export interface Clock {
  /** Wall time in milliseconds since the epoch. */
  now(): Instant
  /** Monotonic milliseconds with fractions; only differences mean something. */
  monotonicMs(): number
  /** Resolves after `ms`, or at once when `signal` aborts (it never rejects). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', done, { once: true })
    }),
}
