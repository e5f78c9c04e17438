import { parseJson } from '../meta/json-text.ts'
import { splitManaged } from '../meta/managed-segment.ts'
import type { KubeObject } from '../meta/object.ts'
import type { ParsedCache } from './parsed-cache.ts'

/** What an entry is made of; `object` is given when it was just decided, parsed on use otherwise. */
export interface EntryParts {
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly revision: number
  readonly bytes: Uint8Array
  readonly labels: Readonly<Record<string, string>> | undefined
  /** Values of the definition's indexed fields, in its order. */
  readonly fields: readonly string[]
  /** Uid of the controller owner, or ''. */
  readonly controller: string
  /** Uids of all owners. */
  readonly owners: readonly string[]
}

const NO_OWNERS: readonly string[] = []
const decoder = new TextDecoder()

/**
 * One object at one revision: its encoded bytes, sent as they are to every list and watcher, and the
 * columns that indexes need. Entries never change; a write makes a new one.
 */
export class Entry implements EntryParts {
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly revision: number
  readonly bytes: Uint8Array
  readonly labels: Readonly<Record<string, string>> | undefined
  readonly fields: readonly string[]
  readonly controller: string
  readonly owners: readonly string[]
  readonly #cache: ParsedCache
  #object: KubeObject | undefined

  constructor(parts: EntryParts, cache: ParsedCache, object?: KubeObject) {
    this.resource = parts.resource
    this.namespace = parts.namespace
    this.name = parts.name
    this.uid = parts.uid
    this.revision = parts.revision
    this.bytes = parts.bytes
    this.labels = parts.labels
    this.fields = parts.fields
    this.controller = parts.controller
    this.owners = parts.owners.length === 0 ? NO_OWNERS : parts.owners
    this.#cache = cache
    if (object !== undefined) this.#keep(object)
  }

  /** The parsed object without managedFields; shared, so never to be changed. */
  get object(): KubeObject {
    if (this.#object !== undefined) return this.#object
    const text = decoder.decode(this.bytes)
    const split = splitManaged(text)
    const object = JSON.parse(split?.rest ?? text) as KubeObject
    if (!split) delete object.metadata.managedFields
    return this.#keep(object)
  }

  /** The object's managedFields as JSON; '' when it has none. */
  get managed(): string {
    const text = decoder.decode(this.bytes)
    const split = splitManaged(text)
    if (split) return split.managed
    const { managedFields } = (JSON.parse(text) as KubeObject).metadata
    return managedFields === undefined ? '' : JSON.stringify(managedFields)
  }

  /** The parsed object, managedFields and all: a copy of the caller's own. */
  whole(): KubeObject {
    return parseExactly(decoder.decode(this.bytes))
  }

  /** The same without managedFields. */
  copy(): KubeObject {
    const text = decoder.decode(this.bytes)
    const split = splitManaged(text)
    const object = parseExactly(split?.rest ?? text)
    if (!split) delete object.metadata.managedFields
    return object
  }

  /** The same object in another form, at the same revision. */
  inForm(bytes: Uint8Array, object: KubeObject): Entry {
    return new Entry({ ...this.#parts(), bytes }, this.#cache, object)
  }

  #parts(): EntryParts {
    const { resource, namespace, name, uid, revision, bytes, labels, fields, controller, owners } = this
    return { resource, namespace, name, uid, revision, bytes, labels, fields, controller, owners }
  }

  /** Called by the cache when room is needed. */
  forget(): void {
    this.#object = undefined
  }

  #keep(object: KubeObject): KubeObject {
    this.#object = object
    this.#cache.kept(this)
    return object
  }
}

/** `default/web`, or the bare name of a cluster-scoped object: etcd's key order. */
export const entryKey = (namespace: string, name: string): string =>
  namespace === '' ? name : `${namespace}/${name}`

/** Sixteen digits or more: an integer that a double may not hold. */
const LONG_NUMBER = /[:,[]-?\d{16}/

/** The same with every integer exact, for objects that are changed and stored again (design 9). */
function parseExactly(text: string): KubeObject {
  const parsed = LONG_NUMBER.test(text) ? parseJson(text) : undefined
  return (parsed?.ok ? parsed.value.value : JSON.parse(text)) as unknown as KubeObject
}
