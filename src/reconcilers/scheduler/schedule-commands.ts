import type { Instant } from '../../base/clock.ts'
import type { Command } from '../../commands/command.ts'
import type { Json, JsonObject, KubeObject } from '../../meta/object.ts'
import { timeText } from '../../meta/timestamp.ts'
import type { Binding, PodCondition } from '../../resources/generated/core.gen.ts'
import type { Note } from '../runtime/reconciler.ts'
import type { PlacedPod } from './node-usage.ts'
import type { PendingPod } from './pending.ts'
import { DEFAULT_SCHEDULER } from './scheduler-index.ts'

interface Named {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** Gives a pod its node. Source: defaultbinder. */
export function bindCommand({ namespace, name, uid }: Named, node: string): Command {
  const object: Binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { namespace, name, uid },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  }
  const why = `fits on ${node}`
  return { verb: 'create', resource: 'pods', subresource: 'binding', namespace, name, object, why }
}

/**
 * Tells a pod why it waits; `nominated` names the node where room is made for it, '' takes that
 * back. Source: schedule_one.go handleSchedulingFailure, updatePod.
 */
export function tellCommand(
  pod: PendingPod,
  message: string,
  options: { nominated?: string; now: Instant },
): Command {
  const before = pod.conditions.find((condition) => condition.type === 'PodScheduled')
  const kept = before?.status === 'False' ? before.lastTransitionTime : undefined
  const condition: JsonObject = {
    type: 'PodScheduled',
    ...(pod.generation > 0 && { observedGeneration: pod.generation }),
    status: 'False',
    lastTransitionTime: kept ?? timeText(options.now),
    reason: 'Unschedulable',
    message,
  }
  const others = pod.conditions.filter((each) => each !== before).map((each) => ({ ...each }))
  const { nominated } = options
  const status: JsonObject = {
    conditions: [...others, condition],
    ...(nominated !== undefined && { nominatedNodeName: nominated === '' ? null : nominated }),
  }
  return statusPatch(pod, status, pod.resourceVersion, 'fits on no node')
}

/** Tells a pod that it makes room, then deletes it. Source: preemption/executor.go PreemptPod. */
export function evictCommands(
  victim: PlacedPod,
  conditions: readonly PodCondition[],
  now: Instant,
): Command[] {
  const condition: JsonObject = {
    type: 'DisruptionTarget',
    status: 'True',
    lastTransitionTime: timeText(now),
    reason: 'PreemptionByScheduler',
    message: `${DEFAULT_SCHEDULER}: preempting to accommodate a higher priority pod`,
  }
  const others = conditions
    .filter((each) => each.type !== 'DisruptionTarget')
    .map((each) => ({ ...each }))
  const why = 'makes room for a pod of higher priority'
  const { namespace, name, uid } = victim
  return [
    statusPatch(victim, { conditions: [...others, condition] }, undefined, why),
    { verb: 'delete', resource: 'pods', namespace, name, options: { preconditions: { uid } }, why },
  ]
}

/** `Preempted by pod UID on node NODE`, about the victim. */
export const preemptedNote = (victim: PlacedPod, by: Named, node: string): Note => ({
  regarding: regardingPod(victim),
  type: 'Normal',
  reason: 'Preempted',
  action: 'Preempting',
  component: DEFAULT_SCHEDULER,
  message: `Preempted by pod ${by.uid} on node ${node}`,
})

/** The Events of what was accepted: Scheduled, FailedScheduling. */
export function scheduleNotes(command: Command, object: KubeObject): Note[] {
  const { namespace, name } = command
  const pod = { namespace, name, uid: object.metadata.uid ?? '' }
  if (command.verb === 'create' && command.subresource === 'binding') {
    const { metadata, target } = command.object as Binding
    const message = `Successfully assigned ${namespace}/${name} to ${target.name}`
    return [podNote({ ...pod, uid: metadata.uid ?? pod.uid }, 'Normal', 'Scheduled', message)]
  }
  const message = command.verb === 'patch' ? toldIn(command.patch) : undefined
  return message === undefined ? [] : [podNote(pod, 'Warning', 'FailedScheduling', message)]
}

function podNote(pod: Named, type: Note['type'], reason: string, message: string): Note {
  const action = reason === 'Scheduled' ? 'Binding' : 'Scheduling'
  return {
    regarding: regardingPod(pod),
    type,
    reason,
    action,
    component: DEFAULT_SCHEDULER,
    message,
  }
}

const regardingPod = ({ namespace, name, uid }: Named): Note['regarding'] => ({
  apiVersion: 'v1',
  kind: 'Pod',
  namespace,
  name,
  uid,
})

function statusPatch(
  { namespace, name, uid }: Named,
  status: JsonObject,
  resourceVersion: string | undefined,
  why: string,
): Command {
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

function toldIn(patch: Json): string | undefined {
  const status = (patch as { status?: { conditions?: PodCondition[] } }).status
  const told = status?.conditions?.find((each) => each.type === 'PodScheduled')
  return told?.reason === 'Unschedulable' ? told.message : undefined
}
