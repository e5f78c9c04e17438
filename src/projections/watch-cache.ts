import { WATCH_WINDOW_BYTES_MAX, WATCH_WINDOW_EVENTS_MIN } from '../base/limits.ts'
import type { Entry } from './entry.ts'

/** One object's step, as watchers of its resource get it. */
export interface WatchItem {
  readonly revision: number
  readonly op: 'put' | 'delete'
  /** The object after the step; for a delete the last object with the deleting revision. */
  readonly entry: Entry
  /** The object before; undefined when this step created it. */
  readonly before: Entry | undefined
}

/**
 * Recent steps of one resource, so that a watch resumes without SQL. The window holds
 * max(10,000, 2 x live objects) steps, fewer when they are big: beyond it a relist is cheaper (design 8).
 */
export class WatchCache {
  #items: WatchItem[] = []
  #first = 0
  /** Bytes that only the window holds: what a step replaced. */
  #bytes = 0
  /** Every step after this revision is in the window. */
  #floor: number

  constructor(floor: number) {
    this.#floor = floor
  }

  get floor(): number {
    return this.#floor
  }

  push(item: WatchItem, liveObjects: number): void {
    this.#items.push(item)
    this.#bytes += heldBytes(item)
    const cap = Math.max(WATCH_WINDOW_EVENTS_MIN, 2 * liveObjects)
    while (this.#items.length - this.#first > cap || this.#bytes > WATCH_WINDOW_BYTES_MAX) this.#drop()
    if (this.#first > 4096 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first)
      this.#first = 0
    }
  }

  #drop(): void {
    const oldest = this.#items[this.#first++]!
    this.#bytes -= heldBytes(oldest)
    this.#floor = oldest.revision
  }

  /** Steps after a revision in order, or undefined when the window does not reach back so far. */
  after(revision: number): readonly WatchItem[] | undefined {
    if (revision < this.#floor) return undefined
    let low = this.#first
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#items[middle]!.revision <= revision) low = middle + 1
      else high = middle
    }
    return this.#items.slice(low)
  }
}

/** The view holds what is live; the window alone holds what a step replaced or removed. */
const heldBytes = ({ op, entry, before }: WatchItem): number =>
  (before?.bytes.length ?? 0) + (op === 'delete' ? entry.bytes.length : 0)
