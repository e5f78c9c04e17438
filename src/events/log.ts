import type { Result } from '../base/result.ts'
import type { LogEvent, Micros, Observation, RequestRecord } from './log-event.ts'
import type { LogId } from './log-id.ts'

/** Where a log ends. */
export interface Head {
  readonly revision: number
  readonly time: Micros
  /** Chain hash of the newest event: SHA-256(previous hash, header, body digest). */
  readonly hash: Uint8Array
}

/** Why an append did not happen, or may not have. */
export type AppendError =
  /** Another sequencer took a revision (23505, 23514): step down, catch up. */
  | { readonly kind: 'fenced' }
  /** PostgreSQL refused the batch itself; halve it to find the culprit. */
  | { readonly kind: 'rejected'; readonly message: string }
  /** The connection broke around COMMIT: read the head before anything else. */
  | { readonly kind: 'unclear'; readonly message: string }
  /** No connection, read-only, disk full: nothing was written; try again later. */
  | { readonly kind: 'unavailable'; readonly message: string }

/** One batch: contiguous revisions after `head`, and the requests to keep with it. */
export interface Batch {
  readonly head: Head
  readonly events: readonly (LogEvent & { readonly sensitive: boolean })[]
  readonly requests: readonly RequestRecord[]
}

/** Which events to read. */
export interface EventFilter {
  readonly resource?: string
  readonly namespace?: string
  readonly name?: string
  readonly fromRevision?: number
  readonly toRevision?: number
  readonly newestFirst?: boolean
  readonly limit: number
  /** Leave bodies out (body is empty). */
  readonly thin?: boolean
  /** Only what people meant (true), or only the rest (false). */
  readonly intent?: boolean
  /** Resources to leave out. */
  readonly without?: readonly string[]
  /** These revisions alone. */
  readonly revisions?: readonly number[]
}

/** Which requests to read, newest first. */
export interface RequestFilter {
  readonly id?: string
  readonly ids?: readonly string[]
  readonly changeSet?: string
  readonly changeSets?: readonly string[]
  readonly verb?: string
  readonly resource?: string
  readonly name?: string
  /** Users to leave out, as SQL LIKE patterns: klio's own components. */
  readonly withoutUsers?: readonly string[]
  readonly user?: string
  readonly namespace?: string
  readonly code?: number
  readonly before?: Micros
  readonly after?: Micros
  readonly limit: number
}

/** Reads of one actor, verb, resource, namespace and code within one second. */
export interface ReadCount {
  /** What they share; the rest of the record is empty. */
  readonly request: RequestRecord
  readonly count: number
}

/**
 * An append-only log of object changes. Implementations: PostgreSQL (postgres-log.ts) and memory
 * (memory-log.ts), both held to test/contract/event-log.ts.
 */
export interface Log {
  readonly id: LogId
  head(): Promise<Head>
  /** Oldest revision that can still be read. */
  floor(): Promise<number>
  /** Appends a whole batch or nothing, durable when it resolves ok. */
  append(batch: Batch): Promise<Result<Head, AppendError>>
  /** Events after `revision` in order, at most `limit`, bodies decrypted. */
  after(revision: number, limit: number): Promise<LogEvent[]>
  /** The newest event of every live object, by (resource, namespace, name): what a view starts from. */
  live(pageSize: number): AsyncIterable<LogEvent[]>
  /** The state of one resource at a revision: newest event of each object that was not deleted then. */
  asOf(revision: number, resource: string, namespace?: string, name?: string): Promise<LogEvent[]>
  /** The last revision whose time is at or before the instant; 0 before the first event. */
  revisionAt(time: Micros): Promise<number>
  events(filter: EventFilter): Promise<LogEvent[]>
  requests(filter: RequestFilter): Promise<RequestRecord[]>
  /** Noted reads that a filter names, newest first: counts, a row a second for what repeats. */
  reads(filter: RequestFilter): Promise<ReadCount[]>
  /** Requests that changed nothing and need no durability: reads, written in batches behind the answer. */
  note(requests: readonly RequestRecord[]): Promise<void>
  observe(observations: readonly Observation[]): Promise<void>
  observations(filter: { podUid?: string; limit: number }): Promise<Observation[]>
  close(): Promise<void>
}
