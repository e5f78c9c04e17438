import type { Instant } from '../../base/clock.ts'
import { NODE_PODS_PER_PLAN_MAX } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import type { Json } from '../../meta/object.ts'
import { parseTime, timeText } from '../../meta/timestamp.ts'
import type { View } from '../../projections/view.ts'
import { tolerates } from '../../resources/taint.ts'
import type { Node, Pod, Taint } from '../../resources/generated/core.gen.ts'
import { regarding } from '../runtime/plain-refusal.ts'
import { NOTHING, type Note, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'
import { disruptedConditions, podDeletion, podStatusPatch } from './disruption.ts'

const NAME = 'taint-eviction-controller'
const WHY = {
  reason: 'DeletionByTaintManager',
  message: 'Taint manager: deleting due to NoExecute taint',
}

/**
 * Drives pods away from nodes whose NoExecute taints they do not tolerate (any more). Source:
 * pkg/controller/tainteviction.
 */
export function taintEvictionController(): Reconciler {
  return {
    name: NAME,
    user: controllerUser('node-controller'),
    watches: [
      { resource: 'nodes', keysOf: (change) => [change.name] },
      {
        resource: 'pods',
        keysOf(change, view) {
          const name = (change.after() as Pod | undefined)?.spec?.nodeName
          const node = name ? view.get<Node>('nodes', '', name) : undefined
          return node && drivingTaints(node).length > 0 ? [name!] : []
        },
      },
    ],
    reconcile(name, view, now) {
      const node = view.get<Node>('nodes', '', name)
      const taints = node ? drivingTaints(node) : []
      return taints.length > 0 ? plan(node!, taints, view, now) : NOTHING
    },
  }
}

const drivingTaints = (node: Node): Taint[] =>
  (node.spec?.taints ?? []).filter((taint) => taint.effect === 'NoExecute')

function plan(node: Node, taints: readonly Taint[], view: View, now: Instant): Plan {
  const pods = view
    .byField<Pod>('pods', 'spec.nodeName', node.metadata.name ?? '')
    .filter((pod) => pod.metadata.deletionTimestamp === undefined)
  const dues = pods.map((pod) => ({ pod, due: dueMs(pod, taints) }))
  const undated = taints.some((taint) => taint.timeAdded === undefined)
  // A deadline needs a start: people's taints have none until somebody writes it down.
  if (undated && dues.some(({ due }) => Number.isFinite(due) && due > 0)) return dated(node, now)
  const late = dues.filter(({ due }) => due <= now).slice(0, NODE_PODS_PER_PLAN_MAX)
  const next = Math.min(...dues.map(({ due }) => due).filter((due) => due > now))
  return {
    commands: late.flatMap(({ pod }) => eviction(pod, now)),
    notes: late.map(({ pod }) => evictionNote(pod)),
    ...(Number.isFinite(next) && { requeueAfterMs: Math.max(1, next - now) }),
  }
}

/** When the pod must go: 0 at once, infinity never. Source: taint_eviction.go processPodOnNode. */
function dueMs(pod: Pod, taints: readonly Taint[]): Instant {
  let due = Number.POSITIVE_INFINITY
  const bornMs = parseTime(pod.metadata.creationTimestamp ?? '') ?? 0
  for (const taint of taints) {
    const matching = (pod.spec?.tolerations ?? []).filter((one) => tolerates(one, taint))
    if (matching.length === 0) return 0
    const startMs = Math.max(bornMs, parseTime(taint.timeAdded ?? '') ?? 0)
    for (const { tolerationSeconds } of matching) {
      if (tolerationSeconds === undefined) continue
      if (tolerationSeconds <= 0) return 0
      due = Math.min(due, startMs + tolerationSeconds * 1000)
    }
  }
  return due
}

function dated(node: Node, now: Instant): Plan {
  const { name = '', resourceVersion } = node.metadata
  const taints: Json = (node.spec?.taints ?? []).map((taint) =>
    taint.effect === 'NoExecute' && taint.timeAdded === undefined
      ? { ...taint, timeAdded: timeText(now) }
      : { ...taint },
  )
  const patch: Json = {
    metadata: { ...(resourceVersion && { resourceVersion }) },
    spec: { taints },
  }
  const why = 'tolerationSeconds count from here'
  return {
    commands: [
      { verb: 'patch', patchType: 'merge', resource: 'nodes', namespace: '', name, patch, why },
    ],
  }
}

const eviction = (pod: Pod, now: Instant): Command[] => [
  podStatusPatch(pod, { conditions: disruptedConditions(pod, WHY, now) }, WHY.message),
  podDeletion(pod, WHY.message),
]

const evictionNote = (pod: Pod): Note => ({
  regarding: regarding(pod),
  type: 'Normal',
  reason: 'TaintManagerEviction',
  message: `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
})
