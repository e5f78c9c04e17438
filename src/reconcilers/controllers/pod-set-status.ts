import type { Instant } from '../../base/clock.ts'
import { findCondition } from '../../meta/conditions.ts'
import { matches, selectorOfLabels } from '../../meta/label-selector.ts'
import { timeText } from '../../meta/timestamp.ts'
import type { ReplicaSetCondition, ReplicaSetStatus } from '../../resources/generated/apps.gen.ts'
import type { Pod, PodTemplateSpec } from '../../resources/generated/core.gen.ts'
import { defined, nonZero } from './defined.ts'
import { isPodAvailable, isPodReady } from './pod-state.ts'

/** The condition that says that pods cannot be made or deleted. Source: apps/v1 types.go. */
export const REPLICA_FAILURE = 'ReplicaFailure'

/** Why pods could not be made or deleted, if that is so. */
export interface ReplicaFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete'
  readonly message: string
}

/** What a pod set's status is counted from. */
export interface PodSetFacts {
  readonly generation: number
  readonly template: PodTemplateSpec | undefined
  readonly minReadySeconds: number
  readonly before: ReplicaSetStatus | undefined
  readonly active: readonly Pod[]
  /** Undefined for kinds that do not report it (ReplicationController). */
  readonly terminating: number | undefined
  readonly failure: ReplicaFailure | undefined
}

/** The status these pods make. Source: replica_set_utils.go calculateStatus. */
export function podSetStatus(facts: PodSetFacts, now: Instant): ReplicaSetStatus {
  const { active, minReadySeconds } = facts
  const ofTemplate = selectorOfLabels(facts.template?.metadata?.labels)
  const ready = active.filter(isPodReady)
  const available = ready.filter((pod) => isPodAvailable(pod, minReadySeconds, now))
  const labeled = active.filter((pod) => matches(ofTemplate, pod.metadata.labels))
  const conditions = conditionsAfter(facts, now)
  return defined({
    replicas: active.length,
    fullyLabeledReplicas: nonZero(labeled.length),
    readyReplicas: nonZero(ready.length),
    availableReplicas: nonZero(available.length),
    terminatingReplicas: facts.terminating,
    observedGeneration: nonZero(facts.generation),
    conditions: conditions.length > 0 ? conditions : undefined,
  })
}

/** A failure that is already told keeps its text and time; success takes it away. */
function conditionsAfter({ before, failure }: PodSetFacts, now: Instant): ReplicaSetCondition[] {
  const conditions = (before?.conditions ?? []) as (ReplicaSetCondition & { type: string })[]
  const known = findCondition(conditions, REPLICA_FAILURE)
  const others = conditions.filter((condition) => condition.type !== REPLICA_FAILURE)
  if (!failure) return others
  if (known) return conditions
  const { reason, message } = failure
  const lastTransitionTime = timeText(now)
  return [...others, { type: REPLICA_FAILURE, status: 'True', lastTransitionTime, reason, message }]
}
