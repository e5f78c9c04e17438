import { QUOTA_RESYNC_MS } from '../../base/limits.ts'
import type { Instant } from '../../base/clock.ts'
import type { Command } from '../../commands/command.ts'
import type { KubeObject } from '../../meta/object.ts'
import { quantityText } from '../../meta/quantity.ts'
import type { View, ViewChange } from '../../projections/view.ts'
import { quotaEvaluators, type Evaluators } from '../../resources/core/quota/evaluators.ts'
import { QuotaTotal } from '../../resources/core/quota/quota-total.ts'
import { equal } from '../../resources/equal.ts'
import type { ResourceQuota } from '../../resources/generated/core.gen.ts'
import { sameQuantity, type ResourceList } from '../../resources/resource-list.ts'
import { NOTHING, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'

const NAME = 'resourcequota-controller'
const QUOTAS = 'resourcequotas'

/**
 * Writes down what is used of each quota; what may be used is decided where writes are (commands/admission).
 * `resources` are the storage resources with a namespace. Totals follow the changes; one that disagrees with
 * the view about how many objects there are is made anew. Source: pkg/controller/resourcequota.
 */
export function resourceQuotaController(resources: () => readonly string[]): Reconciler {
  const totals = new Totals(resources)
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: resources().filter((resource) => totals.evaluators(resource)).map((resource) => ({
      resource,
      keysOf: (change, view) => totals.touched(change, view),
    })),
    workers: 5,
    reconcile(key, view, now) {
      const [namespace = '', name = ''] = key.split('/')
      const quota = view.get<ResourceQuota>(QUOTAS, namespace, name)
      if (!quota) {
        totals.forget(key)
        return NOTHING
      }
      return planOf(quota, totals.of(key, quota, view), totals, now)
    },
  }
}

function planOf(quota: ResourceQuota, total: QuotaTotal, totals: Totals, now: Instant): Plan {
  const { hard = {} } = quota.spec ?? {}
  const amounts = total.usedAt(now)
  const used: ResourceList = {}
  for (const name of Object.keys(hard)) if (totals.isKnown(name)) used[name] = quantityText(amounts.get(name)!)
  const expiry = total.nextExpiry()
  const requeueAfterMs = Math.min(QUOTA_RESYNC_MS, expiry === undefined ? Infinity : Math.max(1, expiry - now + 1))
  const isTold = sameAmounts(quota.status?.hard, hard) && sameAmounts(quota.status?.used, used)
  return { commands: isTold ? [] : [statusUpdate(quota, { hard, used })], requeueAfterMs }
}

function statusUpdate(quota: ResourceQuota, status: ResourceQuota['status']): Command {
  const { namespace = '', name = '' } = quota.metadata
  const object: ResourceQuota = { ...quota, metadata: { ...quota.metadata }, status }
  return { verb: 'update', resource: QUOTAS, subresource: 'status', namespace, name, object, why: 'counted what is used' }
}

/** The same names with the same amounts; a list that is not there differs from an empty one. */
function sameAmounts(before: ResourceList | undefined, after: ResourceList): boolean {
  if (before === undefined) return false
  const names = Object.keys(after)
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => before[name] !== undefined && sameQuantity(before[name], after[name]))
  )
}

/** The totals of all quotas that were looked at, by `namespace/name`. */
class Totals {
  readonly evaluators: Evaluators = quotaEvaluators()
  readonly #resources: () => readonly string[]
  readonly #byKey = new Map<string, QuotaTotal>()

  constructor(resources: () => readonly string[]) {
    this.#resources = resources
  }

  /** Whether any kind that is served is counted under this name. */
  isKnown(name: string): boolean {
    return this.#resources().some((resource) => this.evaluators(resource)?.counts(name))
  }

  forget(key: string): void {
    this.#byKey.delete(key)
  }

  /** Takes a change in; the keys of the quotas whose use it changed. */
  touched({ resource, namespace, name, after }: ViewChange, view: View): string[] {
    const own = resource === QUOTAS ? [`${namespace}/${name}`] : []
    if (view.count(QUOTAS, namespace) === 0) return own
    const keys = view.list<ResourceQuota>(QUOTAS, namespace).map(({ metadata }) => `${namespace}/${metadata.name}`)
    return [...own, ...keys.filter((key) => this.#byKey.get(key)?.set(resource, name, after()) ?? true)]
  }

  of(key: string, quota: ResourceQuota, view: View): QuotaTotal {
    const known = this.#byKey.get(key)
    if (known && equal(known.quota.spec, quota.spec) && this.#agrees(known, view)) return known
    const total = new QuotaTotal(quota, this.evaluators)
    const namespace = quota.metadata.namespace ?? ''
    for (const resource of this.#resources())
      if (total.counted(resource).length > 0)
        for (const object of view.list<KubeObject>(resource, namespace))
          total.set(resource, object.metadata.name ?? '', object)
    this.#byKey.set(key, total)
    return total
  }

  #agrees(total: QuotaTotal, view: View): boolean {
    const namespace = total.quota.metadata.namespace ?? ''
    return this.#resources().every(
      (resource) =>
        total.counted(resource).length === 0 || total.told(resource) === view.count(resource, namespace),
    )
  }
}
