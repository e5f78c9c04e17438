import type { Instant } from '../../base/clock.ts'
import {
  NODE_GRACE_MS,
  NODE_MONITOR_MS,
  NODE_PODS_PER_PLAN_MAX,
  NODE_STARTUP_GRACE_MS,
} from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import { findCondition, isConditionTrue } from '../../meta/conditions.ts'
import type { Json } from '../../meta/object.ts'
import { parseTime, timeText } from '../../meta/timestamp.ts'
import type { View } from '../../projections/view.ts'
import { equal } from '../../resources/equal.ts'
import type { Lease } from '../../resources/generated/coordination.gen.ts'
import type { Node, NodeCondition, Pod } from '../../resources/generated/core.gen.ts'
import { regarding } from '../runtime/plain-refusal.ts'
import { NOTHING, type Note, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'
import { podStatusPatch } from './disruption.ts'
import { wantedTaints } from './node-taints.ts'
import { isPodReady } from './pod-state.ts'

const NAME = 'node-controller'
const LEASES = 'leases.coordination.k8s.io'
const LEASE_NAMESPACE = 'kube-node-lease'
/** What the kubelet tells of; the network is told of by others. */
const KUBELET_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

/**
 * Judges nodes by their leases and taints them by their conditions. Nobody is judged by what
 * happened before `sinceMs`, when this control plane began to look: it may have been away itself.
 * Source: pkg/controller/nodelifecycle.
 */
export function nodeLifecycleController(sinceMs: Instant): Reconciler {
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: [
      { resource: 'nodes', keysOf: (change) => [change.name] },
      {
        resource: LEASES,
        keysOf: (change) => (change.namespace === LEASE_NAMESPACE ? [change.name] : []),
      },
    ],
    reconcile(name, view, now) {
      const node = view.get<Node>('nodes', '', name)
      return node ? plan(node, view, { sinceMs, now }) : NOTHING
    },
  }
}

function plan(node: Node, view: View, { sinceMs, now }: { sinceMs: Instant; now: Instant }): Plan {
  const ready = findCondition(node.status?.conditions, 'Ready')
  const dueMs = lastSignMs(node, view, sinceMs) + (ready ? NODE_GRACE_MS : NODE_STARTUP_GRACE_MS)
  if (now > dueMs && ready?.status !== 'Unknown') return planUnknown(node, now)
  const taints = wantedTaints(node, hasReadyNode(node, view), now)
  if (!equal(taints, node.spec?.taints)) return { commands: [taintsPatch(node, taints)] }
  if (ready?.status === 'True')
    return { commands: [], requeueAfterMs: Math.max(1, dueMs + 1 - now) }
  const pods = ready?.status === 'Unknown' ? readyPods(node, view) : []
  return {
    commands: pods.map((pod) => notReadyPatch(pod, now)),
    notes: pods.map(notReadyNote),
    requeueAfterMs: NODE_MONITOR_MS,
  }
}

/** When the node last gave a sign of life: its lease, else its own words. */
function lastSignMs({ metadata, status }: Node, view: View, sinceMs: Instant): Instant {
  const lease = view.get<Lease>(LEASES, LEASE_NAMESPACE, metadata.name ?? '')
  const ready = findCondition(status?.conditions, 'Ready')
  const times = [lease?.spec?.renewTime, ready?.lastHeartbeatTime, metadata.creationTimestamp]
  return Math.max(sinceMs, ...times.map((text) => parseTime(text ?? '') ?? 0))
}

/** Source: node_lifecycle_controller.go tryUpdateNodeHealth. */
function planUnknown(node: Node, now: Instant): Plan {
  const { name = '', resourceVersion, creationTimestamp } = node.metadata
  const known = node.status?.conditions ?? []
  const conditions: NodeCondition[] = known.map((condition) =>
    KUBELET_CONDITIONS.includes(condition.type) && condition.status !== 'Unknown'
      ? {
          ...condition,
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          lastTransitionTime: timeText(now),
        }
      : condition,
  )
  for (const type of KUBELET_CONDITIONS)
    if (!findCondition(known, type))
      conditions.push({
        type,
        status: 'Unknown',
        lastHeartbeatTime: creationTimestamp ?? undefined,
        lastTransitionTime: timeText(now),
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
      })
  const status = { conditions: conditions.map((condition) => ({ ...condition })) }
  const patch = {
    metadata: { ...(resourceVersion && { resourceVersion }) },
    status,
  } as unknown as Json
  const why = 'no sign of life'
  const command: Command = {
    verb: 'patch',
    patchType: 'merge',
    resource: 'nodes',
    subresource: 'status',
    namespace: '',
    name,
    patch,
    why,
  }
  const wasReady = isConditionTrue(known, 'Ready')
  return { commands: [command], ...(wasReady && { notes: [nodeNotReadyNote(node)] }) }
}

/**
 * With no ready node at all the fault is more likely here: then nobody is evicted. Source:
 * handleDisruption.
 */
const hasReadyNode = (node: Node, view: View): boolean =>
  isConditionTrue(node.status?.conditions, 'Ready') ||
  view.list<Node>('nodes').some((each) => isConditionTrue(each.status?.conditions, 'Ready'))

function taintsPatch(node: Node, taints: ReturnType<typeof wantedTaints>): Command {
  const { name = '', resourceVersion } = node.metadata
  const patch: Json = {
    metadata: { ...(resourceVersion && { resourceVersion }) },
    spec: { taints: taints.length > 0 ? taints.map((taint) => ({ ...taint })) : null },
  }
  const names = taints.map((taint) => `${taint.key}:${taint.effect}`)
  const why = `taints: ${names.join(', ') || 'none'}`
  return { verb: 'patch', patchType: 'merge', resource: 'nodes', namespace: '', name, patch, why }
}

const readyPods = (node: Node, view: View): Pod[] =>
  view
    .byField<Pod>('pods', 'spec.nodeName', node.metadata.name ?? '')
    .filter(isPodReady)
    .slice(0, NODE_PODS_PER_PLAN_MAX)

/** Source: controller/util/node MarkPodsNotReady. */
function notReadyPatch(pod: Pod, now: Instant): Command {
  const conditions = (pod.status?.conditions ?? []).map((condition) =>
    condition.type === 'Ready'
      ? { ...condition, status: 'False', lastTransitionTime: timeText(now) }
      : { ...condition },
  )
  return podStatusPatch(pod, { conditions }, 'its node is not ready')
}

const notReadyNote = (pod: Pod): Note => ({
  regarding: regarding(pod),
  type: 'Warning',
  reason: 'NodeNotReady',
  message: 'Node is not ready',
})

const nodeNotReadyNote = (node: Node): Note => ({
  regarding: regarding(node),
  type: 'Normal',
  reason: 'NodeNotReady',
  message: `Node ${node.metadata.name} status is now: NodeNotReady`,
})
