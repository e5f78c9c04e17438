import type { KubeObject } from '../meta/object.ts'
import type { Status } from '../meta/status.ts'

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
}

export type Decided = Accepted | Refused

export const refused = (status: Status): Refused => ({ ok: false, status })
