import { PARSED_BYTES_MAX } from '../base/limits.ts'
import { matches, type LabelSelector } from '../meta/label-selector.ts'
import { headOf } from '../meta/managed-segment.ts'
import type { KubeObject } from '../meta/object.ts'
import type { ResourceDefinition } from '../resources/define.ts'
import { Entry, entryKey } from './entry.ts'
import { ParsedCache } from './parsed-cache.ts'
import { ResourceTable, type OrderedEntries } from './table.ts'
import type { ObjectRef, View } from './view.ts'

const decoder = new TextDecoder()

/** Finds the definition of a storage resource; undefined for one that is no longer served. */
export type DefinitionOf = (resource: string) => ResourceDefinition | undefined

/** What an entry is made from; `object` is given when it was just decided. */
export interface EntrySource {
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly revision: number
  readonly bytes: Uint8Array
  readonly object?: KubeObject
}

/**
 * Tables of all resources with their indexes: what a view reads from, whoever keeps it current (the
 * process's own log, or list and watch over HTTP).
 */
export class ObjectStore implements Omit<View, 'revision'> {
  readonly definitionOf: DefinitionOf
  readonly #cache = new ParsedCache(PARSED_BYTES_MAX)
  readonly #tables = new Map<string, ResourceTable>()
  readonly #uids = new Map<string, Entry>()

  constructor(definitionOf: DefinitionOf) {
    this.definitionOf = definitionOf
  }

  /** Makes an entry with the columns its definition indexes. */
  entryOf(source: EntrySource): Entry {
    const definition = this.definitionOf(source.resource)
    const object = source.object ?? parseForIndexes(source.bytes, definition?.indexed?.length ?? 0)
    const owners = object.metadata.ownerReferences ?? []
    return new Entry(
      {
        ...source,
        labels: object.metadata.labels,
        fields: (definition?.indexed ?? []).map((name) => definition!.fields![name]!(object)),
        controller: owners.find((owner) => owner.controller)?.uid ?? '',
        owners: owners.map((owner) => owner.uid),
      },
      this.#cache,
      source.object,
    )
  }

  /** Puts the entry in the place of the one before, which it gives back. */
  put(entry: Entry): Entry | undefined {
    const table = this.table(entry.resource)
    const before = table.get(entryKey(entry.namespace, entry.name))
    table.put(entry)
    this.#uids.set(entry.uid, entry)
    return before
  }

  /** Takes an object out; gives back what was there. */
  delete(resource: string, namespace: string, name: string): Entry | undefined {
    const table = this.table(resource)
    const key = entryKey(namespace, name)
    const before = table.get(key)
    if (!before) return undefined
    table.delete(key)
    this.#uids.delete(before.uid)
    return before
  }

  snapshot(resource: string): OrderedEntries {
    return this.table(resource).snapshot()
  }

  entry(resource: string, namespace: string, name: string): Entry | undefined {
    return this.#tables.get(resource)?.get(entryKey(namespace, name))
  }

  /** Resources that hold or held objects. */
  resources(): string[] {
    return [...this.#tables.keys()]
  }

  table(resource: string): ResourceTable {
    let table = this.#tables.get(resource)
    if (!table) {
      table = new ResourceTable(this.definitionOf(resource)?.indexed ?? [])
      this.#tables.set(resource, table)
    }
    return table
  }

  get<O extends KubeObject>(resource: string, namespace: string, name: string): O | undefined {
    return this.entry(resource, namespace, name)?.object as O | undefined
  }

  list<O extends KubeObject>(resource: string, namespace?: string): O[] {
    return objects(this.#tables.get(resource)?.entries(namespace) ?? [])
  }

  byController<O extends KubeObject>(resource: string, uid: string, namespace?: string): O[] {
    const found = this.#tables.get(resource)?.controlledBy(uid) ?? []
    return objects(found, namespace)
  }

  byOwner<O extends KubeObject>(resource: string, uid: string): O[] {
    return objects(this.#tables.get(resource)?.ownedBy(uid) ?? [])
  }

  byField<O extends KubeObject>(resource: string, field: string, value: string): O[] {
    const found = this.#tables.get(resource)?.withField(field, value)
    if (found) return objects(found)
    const read = this.definitionOf(resource)?.fields?.[field]
    if (!read) return []
    return this.list<O>(resource).filter((object) => read(object) === value)
  }

  bySelector<O extends KubeObject>(
    resource: string,
    namespace: string,
    selector: LabelSelector,
  ): O[] {
    const all = this.#tables.get(resource)?.entries(namespace) ?? []
    return objects(all.filter((entry) => matches(selector, entry.labels ?? {})))
  }

  byUid(uid: string): ObjectRef | undefined {
    return this.#uids.get(uid)
  }

  count(resource: string, namespace?: string): number {
    const table = this.#tables.get(resource)
    return table ? (namespace === undefined ? table.size : table.count(namespace)) : 0
  }
}

function objects<O extends KubeObject>(entries: Iterable<Entry>, namespace?: string): O[] {
  const found: O[] = []
  for (const entry of entries)
    if (namespace === undefined || entry.namespace === namespace) found.push(entry.object as O)
  return found
}

/** As much of an object as its indexes look at. */
function parseForIndexes(bytes: Uint8Array, fields: number): KubeObject {
  const text = decoder.decode(bytes)
  const object = JSON.parse((fields === 0 ? headOf(text) : undefined) ?? text) as KubeObject
  delete object.metadata.managedFields
  return object
}
