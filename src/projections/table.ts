import bTree, { type default as BTree } from 'sorted-btree'
import { UNORDERED_KEYS_MAX } from '../base/limits.ts'
import { Entry, entryKey } from './entry.ts'

/** In one bundled file the default of a CommonJS package lies a level deeper (node's rule). */
const Tree = 'default' in bTree ? (bTree.default as typeof bTree) : bTree

/** Entries of one resource in etcd's key order; cheap to freeze for a consistent list. */
export type OrderedEntries = BTree<string, Entry>

/** Order of keys: by code unit, as etcd orders bytes of ASCII names. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** No entries yet. */
export const noEntries = (): OrderedEntries => new Tree<string, Entry>(undefined, byText)

/** All objects of one resource with the indexes its definition names. */
export class ResourceTable {
  readonly indexed: readonly string[]
  readonly #ordered: OrderedEntries = noEntries()
  /** Steps that the order has not seen; undefined for what is gone. A write pays for order only when somebody lists. */
  readonly #unordered = new Map<string, Entry | undefined>()
  readonly #byKey = new Map<string, Entry>()
  readonly #byController = new Map<string, Map<string, Entry>>()
  readonly #byOwner = new Map<string, Map<string, Entry>>()
  readonly #byField: readonly Map<string, Map<string, Entry>>[]
  readonly #perNamespace = new Map<string, number>()

  constructor(indexed: readonly string[]) {
    this.indexed = indexed
    this.#byField = indexed.map(() => new Map<string, Map<string, Entry>>())
  }

  get size(): number {
    return this.#byKey.size
  }

  count(namespace: string): number {
    return this.#perNamespace.get(namespace) ?? 0
  }

  get(key: string): Entry | undefined {
    return this.#byKey.get(key)
  }

  /** A frozen copy, in constant time but for what was written since the last one; later writes do not show in it. */
  snapshot(): OrderedEntries {
    return this.#inOrder().clone()
  }

  /** Entries in order, of one namespace or of all. */
  entries(namespace?: string): Entry[] {
    return entriesOf(this.#inOrder(), namespace)
  }

  controlledBy(uid: string): Iterable<Entry> {
    return this.#byController.get(uid)?.values() ?? []
  }

  ownedBy(uid: string): Iterable<Entry> {
    return this.#byOwner.get(uid)?.values() ?? []
  }

  /** Entries whose indexed field has the value; undefined when the field is not indexed. */
  withField(field: string, value: string): Iterable<Entry> | undefined {
    const position = this.indexed.indexOf(field)
    return position < 0 ? undefined : (this.#byField[position]!.get(value)?.values() ?? [])
  }

  put(entry: Entry): void {
    const key = entryKey(entry.namespace, entry.name)
    const before = this.#byKey.get(key)
    if (before) this.#unindex(key, before)
    else this.#perNamespace.set(entry.namespace, this.count(entry.namespace) + 1)
    this.#byKey.set(key, entry)
    this.#later(key, entry)
    this.#index(key, entry)
  }

  delete(key: string): void {
    const before = this.#byKey.get(key)
    if (!before) return
    this.#unindex(key, before)
    this.#byKey.delete(key)
    this.#later(key, undefined)
    const left = this.count(before.namespace) - 1
    if (left === 0) this.#perNamespace.delete(before.namespace)
    else this.#perNamespace.set(before.namespace, left)
  }

  #later(key: string, entry: Entry | undefined): void {
    this.#unordered.set(key, entry)
    if (this.#unordered.size >= UNORDERED_KEYS_MAX) this.#inOrder()
  }

  /** Neighbours after each other: a sorted run touches each node of the tree once. */
  #inOrder(): OrderedEntries {
    if (this.#unordered.size === 0) return this.#ordered
    for (const key of [...this.#unordered.keys()].sort(byText)) {
      const entry = this.#unordered.get(key)
      if (entry) this.#ordered.set(key, entry)
      else this.#ordered.delete(key)
    }
    this.#unordered.clear()
    return this.#ordered
  }

  #index(key: string, entry: Entry): void {
    add(this.#byController, entry.controller, key, entry)
    for (const owner of entry.owners) add(this.#byOwner, owner, key, entry)
    for (let i = 0; i < this.indexed.length; i++) add(this.#byField[i]!, entry.fields[i]!, key, entry)
  }

  #unindex(key: string, entry: Entry): void {
    remove(this.#byController, entry.controller, key)
    for (const owner of entry.owners) remove(this.#byOwner, owner, key)
    for (let i = 0; i < this.indexed.length; i++) remove(this.#byField[i]!, entry.fields[i]!, key)
  }
}

/** The entries of a namespace, or all, in key order. */
export function entriesOf(ordered: OrderedEntries, namespace?: string): Entry[] {
  if (namespace === undefined) return ordered.valuesArray()
  const found: Entry[] = []
  // '0' follows '/' in ASCII, so this is exactly the namespace's range.
  ordered.forRange(`${namespace}/`, `${namespace}0`, false, (_key, entry) => {
    found.push(entry)
  })
  return found
}

function add(
  index: Map<string, Map<string, Entry>>,
  value: string,
  key: string,
  entry: Entry,
): void {
  let found = index.get(value)
  if (!found) index.set(value, (found = new Map()))
  found.set(key, entry)
}

function remove(index: Map<string, Map<string, Entry>>, value: string, key: string): void {
  const found = index.get(value)
  if (found?.delete(key) && found.size === 0) index.delete(value)
}
