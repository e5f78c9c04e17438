import type { LogEvent } from '../events/log-event.ts'
import type { Entry } from './entry.ts'
import { ObjectStore, type DefinitionOf } from './object-store.ts'
import type { View, ViewChange } from './view.ts'
import { WatchCache, type WatchItem } from './watch-cache.ts'

/** Gets the steps of one batch, per resource and in order. */
export type StepListener = (resource: string, items: readonly WatchItem[], revision: number) => void

/**
 * The View kept current from the log: the writer is current the moment it answers, other processes
 * follow the tail. One instance per log (design 2: nothing is a singleton).
 */
export class LiveView extends ObjectStore implements View {
  readonly #windows = new Map<string, WatchCache>()
  readonly #listeners = new Set<StepListener>()
  readonly #advanced = new Set<(revision: number) => void>()
  #revision = 0
  #floor = 0

  constructor(definitionOf: DefinitionOf) {
    super(definitionOf)
  }

  get revision(): number {
    return this.#revision
  }

  /** Starts from stored state: puts without telling anybody. */
  load(events: readonly LogEvent[]): void {
    for (const event of events) this.put(this.entryOf({ ...event, bytes: event.body }))
  }

  /** Ends the loading: steps after this revision are told, older ones are not in the windows. */
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

  #step(event: LogEvent, staged: Entry | undefined): WatchItem {
    const entry = staged ?? this.entryOf({ ...event, bytes: event.body })
    const before =
      event.op === 'put' ? this.put(entry) : this.delete(event.resource, event.namespace, event.name)
    const item: WatchItem = { revision: event.revision, op: event.op, entry, before }
    this.#window(event.resource).push(item, this.count(event.resource))
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
