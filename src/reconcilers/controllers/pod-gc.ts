import type { Instant } from '../../base/clock.ts'
import { POD_GC_DELETES_MAX, TERMINATED_PODS_MAX } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import { objectKey, splitKey } from '../../meta/key.ts'
import type { JsonObject } from '../../meta/object.ts'
import type { View } from '../../projections/view.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import { NOTHING, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'
import { disruptedConditions, podDeletion, podStatusPatch } from './disruption.ts'
import { isPodTerminal } from './pod-state.ts'

const NAME = 'pod-garbage-collector'
/** Key of the sweep over finished pods. */
const FINISHED = 'finished'
const NODE_GONE = { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' }

/**
 * Deletes pods that nobody else will: of nodes that are gone, of no node at all while ending, and
 * the oldest finished ones beyond `finishedMax`. Unlike upstream a deleted Node has no 40 s to come
 * back: the view is never behind. Source: pkg/controller/podgc.
 */
export function podGarbageCollector(finishedMax = TERMINATED_PODS_MAX): Reconciler {
  // Kept up by the changes themselves: finding 12,500 among 40,000 would parse them all.
  const finished = new Map<string, string>()
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: [
      {
        resource: 'pods',
        keysOf(change, view) {
          const pod = change.after() as Pod | undefined
          const key = objectKey(change.namespace, change.name)
          if (pod && isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined)
            finished.set(key, rankOf(pod))
          else finished.delete(key)
          const keys = pod && isLost(pod, view) ? [key] : []
          return finished.size > finishedMax ? [...keys, FINISHED] : keys
        },
      },
      {
        resource: 'nodes',
        keysOf(change, view) {
          if (change.after()) return []
          const pods = view.byField<Pod>('pods', 'spec.nodeName', change.name)
          return pods.map((pod) => objectKey(pod.metadata.namespace, pod.metadata.name ?? ''))
        },
      },
    ],
    reconcile(key, view, now) {
      if (key === FINISHED) return planFinished(finished, view, finishedMax)
      const { namespace, name } = splitKey(key)
      const pod = view.get<Pod>('pods', namespace, name)
      return pod && isLost(pod, view) ? planLost(pod, now) : NOTHING
    },
  }
}

/** Bound to a node that is not there, or ending without ever having had one. */
const isLost = ({ spec, metadata }: Pod, view: View): boolean =>
  spec?.nodeName
    ? view.get('nodes', '', spec.nodeName) === undefined
    : metadata.deletionTimestamp !== undefined

/** Failed first: nobody is left who could say how the pod ended. */
function planLost(pod: Pod, now: Instant): Plan {
  const orphaned = Boolean(pod.spec?.nodeName)
  const why = orphaned ? NODE_GONE.message : 'ending, and of no node'
  const commands: Command[] = []
  if (!isPodTerminal(pod)) {
    const status: JsonObject = {
      phase: 'Failed',
      ...(orphaned && { conditions: disruptedConditions(pod, NODE_GONE, now) }),
    }
    commands.push(podStatusPatch(pod, status, why))
  }
  return { commands: [...commands, podDeletion(pod, why, 0)] }
}

function planFinished(
  finished: ReadonlyMap<string, string>,
  view: View,
  finishedMax: number,
): Plan {
  const surplus = finished.size - finishedMax
  if (surplus <= 0) return NOTHING
  const oldest = [...finished].sort(([, a], [, b]) => (a < b ? -1 : 1)).slice(0, surplus)
  const why = `more than ${finishedMax} finished pods`
  const commands = oldest.slice(0, POD_GC_DELETES_MAX).flatMap(([key]) => {
    const { namespace, name } = splitKey(key)
    const pod = view.get<Pod>('pods', namespace, name)
    return pod ? [podDeletion(pod, why, 0)] : []
  })
  return { commands, ...(surplus > POD_GC_DELETES_MAX && { requeueAfterMs: 1 }) }
}

/** Evicted ones first, then by age. Source: gc_controller.go byEvictionAndCreationTimestamp. */
const rankOf = ({ metadata, status }: Pod): string =>
  `${status?.reason === 'Evicted' ? 0 : 1} ${metadata.creationTimestamp} ${metadata.name}`
