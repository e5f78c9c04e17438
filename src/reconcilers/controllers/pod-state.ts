import type { Instant } from '../../base/clock.ts'
import { findCondition } from '../../meta/conditions.ts'
import { parseTime } from '../../meta/timestamp.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'

/** All containers stopped for good. Source: pkg/api/v1/pod IsPodTerminal. */
export const isPodTerminal = (pod: Pod): boolean =>
  pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

/** Counts towards replicas. Source: controller_utils.go IsPodActive. */
export const isPodActive = (pod: Pod): boolean =>
  !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined

/** Being deleted and not finished. Source: controller_utils.go IsPodTerminating. */
export const isPodTerminating = (pod: Pod): boolean =>
  !isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined

/** Source: pkg/api/v1/pod IsPodReady. */
export const isPodReady = (pod: Pod): boolean =>
  findCondition(pod.status?.conditions, 'Ready')?.status === 'True'

/** When the pod became ready, milliseconds; undefined while it is not, or without a time. */
export function podReadySince(pod: Pod): Instant | undefined {
  const ready = findCondition(pod.status?.conditions, 'Ready')
  if (ready?.status !== 'True' || !ready.lastTransitionTime) return undefined
  return parseTime(ready.lastTransitionTime)
}

/** Ready for at least so many seconds. Source: pkg/api/v1/pod IsPodAvailable. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, now: Instant): boolean {
  if (!isPodReady(pod)) return false
  if (minReadySeconds === 0) return true
  const since = podReadySince(pod)
  return since !== undefined && since + minReadySeconds * 1000 <= now
}

/**
 * Milliseconds until the next ready pod becomes available; undefined when none waits.
 * Source: controller_utils.go FindMinNextPodAvailabilityCheck.
 */
export function nextAvailabilityMs(
  pods: readonly Pod[],
  minReadySeconds: number,
  now: Instant,
): number | undefined {
  let next: number | undefined
  for (const pod of pods) {
    const since = podReadySince(pod)
    if (since === undefined) continue
    const waitMs = since + minReadySeconds * 1000 - now
    if (waitMs > 0 && (next === undefined || waitMs < next)) next = waitMs
  }
  return next
}
