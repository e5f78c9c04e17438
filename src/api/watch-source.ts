import { expired, gone, type Status } from '../meta/status.ts'
import type { Entry } from '../projections/entry.ts'
import type { LiveView } from '../projections/live-view.ts'
import type { Reader } from '../projections/reader.ts'
import { entriesOf, type OrderedEntries } from '../projections/table.ts'
import type { WatchConnection } from './watch-connection.ts'
import { batchFrames, bookmark, initialFrames } from './watch-frames.ts'
import type { WatchHub } from './watch-hub.ts'
import type { WatchWish } from './verbs/watch.ts'

/** What a watch begins with, and how it stops hearing of more. */
export interface WatchStart {
  readonly pieces: Iterable<Uint8Array>
  readonly leave: () => void
}

/** Where watches come from: the live view, or an instant that never moves. */
export interface WatchSource {
  readonly revision: number
  open(wish: WatchWish, connection: WatchConnection): Promise<WatchStart | { status: Status }>
}

/** The present: what is there or what happened since a revision, then every step. */
export class LiveWatchSource implements WatchSource {
  readonly #view: LiveView
  readonly #hub: WatchHub

  constructor(view: LiveView, hub: WatchHub) {
    this.#view = view
    this.#hub = hub
  }

  get revision(): number {
    return this.#view.revision
  }

  /** Reading the state and joining happen in one turn of the loop: nothing falls between them. */
  async open(wish: WatchWish, connection: WatchConnection) {
    const begin = this.#begin(wish)
    if ('status' in begin) return begin
    return { pieces: begin.pieces, leave: this.#hub.join(wish.encoding, wish.selection, connection) }
  }

  #begin(wish: WatchWish): { pieces: Iterable<Uint8Array> } | { status: Status } {
    const { encoding, selection, after } = wish
    const { resource } = encoding.definition
    const { revision } = this.#view
    if (after === undefined)
      return { pieces: initial(wish, this.#view.snapshot(resource), revision) }
    if (after < 0) return { pieces: [] }
    if (after > revision)
      return { status: gone(`resourceVersion ${after} is in the future; the newest is ${revision}`) }
    const items = this.#view.stepsAfter(resource, after)
    if (!items) return { status: expired(`too old resource version: ${after} (${revision})`) }
    const frames = batchFrames(encoding, selection, items)
    return { pieces: frames ? [frames] : [] }
  }
}

/** An instant: its state and bookmarks, nothing after (design 8.1: k9s would run on to now otherwise). */
export class FrozenWatchSource implements WatchSource {
  readonly revision: number
  readonly #reader: Reader

  constructor(reader: Reader, revision: number) {
    this.#reader = reader
    this.revision = revision
  }

  async open(wish: WatchWish) {
    const { encoding, selection, after } = wish
    const leave = () => {}
    if (after !== undefined) return { pieces: [], leave }
    const found = await this.#reader.snapshot(encoding.definition.resource, selection.namespace)
    if (!found.ok) return { status: found.error }
    return { pieces: initial(wish, found.value.entries, this.revision), leave }
  }
}

function* initial(wish: WatchWish, ordered: OrderedEntries, revision: number): Generator<Uint8Array> {
  const entries: Entry[] = entriesOf(ordered, wish.selection.namespace).filter(wish.selection.test)
  yield* initialFrames(wish.encoding, entries)
  if (wish.initialEnd) yield bookmark(wish.encoding, revision, true)
}
