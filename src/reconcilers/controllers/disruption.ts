import type { Instant } from '../../base/clock.ts'
import type { Command } from '../../commands/command.ts'
import type { Json, JsonObject } from '../../meta/object.ts'
import { timeText } from '../../meta/timestamp.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'

/** Why a pod is taken away. */
export interface Disruption {
  readonly reason: string
  readonly message: string
}

/** Changes a pod's status; the version that was seen keeps other writers' changes. */
export function podStatusPatch(pod: Pod, status: JsonObject, why: string): Command {
  const { namespace = '', name = '', uid, resourceVersion } = pod.metadata
  const patch: Json = { ...(resourceVersion && { metadata: { resourceVersion } }), status }
  return {
    verb: 'patch',
    patchType: 'merge',
    resource: 'pods',
    subresource: 'status',
    namespace,
    name,
    patch,
    uid,
    why,
  }
}

/**
 * The pod's conditions with DisruptionTarget among them. Source: core/v1 types.go DisruptionTarget.
 */
export function disruptedConditions(
  pod: Pod,
  { reason, message }: Disruption,
  now: Instant,
): JsonObject[] {
  const generation = pod.metadata.generation ?? 0
  const others = (pod.status?.conditions ?? []).filter((each) => each.type !== 'DisruptionTarget')
  return [
    ...others.map((each) => ({ ...each })),
    {
      type: 'DisruptionTarget',
      ...(generation > 0 && { observedGeneration: generation }),
      status: 'True',
      lastTransitionTime: timeText(now),
      reason,
      message,
    },
  ]
}

/** Deletes a pod as it was seen; `graceSeconds` undefined leaves the choice to the pod. */
export function podDeletion(pod: Pod, why: string, graceSeconds?: number): Command {
  const { namespace = '', name = '', uid } = pod.metadata
  const options = {
    preconditions: { uid },
    ...(graceSeconds !== undefined && { gracePeriodSeconds: graceSeconds }),
  }
  return { verb: 'delete', resource: 'pods', namespace, name, options, why }
}
