import type { Instant } from '../../base/clock.ts'
import { DISRUPTION_CONFIRM_MS } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import { type Condition, setCondition } from '../../meta/conditions.ts'
import { objectKey, splitKey } from '../../meta/key.ts'
import { labelSelectorOf, matches } from '../../meta/label-selector.ts'
import type { KubeObject } from '../../meta/object.ts'
import { parseTime } from '../../meta/timestamp.ts'
import type { View, ViewChange } from '../../projections/view.ts'
import { equal, equalMaps } from '../../resources/equal.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../resources/generated/policy.gen.ts'
import { type Note, NOTHING, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'
import { type Expected, expectedOf, type ScaledKinds } from './budget-pods.ts'
import { isPodReady } from './pod-state.ts'

const NAME = 'disruption-controller'
const BUDGETS = 'poddisruptionbudgets.policy'
const ALLOWED = 'DisruptionAllowed'
/** Whose replicas budgets count. */
const SCALED = ['replicasets.apps', 'replicationcontrollers', 'deployments.apps', 'statefulsets.apps']

/** Counts how many pods may be disrupted now; evictions ask for it. Source: pkg/controller/disruption. */
export function disruptionController(kinds: ScaledKinds): Reconciler {
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: [
      { resource: BUDGETS, keysOf: (change) => [objectKey(change.namespace, change.name)] },
      { resource: 'pods', keysOf: budgetsOfPod },
      ...SCALED.map((resource) => ({ resource, keysOf: (change: ViewChange, view: View) => rescaled(change, view) })),
    ],
    reconcile(key, view, now) {
      const { namespace, name } = splitKey(key)
      const budget = view.get<PodDisruptionBudget>(BUDGETS, namespace, name)
      return budget ? plan(budget, { view, kinds, now }) : NOTHING
    },
  }
}

/** Budgets that select the pod, before or after the change. */
function budgetsOfPod(change: ViewChange, view: View): string[] {
  if (view.count(BUDGETS, change.namespace) === 0) return []
  const sides = [change.before(), change.after()].filter((pod) => pod !== undefined)
  return view
    .list<PodDisruptionBudget>(BUDGETS, change.namespace)
    .filter((budget) => sides.some((pod) => selects(budget, pod)))
    .map(({ metadata }) => objectKey(metadata.namespace ?? '', metadata.name ?? ''))
}

/** Replicas count when they change; all budgets of the namespace look again. */
function rescaled(change: ViewChange, view: View): string[] {
  if (view.count(BUDGETS, change.namespace) === 0) return []
  const replicas = (object: KubeObject | undefined): unknown =>
    (object as { spec?: { replicas?: number } } | undefined)?.spec?.replicas
  if (replicas(change.before()) === replicas(change.after())) return []
  return view
    .list<PodDisruptionBudget>(BUDGETS, change.namespace)
    .map(({ metadata }) => objectKey(metadata.namespace ?? '', metadata.name ?? ''))
}

function selects({ spec }: PodDisruptionBudget, { metadata }: KubeObject): boolean {
  const selector = labelSelectorOf(spec?.selector)
  return selector.ok && matches(selector.value, metadata.labels)
}

interface World {
  readonly view: View
  readonly kinds: ScaledKinds
  readonly now: Instant
}

/** Source: disruption.go trySync. */
function plan(budget: PodDisruptionBudget, { view, kinds, now }: World): Plan {
  const selector = labelSelectorOf(budget.spec?.selector)
  if (!selector.ok) return failed(budget, selector.error, now)
  const pods = view.bySelector<Pod>('pods', budget.metadata.namespace ?? '', selector.value)
  const expected = expectedOf(budget, pods, view, kinds)
  if ('problem' in expected) return failed(budget, expected.problem, now)
  const { kept, recheckAt } = disruptedOf(budget, pods, now)
  const currentHealthy = pods.filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined && kept[pod.metadata.name ?? ''] === undefined && isPodReady(pod),
  ).length
  const status = statusOf(budget, expected, { currentHealthy, disruptedPods: kept }, now)
  const requeueAfterMs = recheckAt === undefined ? undefined : Math.max(1, recheckAt - now)
  const wait = requeueAfterMs === undefined ? {} : { requeueAfterMs }
  if (isTold(budget.status, status)) return { commands: [], ...wait }
  return { commands: [update(budget, status)], notes: notesOf(budget, pods, expected), ...wait }
}

type Counted = Exclude<Expected, { problem: string }>

function statusOf(
  { metadata, status }: PodDisruptionBudget,
  { count, healthy }: Counted,
  seen: { currentHealthy: number; disruptedPods: Record<string, string> },
  now: Instant,
): PodDisruptionBudgetStatus {
  const spare = seen.currentHealthy - healthy
  const disruptionsAllowed = count <= 0 || spare <= 0 ? 0 : spare
  const observedGeneration = metadata.generation ?? 0
  const wish: Condition = {
    type: ALLOWED,
    status: disruptionsAllowed > 0 ? 'True' : 'False',
    reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    observedGeneration,
  }
  return {
    observedGeneration,
    ...(Object.keys(seen.disruptedPods).length > 0 && { disruptedPods: seen.disruptedPods }),
    disruptionsAllowed,
    currentHealthy: seen.currentHealthy,
    desiredHealthy: healthy,
    expectedPods: count,
    conditions: [...setCondition(status?.conditions, wish, now)] as PodDisruptionBudgetStatus['conditions'],
  }
}

const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods', 'observedGeneration'] as const

function isTold(before: PodDisruptionBudgetStatus | undefined, after: PodDisruptionBudgetStatus): boolean {
  return (
    before !== undefined &&
    COUNTS.every((name) => (before[name] ?? 0) === after[name]) &&
    equalMaps(before.disruptedPods, after.disruptedPods) &&
    equal(before.conditions, after.conditions)
  )
}

/** Pods that someone said would go, as long as that may still be. Source: buildDisruptedPodMap. */
function disruptedOf(
  { status }: PodDisruptionBudget,
  pods: readonly Pod[],
  now: Instant,
): { kept: Record<string, string>; recheckAt: Instant | undefined } {
  const kept: Record<string, string> = {}
  let recheckAt: Instant | undefined
  for (const { metadata } of pods) {
    const since = status?.disruptedPods?.[metadata.name ?? '']
    if (since === undefined || metadata.deletionTimestamp !== undefined) continue
    const until = (parseTime(since) ?? 0) + DISRUPTION_CONFIRM_MS
    if (until < now) continue
    kept[metadata.name ?? ''] = since
    recheckAt = Math.min(recheckAt ?? until, until)
  }
  return { kept, recheckAt: recheckAt === undefined ? undefined : recheckAt + 1 }
}

/** Nothing may be disrupted while the count is not known. Source: disruption.go failSafe. */
function failed(budget: PodDisruptionBudget, message: string, now: Instant): Plan {
  const { status } = budget
  const observedGeneration = status?.observedGeneration ?? 0
  const wish: Condition = { type: ALLOWED, status: 'False', reason: 'SyncFailed', message, observedGeneration }
  const conditions = setCondition(status?.conditions, wish, now)
  if (status?.disruptionsAllowed === 0 && conditions === status.conditions) return NOTHING
  const next = { ...status, disruptionsAllowed: 0, conditions: [...conditions] } as PodDisruptionBudgetStatus
  const note = noteOf(budget, 'Warning', {
    reason: 'CalculateExpectedPodCountFailed',
    message: `Failed to calculate the number of expected pods: ${message}`,
  })
  return { commands: [update(budget, next)], notes: [note] }
}

function update(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus): Command {
  const { namespace = '', name = '' } = budget.metadata
  const object: PodDisruptionBudget = { ...budget, status }
  const why = `${status.currentHealthy} of ${status.expectedPods} pods are healthy, ${status.desiredHealthy} must be`
  return { verb: 'update', resource: BUDGETS, subresource: 'status', namespace, name, object, why }
}

function noteOf(
  { metadata }: PodDisruptionBudget,
  type: Note['type'],
  words: { reason: string; message: string },
): Note {
  const { namespace = '', name = '', uid = '' } = metadata
  const regarding = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace, name, uid }
  return { regarding, type, ...words }
}

function notesOf(budget: PodDisruptionBudget, pods: readonly Pod[], { unmanaged }: Counted): Note[] {
  if (pods.length === 0)
    return [noteOf(budget, 'Normal', { reason: 'NoPods', message: 'No matching pods found' })]
  if (unmanaged.length === 0) return []
  const message =
    'Pods selected by this PodDisruptionBudget were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
  return [noteOf(budget, 'Warning', { reason: 'UnmanagedPods', message })]
}
