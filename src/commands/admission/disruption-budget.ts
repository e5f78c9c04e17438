import { findCondition } from '../../meta/conditions.ts'
import { labelSelectorOf, matches } from '../../meta/label-selector.ts'
import type { KubeObject } from '../../meta/object.ts'
import { forbiddenTo, tooManyRequests, withCause, type Status } from '../../meta/status.ts'
import type { PendingState } from '../../projections/pending-state.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../resources/generated/policy.gen.ts'
import type { AdmissionRule } from '../environment.ts'

const BUDGETS = 'poddisruptionbudgets.policy'
const CAUSE = 'DisruptionBudget'
/** Source: eviction.go MaxDisruptedPodSize. */
const DISRUPTED_MAX = 2000
const RETRY_SECONDS = 10
const DONE = ['Succeeded', 'Failed', 'Pending']
const VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget."

/**
 * An eviction keeps the budget of its pod. Upstream writes each eviction into the budget's status, so that
 * the next one sees it; here the next one is decided after it and counts the pods itself: what was evicted
 * is going away. Source: registry/core/pod/storage/eviction.go.
 */
export const disruptionBudgets: AdmissionRule = {
  name: 'PodDisruptionBudget',
  resources: ['pods'],
  operations: ['CREATE'],
  subresources: ['eviction'],
  phase: 'validate',
  admit({ state, namespace, name }) {
    const pod = state.get('pods', namespace, name)?.object as Pod | undefined
    if (!pod || DONE.includes(pod.status?.phase ?? 'Pending') || isGoing(pod)) return undefined
    const budgets = budgetsOf(state, namespace, pod)
    const [budget] = budgets
    if (!budget) return undefined
    if (budgets.length > 1) return tooManyBudgets()
    if (!isReady(pod) && mayGoUnready(budget)) return undefined
    return refusalOf(budget, state)
  },
}

const isGoing = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined

const isReady = ({ status }: Pod): boolean => findCondition(status?.conditions, 'Ready')?.status === 'True'

function budgetsOf(state: PendingState, namespace: string, pod: Pod): PodDisruptionBudget[] {
  return state
    .entries(BUDGETS, namespace)
    .map(({ object }) => object as PodDisruptionBudget)
    .filter((budget) => selects(budget, pod))
}

function selects({ spec }: PodDisruptionBudget, { metadata }: KubeObject): boolean {
  const selector = labelSelectorOf(spec?.selector)
  return selector.ok && matches(selector.value, metadata.labels)
}

const tooManyBudgets = (): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  code: 500,
})

/** An unready pod is no loss while enough others are healthy, or when the budget says so. */
function mayGoUnready({ spec, status }: PodDisruptionBudget): boolean {
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true
  const desired = status?.desiredHealthy ?? 0
  return desired > 0 && (status?.currentHealthy ?? 0) >= desired
}

/** Source: eviction.go checkAndDecrement. */
function refusalOf(budget: PodDisruptionBudget, state: PendingState): Status | undefined {
  const { metadata, status } = budget
  const name = metadata.name ?? ''
  const caused = (refusal: Status, message: string): Status => withCause(refusal, { reason: CAUSE, message })
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return caused(
      tooManyRequests(VIOLATES, RETRY_SECONDS),
      `The disruption budget ${name} is still being processed by the server.`,
    )
  const { disruptionsAllowed: allowed = 0, disruptedPods = {} } = status ?? {}
  const not = `The disruption budget ${name} does not allow evicting pods currently`
  const gr = { group: 'policy', resource: 'poddisruptionbudget' }
  if (allowed < 0) {
    const why = 'pdb disruptions allowed is negative'
    return caused(forbiddenTo(gr, name, why), `${not}: ${why}`)
  }
  if (Object.keys(disruptedPods).length > DISRUPTED_MAX)
    return caused(
      forbiddenTo(gr, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller'),
      `${not}: too many pending evictions not confirmed by PDB controller`,
    )
  const healthy = healthyNow(budget, state)
  if (allowed > 0 && healthy > (status?.desiredHealthy ?? 0)) return undefined
  return caused(tooManyRequests(VIOLATES, 0), whyNot(name, status, Math.min(healthy, status?.currentHealthy ?? 0)))
}

/** Pods that are ready and stay, those of the batch in flight included. */
const healthyNow = (budget: PodDisruptionBudget, state: PendingState): number =>
  state
    .entries('pods', budget.metadata.namespace ?? '')
    .map(({ object }) => object as Pod)
    .filter((pod) => selects(budget, pod) && !isGoing(pod) && isReady(pod)).length

function whyNot(name: string, status: PodDisruptionBudgetStatus | undefined, healthy: number): string {
  const not = `The disruption budget ${name} does not allow evicting pods currently`
  const condition = findCondition(status?.conditions, 'DisruptionAllowed')
  const told = condition?.status === 'False' && condition.message ? condition : undefined
  if (told?.reason === 'SyncFailed') return `${not} because it failed sync: ${told.message}`
  const desired = status?.desiredHealthy ?? 0
  if (healthy <= desired)
    return `The disruption budget ${name} needs ${desired} healthy pods and has ${healthy} currently`
  return told ? `${not} (${told.reason}): ${told.message}` : not
}
