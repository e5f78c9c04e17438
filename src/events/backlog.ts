import {
  BATCH_BYTES_MAX,
  BATCH_PROPOSALS_MAX,
  SEQUENCER_QUEUE_BYTES_MAX,
  SEQUENCER_QUEUE_MAX,
} from '../base/limits.ts'
import { err } from '../base/result.ts'
import type { Batch, Head } from './log.ts'
import type { SubmitError } from './proposal.ts'
import type { Entry, Staged } from './staging.ts'

/**
 * Every proposal that has no answer yet, in order: sent, riding on what was sent, decided, not decided.
 * Knows nothing of logs, locks or time.
 */
export class Backlog {
  /** Not decided: only while something is being recovered. */
  #queue: Entry[] = []
  /** Decided and part of the overlay, not sent. */
  #pending: Staged[] = []
  #pendingBytes = 0
  /** Sent, not answered. */
  #flight: Staged[] = []
  /** Saw the batch in flight and changed nothing: answered when it is durable. */
  #riders: Staged[] = []

  /** Proposals that no batch in flight holds. */
  get waiting(): number {
    return this.#queue.length + this.#pending.length
  }

  /** Proposals that are not decided. */
  get undecided(): number {
    return this.#queue.length
  }

  /** Decided proposals that are not sent. */
  get pending(): number {
    return this.#pending.length
  }

  /** Whether one more proposal would be too many. */
  get full(): boolean {
    return this.waiting >= SEQUENCER_QUEUE_MAX || this.#pendingBytes >= SEQUENCER_QUEUE_BYTES_MAX
  }

  /** Keeps an entry for a later decision. */
  hold(entry: Entry): void {
    this.#queue.push(entry)
  }

  /** Gives up to `count` undecided entries away; answered ones are left out. */
  release(count: number): Entry[] {
    return this.#queue.splice(0, count).filter((entry) => !entry.settled())
  }

  /**
   * Takes a decision in. What changed nothing waits for what it saw; false when it saw nothing that is
   * not durable.
   */
  add(staged: Staged): boolean {
    const leavesNothing = staged.events.length === 0 && !staged.request
    if (!leavesNothing || this.#pending.length > 0) {
      this.#pending.push(staged)
      this.#pendingBytes += staged.bytes
    } else if (this.#flight.length > 0) this.#riders.push(staged)
    else return false
    return true
  }

  /** Sends the oldest decisions off, as many as a batch holds. */
  take(head: Head): Batch {
    let bytes = 0
    let count = 0
    while (count < this.#pending.length && count < BATCH_PROPOSALS_MAX) {
      bytes += this.#pending[count]!.bytes
      if (count > 0 && bytes > BATCH_BYTES_MAX) break
      count++
    }
    this.#flight = this.#pending.splice(0, count)
    for (const staged of this.#flight) this.#pendingBytes -= staged.bytes
    const events = this.#flight.flatMap((staged) => staged.events)
    const requests = this.#flight.flatMap((staged) => staged.request ?? [])
    return { head, events, requests }
  }

  /** Ends the batch in flight; who waits for it, in order. */
  land(): Staged[] {
    const landed = [...this.#flight, ...this.#riders]
    this.#flight = []
    this.#riders = []
    return landed
  }

  /** Entries of the batch in flight that nobody has answered. */
  suspects(): Entry[] {
    return this.#flight.map(({ entry }) => entry).filter((entry) => !entry.settled())
  }

  /** Takes back every decision; the entries wait in their order again. */
  undecide(): void {
    const entries = [...this.land(), ...this.#pending].map(({ entry }) => entry)
    this.#queue = [...entries, ...this.#queue].filter((entry) => !entry.settled())
    this.#pending = []
    this.#pendingBytes = 0
  }

  /** Answers everybody. Decisions stay staged until they land or are taken back. */
  fail(error: SubmitError): void {
    for (const entry of [...this.#staged(), ...this.#queue.splice(0)]) entry.settle(err(error))
  }

  /**
   * Answers those submitted at or before `sinceMs`. What was decided may have been sent, or still will
   * be: its answer says that it is unclear.
   */
  expire(sinceMs: number, message: string): void {
    const late = (entry: Entry): boolean => entry.since <= sinceMs
    for (const entry of this.#staged()) {
      if (late(entry)) entry.settle(err({ kind: 'unavailable', message, unclear: true }))
    }
    if (!this.#queue.some(late)) return
    for (const entry of this.#queue.filter(late)) entry.settle(err({ kind: 'unavailable', message }))
    this.#queue = this.#queue.filter((entry) => !late(entry))
  }

  #staged(): Entry[] {
    return [...this.#flight, ...this.#riders, ...this.#pending].map(({ entry }) => entry)
  }
}
