import type { Clock } from '../base/clock.ts'
import {
  BATCH_PROPOSALS_MAX,
  REQUEST_TIMEOUT_MS,
  SEQUENCER_BACKOFF_MS_MAX,
  SEQUENCER_BACKOFF_MS_MIN,
  SEQUENCER_RETRY_MS_MAX,
  SEQUENCER_SWEEP_MS,
} from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import { Backlog } from './backlog.ts'
import { catchUp } from './catch-up.ts'
import type { LeaderLock } from './leader-lock.ts'
import type { Batch, Head, Log } from './log.ts'
import { outcomeOf, type Outcome } from './outcome.ts'
import type { Proposal, Sequencer, SequencerHost, SubmitError } from './proposal.ts'
import { Staging, type Entry, type Staged } from './staging.ts'

/** What a sequencer works with. */
export interface SequencerOptions {
  readonly log: Log
  readonly host: SequencerHost
  readonly lock: LeaderLock
  readonly clock: Clock
  /** Newest revision that the host has applied; asked when this process starts to lead. */
  readonly applied: () => number
  /** Told who holds the lock while this process waits, and with undefined when it leads. */
  readonly onHolder?: (holder: string | undefined) => void
}

/** The one writer of a log (design 2): decides on arrival, appends in batches, one batch in flight. */
export const createSequencer = (options: SequencerOptions): Sequencer => new BatchSequencer(options)

type State =
  /** Never led, or closed. */
  | 'idle'
  /** Asks for the lock, or reads what others appended: proposals wait. */
  | 'electing'
  /** Another process holds the lock: proposals are refused and forwarded. */
  | 'following'
  | 'leading'

class BatchSequencer implements Sequencer {
  readonly #options: SequencerOptions
  readonly #staging: Staging
  readonly #backlog = new Backlog()
  readonly #stop = new AbortController()
  #state: State = 'idle'
  #holder = ''
  #head: Head = { revision: 0, time: 0, hash: new Uint8Array(32) }
  /** Sizes of the next batches while a poisoned one is being halved. */
  #segments: number[] = []
  #retryPauseMs = 0
  #scheduled = false
  #pump: Promise<void> | undefined
  #leadership: Promise<void> | undefined
  #led = Promise.withResolvers<void>()
  #ended = Promise.withResolvers<void>()

  constructor(options: SequencerOptions) {
    this.#options = options
    this.#staging = new Staging(options.host, options.clock)
  }

  get revision(): number {
    return this.#head.revision
  }

  get leading(): boolean {
    return this.#state === 'leading'
  }

  confirmed(): boolean {
    return this.leading && this.#options.lock.confirmed()
  }

  submit<T>(proposal: Proposal<T>): Promise<Result<T, SubmitError>> {
    const refusal = this.#refusal()
    if (refusal) return Promise.resolve(err(refusal))
    return new Promise((resolve, reject) => {
      let settled = false
      const entry: Entry = {
        proposal,
        since: this.#options.clock.monotonicMs(),
        // Sound: the answer comes out of this proposal's own verdict.
        settle: (result) => { settled = true; resolve(result as Result<T, SubmitError>) },
        fail: (error) => { settled = true; reject(error) },
        settled: () => settled,
      }
      const inOrder = this.leading && this.#backlog.undecided === 0 && this.#segments.length === 0
      if (inOrder) this.#admit(entry)
      else this.#backlog.hold(entry)
      this.#schedule()
    })
  }

  lead(signal: AbortSignal): Promise<void> {
    if (!this.#leadership) {
      this.#state = 'electing'
      this.#leadership = this.#keepLeading()
      this.#leadership.catch((error) => this.#led.reject(error))
      void this.#sweep()
    }
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
    return Promise.race([this.#led.promise, aborted, this.#leadership])
  }

  async close(): Promise<void> {
    if (this.#stop.signal.aborted) return this.#leadership
    this.#stop.abort()
    this.#run()
    while (this.#pump) await this.#pump
    this.#state = 'idle'
    this.#ended.resolve()
    this.#backlog.fail({ kind: 'not-leader', message: 'klio is shutting down' })
    await this.#leadership
    await this.#options.lock.release()
  }

  #refusal(): SubmitError | undefined {
    if (this.#stop.signal.aborted) return { kind: 'not-leader', message: 'klio is shutting down' }
    if (this.#state === 'idle') return { kind: 'not-leader', message: 'this process does not lead' }
    if (this.#state === 'following') {
      return { kind: 'not-leader', message: `the log is written by ${this.#holder}` }
    }
    if (!this.#backlog.full) return undefined
    return { kind: 'overloaded', message: `${this.#backlog.waiting} writes wait already` }
  }

  #admit(entry: Entry): void {
    let staged: Staged
    try {
      staged = this.#staging.stage(entry)
    } catch (error) {
      return entry.fail(error)
    }
    if (!this.#backlog.add(staged)) void this.#answerUnbacked(staged)
  }

  /** No append proves that this process still leads, so the lock must (design 2). */
  async #answerUnbacked(staged: Staged): Promise<void> {
    const { lock } = this.#options
    if (lock.confirmed() || (await lock.confirm())) staged.entry.settle(ok(staged.answer))
    else staged.entry.settle(err({ kind: 'not-leader', message: 'the lock was not confirmed' }))
  }

  /** One turn of the event loop later, so that arrivals of the same turn share a batch. */
  #schedule(): void {
    if (this.#pump || this.#scheduled || !this.leading || this.#backlog.waiting === 0) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#run()
    })
  }

  /** A rejection here is a bug of the host or the log; nobody catches it, so that the process ends. */
  #run(): void {
    if (this.#pump || !this.leading || this.#backlog.waiting === 0) return
    this.#pump = this.#drain().finally(() => {
      this.#pump = undefined
      this.#schedule()
    })
  }

  async #drain(): Promise<void> {
    while (this.leading && this.#backlog.waiting > 0) {
      this.#refill()
      if (this.#backlog.pending > 0) await this.#send(this.#backlog.take(this.#head))
    }
  }

  /** Decides what waits: exactly the next part of a batch being halved, else a batch full. */
  #refill(): void {
    const part = this.#segments[0]
    const room = part ?? BATCH_PROPOSALS_MAX - this.#backlog.pending
    if (room > 0) for (const entry of this.#backlog.release(room)) this.#admit(entry)
    if (part !== undefined && this.#backlog.pending === 0) this.#segments.shift()
  }

  async #send(batch: Batch): Promise<void> {
    // Only what changed nothing is left of this batch: the one before it was its proof.
    if (batch.events.length === 0 && batch.requests.length === 0) return this.#commit(batch, this.#head)
    const result = await this.#options.log.append(batch)
    if (result.ok) return this.#commit(batch, result.value)
    switch (result.error.kind) {
      case 'rejected': return this.#halve(result.error.message)
      case 'unclear': return this.#clearUp(batch, result.error.message)
      case 'fenced': return this.#stepDown()
      case 'unavailable': return this.#retryLater(result.error.message)
    }
  }

  #commit(batch: Batch, head: Head): void {
    this.#head = head
    this.#retryPauseMs = 0
    this.#segments.shift()
    const landed = this.#backlog.land()
    if (batch.events.length > 0) this.#options.host.committed(batch.events)
    for (const { entry, answer } of landed) entry.settle(ok(answer))
  }

  /** Takes back every decision that is not durable. */
  #void(): void {
    this.#backlog.undecide()
    this.#staging.reset(this.#head)
    this.#options.host.aborted()
  }

  #halve(message: string): void {
    const suspects = this.#backlog.suspects()
    if (suspects.length === 1) suspects[0]!.settle(err({ kind: 'rejected', message }))
    this.#void()
    const half = suspects.length >> 1
    if (suspects.length > 1) this.#segments.splice(0, 1, half, suspects.length - half)
    else this.#segments.shift()
  }

  /** PostgreSQL took nothing: the same proposals again after a pause, until their time is up. */
  async #retryLater(message: string): Promise<void> {
    const pauseMs = Math.max(this.#retryPauseMs * 2, SEQUENCER_BACKOFF_MS_MIN)
    this.#retryPauseMs = Math.min(pauseMs, SEQUENCER_BACKOFF_MS_MAX)
    this.#void()
    this.#segments = []
    await this.#options.clock.sleep(this.#retryPauseMs, this.#stop.signal)
    this.#expire(SEQUENCER_RETRY_MS_MAX, message)
    if (this.#stop.signal.aborted) this.#backlog.fail({ kind: 'unavailable', message })
  }

  /** The answer to COMMIT was lost: nothing is assigned before the log says what became of it. */
  async #clearUp(batch: Batch, message: string): Promise<void> {
    const outcome = await this.#outcomeOf(batch, message)
    if (!outcome) {
      this.#expire(0, message)
      return this.#stepDown()
    }
    if (outcome.kind === 'foreign') return this.#stepDown()
    if (outcome.kind === 'lost') return this.#void()
    this.#commit(batch, outcome.head)
    if (outcome.overtaken) this.#stepDown()
  }

  /** Asks until PostgreSQL answers; undefined when this process ends before it does. */
  async #outcomeOf(batch: Batch, message: string): Promise<Outcome | undefined> {
    const { log, clock } = this.#options
    let pauseMs = SEQUENCER_BACKOFF_MS_MIN
    while (!this.#stop.signal.aborted) {
      try {
        return await outcomeOf(log, batch)
      } catch {
        this.#expire(REQUEST_TIMEOUT_MS, message)
        await clock.sleep(pauseMs, this.#stop.signal)
        pauseMs = Math.min(pauseMs * 2, SEQUENCER_BACKOFF_MS_MAX)
      }
    }
    return undefined
  }

  /** Another sequencer appended: its process is the one to ask now. */
  #stepDown(): void {
    this.#void()
    this.#segments = []
    if (this.#state === 'leading') this.#state = 'electing'
    this.#backlog.fail({ kind: 'not-leader', message: 'another process took over the log' })
    this.#ended.resolve()
  }

  #expire(ageMs: number, message: string): void {
    this.#backlog.expire(this.#options.clock.monotonicMs() - ageMs, message)
  }

  async #sweep(): Promise<void> {
    const { clock } = this.#options
    while (!this.#stop.signal.aborted) {
      await clock.sleep(SEQUENCER_SWEEP_MS, this.#stop.signal)
      this.#expire(REQUEST_TIMEOUT_MS, 'PostgreSQL did not answer in time')
    }
  }

  /** Lock, catch up, lead, until closed. Throws when the host is ahead of the log. */
  async #keepLeading(): Promise<void> {
    const { lock, clock, log, host, applied } = this.#options
    const signal = this.#stop.signal
    while (await lock.acquire(signal, (holder) => this.#follow(holder))) {
      this.#state = 'electing'
      this.#ended = Promise.withResolvers<void>()
      lock.onLost(() => this.#loseLock())
      const head = await catchUp(log, applied(), (events) => host.committed(events))
      // close() has settled everything by now and waits for this loop alone.
      if (head && !signal.aborted) await this.#leadUntilEnded(head)
      if (signal.aborted) return
      await lock.release()
      await clock.sleep(SEQUENCER_BACKOFF_MS_MIN, signal)
    }
  }

  async #leadUntilEnded(head: Head): Promise<void> {
    this.#head = head
    this.#staging.reset(head)
    this.#state = 'leading'
    this.#led.resolve()
    this.#options.onHolder?.(undefined)
    this.#schedule()
    await this.#ended.promise
    while (this.#pump) await this.#pump
    if (!this.#stop.signal.aborted) this.#void()
  }

  #follow(holder: string): void {
    this.#state = 'following'
    this.#holder = holder
    this.#backlog.fail({ kind: 'not-leader', message: `the log is written by ${holder}` })
    this.#options.onHolder?.(holder)
  }

  #loseLock(): void {
    if (this.#state === 'leading') this.#state = 'electing'
    this.#ended.resolve()
  }
}
