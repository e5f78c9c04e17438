import { decryptBody, FORM_ENCRYPTED, sha256 } from '../events/bodies.ts'
import type { StoredEvent } from '../events/scan.ts'
import type { DigestEntry } from './state-digest.ts'

/** One row of the projection `objects`, and what a digest needs of the body. */
export interface RebuiltObject extends DigestEntry {
  readonly created: number
  /** How many versions it has had. */
  readonly version: number
}

const NO_BODY = sha256(new Uint8Array(0))

/** Folds every event, from the first on, into the state it leaves behind: nothing else is looked at. */
export class Rebuild {
  readonly objects = new Map<string, RebuiltObject>()
  /** Newest revision that was folded. */
  revision = 0
  readonly #dataKeys: ReadonlyMap<string, Buffer>

  /** `dataKeys` by uid open the bodies that are encrypted. */
  constructor(dataKeys: ReadonlyMap<string, Buffer>) {
    this.#dataKeys = dataKeys
  }

  /** Takes in the next event. */
  apply(event: StoredEvent): void {
    const { resource, namespace, name, uid, revision } = event
    const key = objectKey(resource, namespace, name)
    this.revision = revision
    if (event.op === 'delete') return void this.objects.delete(key)
    const before = event.previous === 0 ? undefined : this.objects.get(key)
    this.objects.set(key, {
      resource,
      namespace,
      name,
      uid,
      revision,
      created: before?.created ?? revision,
      version: (before?.version ?? 0) + 1,
      body: this.#digestOf(event),
    })
  }

  /** A body whose key was erased hashes as nothing, as everything else reads it. */
  #digestOf({ body, form, uid, revision }: StoredEvent): Uint8Array {
    if (body === null) return NO_BODY
    if (form !== FORM_ENCRYPTED) return sha256(body)
    const key = this.#dataKeys.get(uid)
    return key ? sha256(decryptBody(key, body, uid, revision)) : NO_BODY
  }
}

/** Key of an object among all resources. */
export const objectKey = (resource: string, namespace: string, name: string): string =>
  `${resource}\0${namespace}\0${name}`
