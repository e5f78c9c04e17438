import type { Change, LogEvent } from '../events/log-event.ts'
import type { SequencerHost } from '../events/proposal.ts'
import { Entry, entryKey } from './entry.ts'
import type { LiveView } from './live-view.ts'
import { renewed } from './renewed.ts'

/** A staged change: the entry it makes, and whether the object is gone after it. */
interface Staged {
  readonly entry: Entry
  readonly gone: boolean
}

/**
 * What a decision sees: the view plus everything decided and not yet durable. Deciding against the
 * view alone would let one write per batch through for a hot object, a quota or an address pool
 * (design 3).
 */
export class PendingState implements SequencerHost {
  readonly view: LiveView
  /** Newest staged state of a key. */
  readonly #overlay = new Map<string, Staged>()
  /** All staged entries by revision, to hand to the view when they commit. */
  readonly #byRevision = new Map<number, Entry>()
  readonly #aborts = new Set<() => void>()
  readonly #stagings = new Set<(entry: Entry, before: Entry | undefined, gone: boolean) => void>()

  constructor(view: LiveView) {
    this.view = view
  }

  /** The object's newest entry, staged or durable; undefined when it is gone. */
  get(resource: string, namespace: string, name: string): Entry | undefined {
    const staged = this.#overlay.get(overlayKey(resource, namespace, name))
    if (staged) return staged.gone ? undefined : staged.entry
    const entry = this.view.entry(resource, namespace, name)
    return entry && renewed(this.view.definitionOf(resource), entry)
  }

  /** The newest entries of a resource, in one namespace or all; staged ones come last. */
  entries(resource: string, namespace?: string): Entry[] {
    const durable = this.view.table(resource).entries(namespace)
    if (this.#overlay.size === 0) return durable
    const staged = [...this.#overlay.values()].filter(
      ({ entry }) => entry.resource === resource && (namespace === undefined || entry.namespace === namespace),
    )
    if (staged.length === 0) return durable
    const changed = new Set(staged.map(({ entry }) => entryKey(entry.namespace, entry.name)))
    return [
      ...durable.filter((entry) => !changed.has(entryKey(entry.namespace, entry.name))),
      ...staged.filter(({ gone }) => !gone).map(({ entry }) => entry),
    ]
  }

  /** Resources that hold or held objects, staged ones among them. */
  resources(): string[] {
    const staged = [...this.#overlay.values()].map(({ entry }) => entry.resource)
    return [...new Set([...this.view.resources(), ...staged])]
  }

  /** Hears when staged changes became void: in-memory allocations must be taken back. */
  onAbort(listener: () => void): () => void {
    this.#aborts.add(listener)
    return () => this.#aborts.delete(listener)
  }

  /** Hears of every change that was decided, before it is durable: allocations are taken here. */
  onStaged(listener: (entry: Entry, before: Entry | undefined, gone: boolean) => void): () => void {
    this.#stagings.add(listener)
    return () => this.#stagings.delete(listener)
  }

  staged(change: Change, revision: number, body: Uint8Array): void {
    const entry = this.view.entryOf({
      resource: change.resource,
      namespace: change.namespace,
      name: change.name,
      uid: change.uid,
      revision,
      bytes: body,
      object: change.object,
    })
    const key = overlayKey(change.resource, change.namespace, change.name)
    const gone = change.op === 'delete'
    if (this.#stagings.size > 0) {
      const before = this.get(change.resource, change.namespace, change.name)
      for (const listener of this.#stagings) listener(entry, before, gone)
    }
    this.#overlay.set(key, { entry, gone })
    this.#byRevision.set(revision, entry)
  }

  committed(events: readonly LogEvent[]): void {
    const entries = events.map((event) => this.#byRevision.get(event.revision))
    const known = entries.every((entry): entry is Entry => entry !== undefined)
    this.view.apply(events, known ? (entries as Entry[]) : undefined)
    for (const event of events) {
      const key = overlayKey(event.resource, event.namespace, event.name)
      if (this.#overlay.get(key)?.entry.revision === event.revision) this.#overlay.delete(key)
      this.#byRevision.delete(event.revision)
    }
  }

  aborted(): void {
    this.#overlay.clear()
    this.#byRevision.clear()
    for (const listener of this.#aborts) listener()
  }
}

const overlayKey = (resource: string, namespace: string, name: string): string =>
  `${resource}/${entryKey(namespace, name)}`
