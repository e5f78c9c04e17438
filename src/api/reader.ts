import { ok, err, type Result } from '../base/result.ts'
import type { LeaderLease } from './leader-lease.ts'
import { serviceUnavailable, tooLargeResourceVersion, type Status } from '../meta/status.ts'
import type { Entry } from '../projections/entry.ts'
import type { LiveView } from '../projections/live-view.ts'
import type { OrderedEntries } from '../projections/table.ts'

/** One resource at one revision. */
export interface ResourceSnapshot {
  readonly revision: number
  readonly entries: OrderedEntries
}

/**
 * Where reads come from: the present (the live view) or an instant (history/as-of.ts). Verbs know only
 * this, so that every read of the API works in the past as it does now.
 */
export interface Reader {
  entry(resource: string, namespace: string, name: string): Promise<Result<Entry | undefined, Status>>
  snapshot(resource: string, namespace: string | undefined): Promise<Result<ResourceSnapshot, Status>>
  /** The resource as it was at one revision: `resourceVersionMatch=Exact`. 410 below the floor. */
  exactly(
    resource: string,
    namespace: string | undefined,
    revision: number,
  ): Promise<Result<ResourceSnapshot, Status>>
  /** Time that ages in Tables are counted from, milliseconds. */
  now(): number
}

/** Folds one resource at a revision out of the log; 410 below the floor. */
export type PastSnapshot = (
  revision: number,
  resource: string,
  namespace: string | undefined,
) => Promise<Result<ResourceSnapshot, Status>>

/** Reads what is current: refused when this process may no longer be the one that writes (design 2). */
export class LiveReader implements Reader {
  readonly #view: LiveView
  readonly #lease: LeaderLease
  readonly #past: PastSnapshot

  constructor(view: LiveView, lease: LeaderLease, past: PastSnapshot) {
    this.#view = view
    this.#lease = lease
    this.#past = past
  }

  async entry(resource: string, namespace: string, name: string) {
    const stale = this.#stale()
    return stale ? err(stale) : ok(this.#view.entry(resource, namespace, name))
  }

  async snapshot(resource: string) {
    const stale = this.#stale()
    if (stale) return err(stale)
    return ok({ revision: this.#view.revision, entries: this.#view.snapshot(resource) })
  }

  async exactly(resource: string, namespace: string | undefined, revision: number) {
    if (revision > this.#view.revision)
      return err(tooLargeResourceVersion(revision, this.#view.revision))
    if (revision === this.#view.revision) return this.snapshot(resource)
    return this.#past(revision, resource, namespace)
  }

  now(): number {
    return Date.now()
  }

  #stale(): Status | undefined {
    return this.#lease.confirmed()
      ? undefined
      : serviceUnavailable('the log is not reachable, so what is current cannot be known; try again')
  }
}
