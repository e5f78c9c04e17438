import type { Json } from '../meta/object.ts'

/** Shapes that history answers with; docs/history.md holds them, and they only grow. */

/** One change of one object. */
export interface ChangeAnswer {
  readonly revision: number
  readonly op: 'put' | 'delete'
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** What changed; empty for an object that was made or deleted. */
  readonly paths: readonly string[]
  readonly verb: string
  readonly subresource: string
  /** The object was not there before. */
  readonly created: boolean
  readonly uid: string
  /** Why a reconciler did it: component and note. */
  readonly by?: string
  readonly why?: string
  /** With values, where they were asked for. */
  readonly diff?: readonly PathAnswer[]
}

/** What somebody did at once. */
export interface ChangeSetAnswer {
  readonly changeSet: string
  /** First and last revision. */
  readonly from: number
  readonly to: number
  readonly time: string
  readonly user: string
  readonly impersonator?: string
  readonly agent: string
  readonly command: string
  readonly changes: readonly ChangeAnswer[]
}

/** One place of an object in two states; an absent side is left out. */
export interface PathAnswer {
  readonly path: string
  readonly before?: Json
  readonly after?: Json
}

/** How an object differs between two instants. */
export interface DiffAnswer {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly op: 'added' | 'removed' | 'changed'
  readonly paths: readonly PathAnswer[]
}

/** A request on record. */
export interface RequestAnswer {
  readonly id: string
  readonly time: string
  readonly user: string
  readonly impersonator?: string
  readonly agent: string
  readonly address: string
  readonly verb: string
  readonly path: string
  readonly query: string
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly subresource: string
  readonly dryRun: boolean
  readonly code: number
  readonly reason?: string
  readonly firstRevision: number
  readonly lastRevision: number
  readonly latencyMs: number
  readonly changeSet: string
  readonly command?: string
  /** How many alike this row stands for: reads are counted, not kept one by one. */
  readonly count: number
}

/** A point in the log's life. */
export interface InstantAnswer {
  readonly revision: number
  readonly time: string
}
