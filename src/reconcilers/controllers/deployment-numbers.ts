import { scaledValue, type IntOrString } from '../../meta/int-or-string.ts'
import type { Deployment, ReplicaSet } from '../../resources/generated/apps.gen.ts'

/** What "no limit" looks like in int32 fields. Source: Go math.MaxInt32. */
const INT32_MAX = 0x7fffffff

/** Replicas a Deployment wants. */
export const wanted = (d: Deployment): number => d.spec.replicas ?? 1

/** Replicas a ReplicaSet was told to have. */
export const told = (set: ReplicaSet): number => set.spec.replicas ?? 1

/** Source: deployment_util.go IsRollingUpdate; the default strategy is one. */
export const isRollingUpdate = (d: Deployment): boolean =>
  (d.spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate'

/** Pods a rolling update may have beyond `wanted`. Source: deployment_util.go MaxSurge. */
export const maxSurge = (d: Deployment): number => (isRollingUpdate(d) ? fenceposts(d).surge : 0)

/** Pods a rolling update may lack. Source: deployment_util.go MaxUnavailable. */
export function maxUnavailable(d: Deployment): number {
  if (!isRollingUpdate(d) || wanted(d) === 0) return 0
  return Math.min(fenceposts(d).unavailable, wanted(d))
}

/** Source: deployment_util.go HasProgressDeadline. */
export const hasProgressDeadline = (d: Deployment): boolean =>
  d.spec.progressDeadlineSeconds !== undefined && d.spec.progressDeadlineSeconds !== INT32_MAX

/** Source: deployment_util.go HasRevisionHistoryLimit. */
export const hasHistoryLimit = (d: Deployment): boolean =>
  d.spec.revisionHistoryLimit !== undefined && d.spec.revisionHistoryLimit !== INT32_MAX

/** Sum of what the sets were told. */
export const totalTold = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, set) => sum + told(set), 0)

/** Sum of one count of their statuses. */
export const totalOf = (
  sets: readonly ReplicaSet[],
  count: 'replicas' | 'readyReplicas' | 'availableReplicas',
): number => sets.reduce((sum, set) => sum + (set.status?.[count] ?? 0), 0)

/** Older first, names break ties. Source: controller_utils.go ReplicaSetsByCreationTimestamp. */
export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  const left = a.metadata.creationTimestamp ?? ''
  const right = b.metadata.creationTimestamp ?? ''
  if (left !== right) return left < right ? -1 : 1
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1
}

/**
 * Both limits together: rounding may not make both zero. Source: deployment_util.go
 * ResolveFenceposts.
 */
function fenceposts(d: Deployment): { surge: number; unavailable: number } {
  const { maxSurge: surging, maxUnavailable: lacking } = d.spec.strategy?.rollingUpdate ?? {}
  const surge = scaled(surging ?? 0, wanted(d), true)
  const unavailable = scaled(lacking ?? 0, wanted(d), false)
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

function scaled(value: IntOrString, total: number, up: boolean): number {
  const result = scaledValue(value, total, up)
  return result.ok ? result.value : 0
}
