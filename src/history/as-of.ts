import { LRUCache } from 'lru-cache'
import { ok, type Result } from '../base/result.ts'
import type { Log } from '../events/log.ts'
import type { Status } from '../meta/status.ts'
import { entryKey, type Entry } from '../projections/entry.ts'
import { ObjectStore, type DefinitionOf } from '../projections/object-store.ts'
import type { Reader, ResourceSnapshot } from '../projections/reader.ts'
import { noEntries } from '../projections/table.ts'
import { DEFINITIONS } from '../resources/apiextensions/customresourcedefinition.ts'
import { registryWith } from '../projections/live-registry.ts'
import { builtIn, type Registry } from '../resources/registry.ts'
import type { Instant } from './instant.ts'

/** Folded resources kept for the next read of the same instant. */
const FOLDS_KEPT_MAX = 64

/** Folds the past out of the log, one resource at a time; what was folded is kept for a while. */
export class Past {
  readonly #log: Log
  readonly #store: ObjectStore
  readonly #folds = new LRUCache<string, ResourceSnapshot>({ max: FOLDS_KEPT_MAX })
  readonly #registries = new LRUCache<number, Registry>({ max: FOLDS_KEPT_MAX })

  constructor(log: Log, definitionOf: DefinitionOf) {
    this.#log = log
    this.#store = new ObjectStore(definitionOf)
  }

  /** A resource at a revision; `namespace` narrows what is read. */
  async snapshot(
    revision: number,
    resource: string,
    namespace: string | undefined,
  ): Promise<Result<ResourceSnapshot, Status>> {
    const key = `${revision} ${resource} ${namespace ?? ''}`
    const known = this.#folds.get(key)
    if (known) return ok(known)
    const entries = noEntries()
    for (const event of await this.#log.asOf(revision, resource, namespace))
      entries.set(
        entryKey(event.namespace, event.name),
        this.#store.entryOf({ ...event, bytes: event.body }),
      )
    const snapshot = { revision, entries }
    this.#folds.set(key, snapshot)
    return ok(snapshot)
  }

  /** The kinds that were served at a revision. */
  async registry(revision: number): Promise<Result<Registry, Status>> {
    const definitions = await this.snapshot(revision, DEFINITIONS, undefined)
    if (!definitions.ok) return definitions
    const known = this.#registries.get(revision)
    if (known) return ok(known)
    const made = registryWith(builtIn, definitions.value.entries.valuesArray())
    this.#registries.set(revision, made)
    return ok(made)
  }

  /** One object at a revision. */
  async entry(
    revision: number,
    resource: string,
    namespace: string,
    name: string,
  ): Promise<Entry | undefined> {
    const [event] = await this.#log.asOf(revision, resource, namespace, name)
    return event && this.#store.entryOf({ ...event, bytes: event.body })
  }
}

/** The read API of one instant: nothing in it moves (design 8.1). */
export class FrozenReader implements Reader {
  readonly instant: Instant
  readonly #past: Past

  constructor(past: Past, instant: Instant) {
    this.#past = past
    this.instant = instant
  }

  async entry(resource: string, namespace: string, name: string) {
    return ok(await this.#past.entry(this.instant.revision, resource, namespace, name))
  }

  snapshot(resource: string, namespace: string | undefined) {
    return this.#past.snapshot(this.instant.revision, resource, namespace)
  }

  exactly(resource: string, namespace: string | undefined, revision: number) {
    return this.#past.snapshot(Math.min(revision, this.instant.revision), resource, namespace)
  }

  now(): number {
    return this.instant.timeMs
  }
}
