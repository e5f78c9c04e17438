import { CAUSE_TRIGGERS_MAX } from '../../base/limits.ts'
import type { KubeObject } from '../../meta/object.ts'
import type { ViewChange } from '../../projections/view.ts'

/** The steps of one object since it was last looked at, as one step. */
export interface PendingChange {
  readonly change: ViewChange
  /**
   * Newest revisions that are part of it, at most CAUSE_TRIGGERS_MAX; empty for what was there at
   * start.
   */
  readonly revisions: readonly number[]
}

/**
 * Changes that no reconciler has looked at. Steps of one object become one, from the first `before`
 * to the last `after`: under load a Pod is parsed once, and there are no more entries than objects.
 */
export class PendingChanges {
  readonly #byObject = new Map<string, PendingChange>()

  get size(): number {
    return this.#byObject.size
  }

  add(change: ViewChange, revisions: readonly number[] = [change.revision]): void {
    const key = `${change.resource}/${change.namespace}/${change.name}`
    const known = this.#byObject.get(key)
    if (!known) return void this.#byObject.set(key, { change, revisions })
    const all = [...known.revisions, ...revisions].slice(-CAUSE_TRIGGERS_MAX)
    const merged = { ...change, before: () => known.change.before() ?? goneOf(change) }
    this.#byObject.set(key, { change: merged, revisions: all })
  }

  /** The oldest, or undefined. */
  take(): PendingChange | undefined {
    for (const [key, pending] of this.#byObject) {
      this.#byObject.delete(key)
      return pending
    }
    return undefined
  }

  clear(): void {
    this.#byObject.clear()
  }
}

/** What came and went unseen went all the same: whoever waits for its end must hear of it. */
const goneOf = (change: ViewChange): KubeObject | undefined =>
  change.after() === undefined ? change.before() : undefined
