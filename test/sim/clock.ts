import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock, Instant } from '../../src/base/clock.ts'
import type { Life } from './life.ts'

/** Turns of the event loop without any sign of life after which nothing more comes of itself. */
const IDLE_TURNS = 3
/** More turns at one instant than this: somebody works in circles. */
const TURNS_MAX = 20_000

interface Timer {
  readonly at: Instant
  readonly order: number
  readonly life: Life | undefined
  /** Undefined once it fired or was cancelled. */
  wake: (() => void) | undefined
  /** Lets go of the signal that could cancel it. */
  readonly release: () => void
}

/**
 * A clock that moves from timer to timer. Timers of one instant fire in the order they were set, each
 * alone: what follows from it happens before the next. Nothing here depends on the machine.
 */
export class SimClock implements Clock {
  readonly #start: Instant
  readonly #timers: Timer[] = []
  #now: Instant
  #order = 0
  #activity = 0
  #steps = 0

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#start = startMs
    this.#now = startMs
  }

  /** Timers fired so far. */
  get steps(): number {
    return this.#steps
  }

  now(): Instant {
    return this.#now
  }

  monotonicMs(): number {
    return this.#now - this.#start
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#sleep(ms, signal, undefined)
  }

  /** The clock as one process sees it: its sleeps end with it. */
  scoped(life: Life): Clock {
    return {
      now: () => this.#now,
      monotonicMs: () => this.monotonicMs(),
      sleep: (ms, signal) => this.#sleep(ms, signal, life),
    }
  }

  /** Says that something happened, so that `settle` looks on. */
  touch(): void {
    this.#activity++
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    let seen = this.#activity
    for (let idle = 0, turns = 0; idle < IDLE_TURNS; turns++) {
      if (turns > TURNS_MAX) throw new Error('livelock: the cluster does not rest at one instant')
      await nextTurn()
      idle = this.#activity === seen ? idle + 1 : 0
      seen = this.#activity
    }
  }

  /** Fires the next timer due until then; false (and moves there) when there is none. */
  async step(until: Instant): Promise<boolean> {
    for (;;) {
      const first = this.#timers[0]
      if (!first || first.at > until) {
        this.#now = Math.max(this.#now, until)
        return false
      }
      this.#pop()
      if (first.life?.alive === false) first.release()
      if (!first.wake || first.life?.alive === false) continue
      this.#now = Math.max(this.#now, first.at)
      this.#steps++
      first.wake()
      await this.settle()
      return true
    }
  }

  /** Ends all waiting: signals with listeners would stay in memory for ever. */
  close(): void {
    for (const timer of this.#timers.splice(0)) timer.release()
  }

  #sleep(ms: number, signal: AbortSignal | undefined, life: Life | undefined): Promise<void> {
    this.#activity++
    if (life && !life.alive) return new Promise(() => {})
    if (signal?.aborted) return Promise.resolve()
    const woken = new Promise<void>((resolve) => {
      const timer: Timer = {
        at: this.#now + Math.max(0, ms),
        order: this.#order++,
        life,
        wake: () => {
          timer.wake = undefined
          timer.release()
          this.#activity++
          resolve()
        },
        release: () => signal?.removeEventListener('abort', cancel),
      }
      const cancel = (): void => timer.wake?.()
      signal?.addEventListener('abort', cancel)
      if (Number.isFinite(timer.at)) this.#push(timer)
    })
    return life ? life.gate(woken) : woken
  }

  #push(timer: Timer): void {
    const timers = this.#timers
    let index = timers.push(timer) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (before(timers[parent]!, timer)) break
      timers[index] = timers[parent]!
      index = parent
    }
    timers[index] = timer
  }

  #pop(): void {
    const timers = this.#timers
    const last = timers.pop()!
    if (timers.length === 0) return
    let index = 0
    for (;;) {
      let child = index * 2 + 1
      if (child >= timers.length) break
      if (child + 1 < timers.length && before(timers[child + 1]!, timers[child]!)) child++
      if (before(last, timers[child]!)) break
      timers[index] = timers[child]!
      index = child
    }
    timers[index] = last
  }
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
