import type { Result } from '../base/result.ts'
import type { Status } from '../meta/status.ts'
import type { Entry } from './entry.ts'
import type { OrderedEntries } from './table.ts'

/** One resource at one revision. */
export interface ResourceSnapshot {
  readonly revision: number
  readonly entries: OrderedEntries
}

/**
 * Where reads come from: the present (the live view) or an instant (history/as-of.ts). Verbs know only
 * this, so that every read of the API works in the past as it does now.
 */
export interface Reader {
  entry(resource: string, namespace: string, name: string): Promise<Result<Entry | undefined, Status>>
  snapshot(resource: string, namespace: string | undefined): Promise<Result<ResourceSnapshot, Status>>
  /** The resource as it was at one revision: `resourceVersionMatch=Exact`. 410 below the floor. */
  exactly(
    resource: string,
    namespace: string | undefined,
    revision: number,
  ): Promise<Result<ResourceSnapshot, Status>>
  /** Time that ages in Tables are counted from, milliseconds. */
  now(): number
}
