import type { LogEvent } from '../events/log-event.ts'
import { PARSED_BYTES_MAX } from '../base/limits.ts'
import type { KubeObject } from '../meta/object.ts'
import { matches, type LabelSelector } from '../meta/label-selector.ts'
import type { ResourceDefinition } from '../resources/define.ts'
import { Entry, entryKey } from './entry.ts'
import { ParsedCache } from './parsed-cache.ts'
import { ResourceTable, type OrderedEntries } from './table.ts'
import type { ObjectRef, View, ViewChange } from './view.ts'
import { WatchCache, type WatchItem } from './watch-cache.ts'

/** Finds the definition of a storage resource; undefined for one that is no longer served. */
export type DefinitionOf = (resource: string) => ResourceDefinition | undefined

/** Gets the steps of one batch, per resource and in order. */
export type StepListener = (resource: string, items: readonly WatchItem[], revision: number) => void

/**
 * The View kept current from the log: the writer is current the moment it answers, other processes
 * follow the tail. One instance per log (design 2: nothing is a singleton).
 */
export class LiveView implements View {
  readonly #definitionOf: DefinitionOf
  readonly #cache = new ParsedCache(PARSED_BYTES_MAX)
  readonly #tables = new Map<string, ResourceTable>()
  readonly #windows = new Map<string, WatchCache>()
  readonly #uids = new Map<string, Entry>()
  readonly #listeners = new Set<StepListener>()
  readonly #advanced = new Set<(revision: number) => void>()
  #revision = 0
  #floor = 0

  constructor(definitionOf: DefinitionOf) {
    this.#definitionOf = definitionOf
  }

  get revision(): number {
    return this.#revision
  }

  /** Makes an entry out of a decided change, keeping the parsed object it was encoded from. */
  entryOf(parts: {
    resource: string
    namespace: string
    name: string
    uid: string
    revision: number
    bytes: Uint8Array
    object?: KubeObject
  }): Entry {
    const object = parts.object ?? parseWithoutManaged(parts.bytes)
    const definition = this.#definitionOf(parts.resource)
    const owners = object.metadata.ownerReferences ?? []
    return new Entry(
      {
        ...parts,
        labels: object.metadata.labels,
        fields: (definition?.indexed ?? []).map((name) => definition!.fields![name]!(object)),
        controller: owners.find((owner) => owner.controller)?.uid ?? '',
        owners: owners.map((owner) => owner.uid),
      },
      this.#cache,
      parts.object,
    )
  }

  /** Starts from stored state: puts without telling anybody; `revision` is where the log ends. */
  load(events: readonly LogEvent[]): void {
    for (const event of events) {
      const entry = this.entryOf({ ...event, bytes: event.body })
      this.table(event.resource).put(entry)
      this.#uids.set(entry.uid, entry)
    }
  }

  /** Ends the loading: steps from here on are told, older ones are not in the windows. */
  loaded(revision: number): void {
    this.#revision = revision
    this.#floor = revision
  }

  /** Applies a committed batch in order. `entries` are those made when the changes were staged. */
  apply(events: readonly LogEvent[], entries?: readonly Entry[]): void {
    const steps = new Map<string, WatchItem[]>()
    events.forEach((event, i) => {
      if (event.revision <= this.#revision) return
      const item = this.#step(event, entries?.[i])
      this.#revision = event.revision
      let list = steps.get(event.resource)
      if (!list) steps.set(event.resource, (list = []))
      list.push(item)
    })
    for (const [resource, items] of steps)
      for (const listener of this.#listeners) listener(resource, items, this.#revision)
    for (const listener of this.#advanced) listener(this.#revision)
  }

  /** Hears of every step; returns the way to stop. */
  onSteps(listener: StepListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Hears of every new revision, after the steps. */
  onRevision(listener: (revision: number) => void): () => void {
    this.#advanced.add(listener)
    return () => this.#advanced.delete(listener)
  }

  /** Steps of a resource after a revision, or undefined when it is too old for the window. */
  stepsAfter(resource: string, revision: number): readonly WatchItem[] | undefined {
    return this.#window(resource).after(revision)
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
      table = new ResourceTable(this.#definitionOf(resource)?.indexed ?? [])
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
    const read = this.#definitionOf(resource)?.fields?.[field]
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

  #step(event: LogEvent, staged: Entry | undefined): WatchItem {
    const table = this.table(event.resource)
    const key = entryKey(event.namespace, event.name)
    const before = table.get(key)
    const entry = staged ?? this.entryOf({ ...event, bytes: event.body })
    if (event.op === 'put') {
      table.put(entry)
      this.#uids.set(entry.uid, entry)
    } else {
      table.delete(key)
      this.#uids.delete(entry.uid)
    }
    const item: WatchItem = { revision: event.revision, op: event.op, entry, before }
    this.#window(event.resource).push(item, table.size)
    return item
  }

  #window(resource: string): WatchCache {
    let window = this.#windows.get(resource)
    if (!window) this.#windows.set(resource, (window = new WatchCache(this.#floor)))
    return window
  }
}

/** A step as pure rooms see it. */
export const viewChange = (resource: string, item: WatchItem): ViewChange => ({
  resource,
  namespace: item.entry.namespace,
  name: item.entry.name,
  revision: item.revision,
  before: () => item.before?.object,
  after: () => (item.op === 'put' ? item.entry.object : undefined),
})

function objects<O extends KubeObject>(entries: Iterable<Entry>, namespace?: string): O[] {
  const found: O[] = []
  for (const entry of entries)
    if (namespace === undefined || entry.namespace === namespace) found.push(entry.object as O)
  return found
}

function parseWithoutManaged(bytes: Uint8Array): KubeObject {
  const object = JSON.parse(new TextDecoder().decode(bytes)) as KubeObject
  delete object.metadata.managedFields
  return object
}
