import { ok, err, type Result } from '../base/result.ts'
import type { LeaderLease } from './leader-lease.ts'
import { serviceUnavailable, tooLargeResourceVersion, type Status } from '../meta/status.ts'
import type { LiveView } from './live-view.ts'
import type { Reader, ResourceSnapshot } from './reader.ts'

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
