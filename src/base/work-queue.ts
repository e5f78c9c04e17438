import type { Clock } from './clock.ts'
import { DelayHeap } from './delay-heap.ts'
import { TIMER_MS_MAX } from './limits.ts'

/** What `next` answers once the queue was closed. */
export const ShutDown: unique symbol = Symbol('ShutDown')

/**
 * Keys that want work: each waits at most once, and is worked on by at most one worker. A key added
 * while it is worked on comes back when that worker is done. Holds no more entries than there are
 * keys, so its cap is the number of objects. Source: client-go util/workqueue Type and
 * delayingType.
 */
export class WorkQueue {
  readonly #clock: Clock
  /** Dirty keys that nobody works on, in order of arrival. */
  readonly #ready = new Set<string>()
  readonly #processing = new Set<string>()
  /** Dirty keys that somebody works on. */
  readonly #again = new Set<string>()
  readonly #delays = new DelayHeap()
  /** Earliest due time of each delayed key; heap entries that differ are stale. */
  readonly #due = new Map<string, number>()
  readonly #waiters: ((key: string | typeof ShutDown) => void)[] = []
  readonly #onReady: () => void
  #sleeping: { at: number; stop: AbortController } | undefined
  #closed = false

  /** `onReady` is called when a key becomes ready, for callers that use `take`. */
  constructor(clock: Clock, onReady: () => void = () => {}) {
    this.#clock = clock
    this.#onReady = onReady
  }

  /** Keys ready to be taken. */
  get length(): number {
    return this.#ready.size
  }

  /** Keys that wait for a time. */
  get delayed(): number {
    return this.#due.size
  }

  /** Keys being worked on. */
  get processing(): number {
    return this.#processing.size
  }

  add(key: string): void {
    if (this.#closed) return
    if (this.#processing.has(key)) {
      this.#again.add(key)
      return
    }
    this.#ready.add(key)
    this.#announce()
  }

  /** Adds the key after `delayMs`; of several delays of one key the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return
    if (delayMs <= 0) return this.add(key)
    const at = this.#clock.monotonicMs() + delayMs
    const known = this.#due.get(key)
    if (known !== undefined && known <= at) return
    this.#due.set(key, at)
    this.#delays.push({ key, at })
    this.#sleep()
  }

  /** The next ready key, or undefined when none is; the caller must call `done` with it. */
  take(): string | undefined {
    for (const key of this.#ready) {
      this.#ready.delete(key)
      this.#processing.add(key)
      return key
    }
    return undefined
  }

  /** Waits for the next ready key, or for `ShutDown`. */
  next(): Promise<string | typeof ShutDown> {
    const key = this.#closed ? ShutDown : this.take()
    if (key !== undefined) return Promise.resolve(key)
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  /** The worker of this key is finished; a key that became dirty meanwhile is ready again. */
  done(key: string): void {
    this.#processing.delete(key)
    if (!this.#again.delete(key) || this.#closed) return
    this.#ready.add(key)
    this.#announce()
  }

  /**
   * Drops what waits and answers `ShutDown` to everyone; keys being worked on may still be done.
   */
  close(): void {
    this.#closed = true
    this.#sleeping?.stop.abort()
    this.#ready.clear()
    this.#again.clear()
    this.#due.clear()
    for (const waiter of this.#waiters.splice(0)) waiter(ShutDown)
  }

  #announce(): void {
    const waiter = this.#waiters.shift()
    if (!waiter) return this.#onReady()
    const key = this.take()
    if (key !== undefined) waiter(key)
  }

  /** Keeps one timer, for the earliest delay. */
  #sleep(): void {
    const first = this.#delays.first()
    if (!first || this.#closed) return
    if (this.#sleeping && this.#sleeping.at <= first.at) return
    this.#sleeping?.stop.abort()
    const sleeping = { at: first.at, stop: new AbortController() }
    this.#sleeping = sleeping
    const ms = Math.min(Math.max(0, first.at - this.#clock.monotonicMs()), TIMER_MS_MAX)
    void this.#clock.sleep(ms, sleeping.stop.signal).then(() => {
      if (this.#sleeping !== sleeping || sleeping.stop.signal.aborted) return
      this.#sleeping = undefined
      this.#wakeDue()
    })
  }

  #wakeDue(): void {
    const now = this.#clock.monotonicMs()
    for (let first = this.#delays.first(); first && first.at <= now; first = this.#delays.first()) {
      this.#delays.pop()
      if (this.#due.get(first.key) !== first.at) continue
      this.#due.delete(first.key)
      this.add(first.key)
    }
    this.#sleep()
  }
}
