import type { KubeObject } from '../../meta/object.ts'
import type { Entry } from '../../projections/entry.ts'
import type { PendingState } from '../../projections/pending-state.ts'
import { equal } from '../../resources/equal.ts'
import type { ResourceQuota } from '../../resources/generated/core.gen.ts'
import { quotaEvaluators, type Evaluators } from '../../resources/core/quota/evaluators.ts'
import { QuotaTotal } from '../../resources/core/quota/quota-total.ts'

const QUOTAS = 'resourcequotas'

/** Stands for an object that nobody looks into. */
const UNSEEN: KubeObject = { apiVersion: '', kind: '', metadata: {} }

/**
 * What is used of every quota, with all that is decided and not durable yet: it follows each staged
 * change and is made anew when staged changes become void. A namespace without quotas costs one look.
 */
export class QuotaBook {
  readonly evaluators: Evaluators = quotaEvaluators()
  readonly #state: PendingState
  /** Totals by namespace, in the order of the quotas' names; undefined before the first look. */
  #totals: Map<string, QuotaTotal[]> | undefined
  /** Namespaces whose quotas changed since. */
  readonly #stale = new Set<string>()

  constructor(state: PendingState) {
    this.#state = state
    state.onAbort(() => (this.#totals = undefined))
    state.onStaged((entry, before, gone) => this.#staged(entry, before, gone))
  }

  /** The totals of a namespace; undefined where there is no quota. */
  of(namespace: string): readonly QuotaTotal[] | undefined {
    if (!this.#totals) this.#open()
    if (this.#stale.size > 0 && this.#stale.delete(namespace)) this.#fill(namespace)
    return this.#totals!.get(namespace)
  }

  /** Namespaces are filled when somebody writes to them. */
  #open(): void {
    this.#totals = new Map()
    this.#stale.clear()
    for (const entry of this.#state.entries(QUOTAS)) this.#stale.add(entry.namespace)
  }

  #fill(namespace: string): void {
    const quotas = this.#state.entries(QUOTAS, namespace).map((entry) => entry.object as ResourceQuota)
    if (quotas.length === 0) return void this.#totals!.delete(namespace)
    const totals = quotas
      .toSorted((a, b) => (a.metadata.name! < b.metadata.name! ? -1 : 1))
      .map((quota) => new QuotaTotal(quota, this.evaluators))
    for (const resource of this.#state.resources())
      if (totals.some((total) => total.counted(resource).length > 0)) this.#count(resource, namespace, totals)
    this.#totals!.set(namespace, totals)
  }

  #count(resource: string, namespace: string, totals: readonly QuotaTotal[]): void {
    // Objects that are only counted are not worth parsing.
    const blind = this.evaluators(resource)?.blind ?? false
    for (const entry of this.#state.entries(resource, namespace)) {
      const object = blind ? UNSEEN : entry.object
      for (const total of totals) total.set(resource, entry.name, object)
    }
  }

  #staged({ resource, namespace, name, object }: Entry, before: Entry | undefined, gone: boolean): void {
    if (!this.#totals) return
    if (resource === QUOTAS && (gone || !sameSpec(before?.object, object))) this.#stale.add(namespace)
    const totals = this.#totals.get(namespace)
    if (!totals || this.#stale.has(namespace)) return
    for (const total of totals) total.set(resource, name, gone ? undefined : object)
  }
}

/** A status, a label or a finalizer changes nothing of what is counted. */
const sameSpec = (before: KubeObject | undefined, after: KubeObject): boolean =>
  before !== undefined && equal((before as ResourceQuota).spec, (after as ResourceQuota).spec)
