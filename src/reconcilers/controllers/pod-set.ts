import type { Instant } from '../../base/clock.ts'
import { POD_SET_BURST } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import type { GroupVersionKind } from '../../meta/kind.ts'
import {
  labelSelectorOf,
  NOTHING as NO_OBJECT,
  type LabelSelectorSpec,
} from '../../meta/label-selector.ts'
import type { KubeObject } from '../../meta/object.ts'
import { controllerOf, controllerReference } from '../../meta/owner.ts'
import type { View } from '../../projections/view.ts'
import { equal } from '../../resources/equal.ts'
import type { ReplicaSetStatus } from '../../resources/generated/apps.gen.ts'
import type { Pod, PodTemplateSpec } from '../../resources/generated/core.gen.ts'
import type { Note, Plan, Refusal } from '../runtime/reconciler.ts'
import { regarding } from '../runtime/plain-refusal.ts'
import { claim, type Claimant } from './claim.ts'
import { withoutZeros } from './defined.ts'
import { podCreation } from './pod-from-template.ts'
import { podsToDelete } from './pod-rank.ts'
import { podSetStatus, REPLICA_FAILURE, type ReplicaFailure } from './pod-set-status.ts'
import { isPodActive, isPodTerminating, nextAvailabilityMs } from './pod-state.ts'

/** What ReplicaSets and ReplicationControllers have in common: so many pods of one template. */
export interface PodSet {
  readonly resource: string
  readonly gvk: GroupVersionKind
  readonly object: KubeObject
  readonly replicas: number
  readonly minReadySeconds: number
  readonly selector: LabelSelectorSpec | undefined
  readonly template: PodTemplateSpec | undefined
  readonly status: ReplicaSetStatus | undefined
  /** Whether its status counts pods that are being deleted. */
  readonly countsTerminating: boolean
  /** All pods of the same workload, for the choice of whom to delete. */
  readonly related: (view: View) => Pod[]
}

interface Members {
  readonly active: Pod[]
  readonly terminating: Pod[]
  readonly claims: Command[]
}

/**
 * Makes as many pods as wanted, and tells how many there are. Source: replica_set.go
 * syncReplicaSet.
 */
export function planPodSet(set: PodSet, view: View, now: Instant): Plan {
  const members = membersOf(set, view)
  const missing = set.replicas - members.active.length
  const ending = set.object.metadata.deletionTimestamp !== undefined
  const scaling = ending || missing === 0 ? [] : scale(set, members, view, now)
  // While pods are on their way the count is old before it is written: the next look tells it.
  const settled = scaling.length === 0 || Math.abs(missing) > POD_SET_BURST
  const status = settled ? statusUpdate(set, members, undefined, now) : []
  return {
    commands: [...members.claims, ...scaling, ...status],
    ...availabilityCheck(set, members, now),
  }
}

/** What a refused pod leads to: the ReplicaFailure condition and an Event. */
export function planRefusedPod(set: PodSet, refusal: Refusal, view: View, now: Instant): Plan {
  const { command, status } = refusal
  if (command.resource !== 'pods' || command.verb === 'patch') return { commands: [] }
  const message = status.message ?? ''
  const failed: ReplicaFailure =
    command.verb === 'delete'
      ? { reason: 'FailedDelete', message: `unable to delete pods: ${message}` }
      : { reason: 'FailedCreate', message }
  const verb = command.verb === 'delete' ? 'deleting' : 'creating'
  const note: Note = {
    regarding: regarding(set.object),
    type: 'Warning',
    reason: failed.reason,
    message: `Error ${verb}: ${message}`,
  }
  return { commands: statusUpdate(set, membersOf(set, view), failed, now), notes: [note] }
}

/**
 * The Events of pods made and deleted, about their controller. Source: controller_utils.go
 * createPods.
 */
export function podSetNotes(command: Command, pod: KubeObject): Note[] {
  const owner = controllerOf(pod)
  if (command.resource !== 'pods' || command.verb === 'patch' || !owner) return []
  const deleted = command.verb === 'delete'
  const { apiVersion, kind, name, uid } = owner
  return [
    {
      regarding: { apiVersion, kind, namespace: pod.metadata.namespace ?? '', name, uid },
      type: 'Normal',
      reason: deleted ? 'SuccessfulDelete' : 'SuccessfulCreate',
      message: `${deleted ? 'Deleted' : 'Created'} pod: ${pod.metadata.name}`,
    },
  ]
}

function membersOf(set: PodSet, view: View): Members {
  const compiled = labelSelectorOf(set.selector)
  const selector = compiled.ok ? compiled.value : NO_OBJECT
  const { namespace = '', uid = '' } = set.object.metadata
  const reference = controllerReference(set.object, set.gvk)
  const claimant: Claimant = { object: set.object, reference, selector }
  const owned = view.byController<Pod>('pods', uid, namespace)
  const selected = view.bySelector<Pod>('pods', namespace, selector)
  const orphans = selected.filter((pod) => controllerOf(pod) === undefined)
  const active = [...owned, ...orphans].filter(isPodActive)
  const { claimed, commands } = claim(claimant, 'pods', active)
  const mine = new Set(selected.map((pod) => pod.metadata.uid))
  const terminating = owned.filter((pod) => isPodTerminating(pod) && mine.has(pod.metadata.uid))
  return { active: claimed, terminating, claims: commands }
}

function scale(set: PodSet, { active }: Members, view: View, now: Instant): Command[] {
  const { namespace = '', name = '' } = set.object.metadata
  const missing = set.replicas - active.length
  const why = `${active.length} of ${set.replicas} pods`
  if (missing > 0) {
    const reference = controllerReference(set.object, set.gvk)
    const creation = podCreation(set.template, { namespace, name, reference }, why)
    return Array.from({ length: Math.min(missing, POD_SET_BURST) }, () => creation)
  }
  const count = Math.min(-missing, POD_SET_BURST)
  return podsToDelete(active, set.related(view), count, now).map((pod) => ({
    verb: 'delete',
    resource: 'pods',
    namespace,
    name: pod.metadata.name ?? '',
    options: { preconditions: { uid: pod.metadata.uid } },
    why,
  }))
}

function statusUpdate(
  set: PodSet,
  members: Members,
  failure: ReplicaFailure | undefined,
  now: Instant,
): Command[] {
  const status = podSetStatus(
    {
      generation: set.object.metadata.generation ?? 0,
      template: set.template,
      minReadySeconds: set.minReadySeconds,
      before: set.status,
      active: members.active,
      terminating: set.countsTerminating ? members.terminating.length : undefined,
      failure,
    },
    now,
  )
  const keep = ['replicas', 'terminatingReplicas']
  if (set.status && equal(withoutZeros(status, keep), withoutZeros(set.status, keep))) return []
  const { namespace = '', name = '' } = set.object.metadata
  const object: KubeObject = Object.assign({ ...set.object }, { status })
  const why = failure ? `${REPLICA_FAILURE}: ${failure.reason}` : `${status.replicas} replicas`
  return [
    { verb: 'update', resource: set.resource, namespace, name, subresource: 'status', object, why },
  ]
}

/** Ready pods become available by time alone. */
function availabilityCheck(
  set: PodSet,
  { active }: Members,
  now: Instant,
): { requeueAfterMs?: number } {
  if (set.minReadySeconds <= 0) return {}
  const requeueAfterMs = nextAvailabilityMs(active, set.minReadySeconds, now)
  return requeueAfterMs === undefined ? {} : { requeueAfterMs }
}
