import type { KubeObject } from '../meta/object.ts'
import type { Status } from '../meta/status.ts'
import type { Entry } from '../projections/entry.ts'

/** An accepted command, as the API answers it. */
export interface Accepted {
  readonly ok: true
  /** The object after the command in the storage version; the last one for a delete. */
  readonly object: KubeObject
  /** managedFields as JSON text; '' when there are none. */
  readonly managed: string
  /** Encoded in the storage version; set at the latest when the command is durable. */
  bytes: Uint8Array | undefined
  readonly revision: number
  /** How the object is now: created, changed, as it was, marked for deletion, or gone. */
  readonly effect: 'created' | 'updated' | 'unchanged' | 'deleting' | 'deleted'
  readonly warnings: readonly string[]
}

/** A refused command. */
export interface Refused {
  readonly ok: false
  readonly status: Status
  /** What was to be warned of before the refusal. */
  readonly warnings?: readonly string[]
}

/** What a decision comes to. */
export type Decided = Accepted | Refused

/** A refusal with its Status. */
export const refused = (status: Status): Refused => ({ ok: false, status })

/** A write that changes nothing answers the object as it is and adds no event (design 3). */
export const unchanged = (frame: { readonly warnings: readonly string[] }, current: Entry): Accepted => ({
  ok: true, object: current.object, managed: '', bytes: current.bytes, revision: current.revision,
  effect: 'unchanged', warnings: frame.warnings,
})
