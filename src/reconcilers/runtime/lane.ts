import { keyBackoff, type BackoffPolicy, type KeyBackoff } from '../../base/backoff.ts'
import type { Clock } from '../../base/clock.ts'
import {
  CAUSE_TRIGGERS_MAX,
  FRESHNESS_POLL_MS,
  RECONCILE_WORKERS,
  REFUSED_RETRY_MS_MIN,
  RETRY_MS_MAX,
  RETRY_MS_MIN,
  STALE_RETRY_MS_MAX,
} from '../../base/limits.ts'
import { WorkQueue } from '../../base/work-queue.ts'
import type { Trigger } from './cause.ts'
import { NotesBehind } from './notes-behind.ts'
import type { CommandSink } from './ports.ts'
import type { Reconciler } from './reconciler.ts'

/** Why a key is tried again: each reason has its own pace. */
export type RetryReason = 'stale' | 'final' | 'busy' | 'bug'

const PACE: Record<RetryReason, BackoffPolicy> = {
  stale: { baseMs: RETRY_MS_MIN, maxMs: STALE_RETRY_MS_MAX },
  final: { baseMs: REFUSED_RETRY_MS_MIN, maxMs: RETRY_MS_MAX },
  busy: { baseMs: RETRY_MS_MIN, maxMs: RETRY_MS_MAX },
  bug: { baseMs: RETRY_MS_MIN, maxMs: RETRY_MS_MAX },
}

/** What one reconciler has to do: its keys, what dirtied them, what they wait for. */
export class Lane {
  readonly reconciler: Reconciler
  readonly sink: CommandSink
  readonly queue: WorkQueue
  readonly notes: NotesBehind
  readonly #workers: number
  readonly #backoff: KeyBackoff = keyBackoff()
  readonly #revisions = new Map<string, number[]>()
  /** Keys that came back by a delay. */
  readonly #timers = new Set<string>()
  /** Revision that the view must have reached before the key is decided again. */
  readonly #fresh = new Map<string, number>()
  readonly #parked = new Set<string>()

  constructor(reconciler: Reconciler, sink: CommandSink, clock: Clock, onReady: () => void) {
    this.reconciler = reconciler
    this.sink = sink
    this.queue = new WorkQueue(clock, onReady)
    this.#workers = reconciler.workers ?? RECONCILE_WORKERS
    this.notes = new NotesBehind(this.#workers)
  }

  get hasFreeWorker(): boolean {
    return this.queue.processing < this.#workers
  }

  get isIdle(): boolean {
    const { queue, notes } = this
    return queue.length === 0 && queue.processing === 0 && this.#parked.size === 0 && notes.isEmpty
  }

  /** Changes with these revisions make the key dirty. */
  dirty(key: string, revisions: readonly number[]): void {
    if (revisions.length > 0) {
      const known = this.#revisions.get(key) ?? []
      this.#revisions.set(key, [...known, ...revisions].slice(-CAUSE_TRIGGERS_MAX))
    }
    this.queue.add(key)
  }

  /** Takes a key that may be decided on this view; keys that are ahead of it are parked. */
  take(viewRevision: number): string | undefined {
    for (let key = this.queue.take(); key !== undefined; key = this.queue.take()) {
      const needed = this.#fresh.get(key) ?? 0
      if (needed <= viewRevision) {
        this.#fresh.delete(key)
        this.#parked.delete(key)
        return key
      }
      this.#parked.add(key)
      this.queue.done(key)
      this.queue.addAfter(key, FRESHNESS_POLL_MS)
    }
    return undefined
  }

  /** The view moved on: parked keys are looked at again. */
  unpark(): void {
    for (const key of this.#parked) this.queue.add(key)
  }

  /** What led to the key, forgotten by asking. */
  trigger(key: string): Trigger {
    const revisions = this.#revisions.get(key) ?? []
    this.#revisions.delete(key)
    return { revisions, timer: this.#timers.delete(key) }
  }

  /** The key's commands were accepted up to this revision. */
  wrote(key: string, revision: number, viewRevision: number): void {
    if (revision > viewRevision) this.#fresh.set(key, revision)
  }

  settled(key: string, requeueAfterMs: number | undefined): void {
    this.#backoff.forget(key)
    if (requeueAfterMs !== undefined) this.#comeBack(key, requeueAfterMs)
    this.queue.done(key)
  }

  /** Puts the key off; each failure in a row doubles the delay. */
  retry(key: string, reason: RetryReason): void {
    this.#comeBack(key, this.#backoff.next(key, PACE[reason]))
    this.queue.done(key)
  }

  close(): void {
    this.queue.close()
  }

  #comeBack(key: string, delayMs: number): void {
    this.#timers.add(key)
    this.queue.addAfter(key, Math.max(1, delayMs))
  }
}
