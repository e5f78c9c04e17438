import type { Instant } from '../../base/clock.ts'
import { parseTime } from '../../meta/timestamp.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import { isPodActive, isPodReady, podReadySince } from './pod-state.ts'

/**
 * Lower goes first when pods are deleted. Source: core annotation_key_constants.go PodDeletionCost.
 */
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

/**
 * The pods to delete: those whose loss costs least come first. `related` are all pods of the same
 * workload, so that nodes with more of them lose one first.
 * Source: replica_set.go getPodsToDelete, controller_utils.go ActivePodsWithRanks.
 */
export function podsToDelete(
  pods: readonly Pod[],
  related: readonly Pod[],
  count: number,
  now: Instant,
): Pod[] {
  if (count >= pods.length) return [...pods]
  const onNode = new Map<string, number>()
  for (const pod of related) {
    if (!isPodActive(pod)) continue
    const node = pod.spec?.nodeName ?? ''
    onNode.set(node, (onNode.get(node) ?? 0) + 1)
  }
  const rank = (pod: Pod) => onNode.get(pod.spec?.nodeName ?? '') ?? 0
  return [...pods].sort((a, b) => compareForDeletion(a, b, rank, now)).slice(0, count)
}

/** Negative when `a` should be deleted before `b`. */
function compareForDeletion(a: Pod, b: Pod, rank: (pod: Pod) => number, now: Instant): number {
  return (
    assigned(a) - assigned(b) ||
    phaseOf(a) - phaseOf(b) ||
    Number(isPodReady(a)) - Number(isPodReady(b)) ||
    costOf(a) - costOf(b) ||
    rank(b) - rank(a) ||
    (isPodReady(a) ? youngerFirst(podReadySince(a), podReadySince(b), now, [a, b]) : 0) ||
    compareRestarts(a, b) ||
    youngerFirst(createdAt(a), createdAt(b), now, [a, b]) ||
    // Never by the order they come in: a restarted process holds them in another, and must pick the same.
    ((a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1)
  )
}

const assigned = (pod: Pod): number => (pod.spec?.nodeName ? 1 : 0)
const phaseOf = (pod: Pod): number => PHASE_ORDER[pod.status?.phase ?? ''] ?? 0
const createdAt = (pod: Pod): Instant | undefined => parseTime(pod.metadata.creationTimestamp ?? '')

function costOf(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST] ?? '0'
  return /^-?(0|[1-9][0-9]*)$/.test(text) && Math.abs(Number(text)) <= 0x7fffffff ? Number(text) : 0
}

function compareRestarts(a: Pod, b: Pod): number {
  const left = restartsOf(a)
  const right = restartsOf(b)
  return right.regular - left.regular || right.sidecar - left.sidecar
}

function restartsOf(pod: Pod): { regular: number; sidecar: number } {
  const sidecars = new Set(
    pod.spec?.initContainers?.filter((c) => c.restartPolicy === 'Always').map((c) => c.name),
  )
  const most = (counts: number[]) => Math.max(0, ...counts)
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
  return {
    regular: most(containerStatuses.map((s) => s.restartCount ?? 0)),
    sidecar: most(
      initContainerStatuses.filter((s) => sidecars.has(s.name)).map((s) => s.restartCount ?? 0),
    ),
  }
}

/** Ages are compared on a logarithmic scale, so that equals are picked by uid, which is random. */
function youngerFirst(
  a: Instant | undefined,
  b: Instant | undefined,
  now: Instant,
  [left, right]: readonly [Pod, Pod],
): number {
  if (a === b) return 0
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1
  const byAge = ageRank(a, now) - ageRank(b, now)
  if (byAge !== 0) return byAge
  return (left.metadata.uid ?? '') < (right.metadata.uid ?? '') ? -1 : 1
}

const ageRank = (at: Instant, now: Instant): number =>
  now > at ? Math.trunc(Math.log2((now - at) * 1e6)) : -1
