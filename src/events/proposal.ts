import type { Result } from '../base/result.ts'
import type { Change, LogEvent, Micros, RequestRecord } from './log-event.ts'

/** Where the sequencer stands while it decides: the revision the first change would get. */
export interface Slot {
  readonly revision: number
  readonly time: Micros
}

/** What a proposal decided: changes to append, the request's record and the answer to give after. */
export interface Verdict<T> {
  readonly changes: readonly Change[]
  /** Undefined for a request that leaves no row here (a read, or klio's own no-op). */
  readonly request?: RequestRecord
  readonly answer: T
}

/**
 * A write that waits for its turn. `decide` runs synchronously, in order, against the view plus
 * everything decided before it; it runs again when the batch that held it was lost.
 */
export interface Proposal<T> {
  decide(slot: Slot): Verdict<T>
}

/** Why a proposal got no answer. The text is for people. */
export interface SubmitError {
  readonly kind: 'overloaded' | 'not-leader' | 'unavailable' | 'rejected'
  readonly message: string
  /** The write may have happened all the same: its COMMIT was sent and never answered. */
  readonly unclear?: boolean
}

/** What the sequencer tells the state it decides against. */
export interface SequencerHost {
  /** A change was decided and is now part of what the next decision sees. */
  staged(change: Change, revision: number, body: Uint8Array): void
  /** These are durable now, in order; called before any answer is given. */
  committed(events: readonly LogEvent[]): void
  /** Everything staged and not committed is void; proposals are decided again. */
  aborted(): void
}

/** The one writer of a log. One process at a time holds the lock; the primary key is the fence. */
export interface Sequencer {
  submit<T>(proposal: Proposal<T>): Promise<Result<T, SubmitError>>
  /** Whether an answer without an append may be given: the lock was confirmed within 2 s (design 2). */
  confirmed(): boolean
  /** Newest committed revision. */
  readonly revision: number
  readonly leading: boolean
  /** Resolves when this process holds the lock and has caught up. */
  lead(signal: AbortSignal): Promise<void>
  /** Stops taking proposals, ends the batch in flight, gives the lock back. */
  close(): Promise<void>
}
