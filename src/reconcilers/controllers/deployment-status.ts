import { findCondition, removeCondition, setUpdatedCondition } from '../../meta/conditions.ts'
import type { Command } from '../../commands/command.ts'
import type { KubeObject } from '../../meta/object.ts'
import { parseTime } from '../../meta/timestamp.ts'
import { equal } from '../../resources/equal.ts'
import type {
  Deployment,
  DeploymentStatus,
  ReplicaSet,
} from '../../resources/generated/apps.gen.ts'
import { defined, nonZero, withoutZeros } from './defined.ts'
import type { DeploymentDraft, StoredCondition } from './deployment-draft.ts'
import {
  hasProgressDeadline,
  maxUnavailable,
  totalOf,
  totalTold,
  wanted,
} from './deployment-numbers.ts'
import { REVISION } from './deployment-revision.ts'
import { REPLICA_FAILURE } from './pod-set-status.ts'

const PROGRESSING = 'Progressing'
const TIMED_OUT = 'ProgressDeadlineExceeded'
const NEW_SET_AVAILABLE = 'NewReplicaSetAvailable'

/** Sets the Progressing condition of a draft. */
export function setProgress(
  draft: DeploymentDraft,
  status: string,
  reason: string,
  message: string,
): void {
  draft.conditions = setUpdatedCondition<StoredCondition>(
    draft.conditions,
    { type: PROGRESSING, status, reason, message },
    draft.now,
  )
}

/**
 * Pausing and resuming stop and restart the clock of progress. Source: sync.go
 * checkPausedConditions.
 */
export function notePause(draft: DeploymentDraft): void {
  const { deployment: d } = draft
  if (!hasProgressDeadline(d)) return
  const known = findCondition(draft.conditions, PROGRESSING)
  if (known?.reason === TIMED_OUT) return
  const told = known?.reason === 'DeploymentPaused'
  if (d.spec.paused && !told)
    setProgress(draft, 'Unknown', 'DeploymentPaused', 'Deployment is paused')
  if (!d.spec.paused && told)
    setProgress(draft, 'Unknown', 'DeploymentResumed', 'Deployment is resumed')
}

/**
 * The status that the sets make, without a judgement on progress. Source: sync.go calculateStatus.
 */
export function countedStatus(draft: DeploymentDraft): DeploymentStatus {
  const { deployment: d, allSets, newSet, now } = draft
  const available = totalOf(allSets, 'availableReplicas')
  const enough = available >= wanted(d) - maxUnavailable(d)
  const word = enough ? 'has' : 'does not have'
  const conditions = setUpdatedCondition<StoredCondition>(
    draft.conditions,
    {
      type: 'Available',
      status: enough ? 'True' : 'False',
      reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: `Deployment ${word} minimum availability.`,
    },
    now,
  )
  return defined({
    observedGeneration: nonZero(d.metadata.generation ?? 0),
    replicas: nonZero(totalOf(allSets, 'replicas')),
    updatedReplicas: nonZero(newSet?.status?.replicas ?? 0),
    readyReplicas: nonZero(totalOf(allSets, 'readyReplicas')),
    availableReplicas: nonZero(available),
    unavailableReplicas: nonZero(Math.max(0, totalTold(allSets) - available)),
    terminatingReplicas: terminating(allSets),
    conditions: [...conditions],
    collisionCount: draft.collisionCount,
  })
}

/** The status of a rollout: done, on its way, or stuck. Source: progress.go syncRolloutStatus. */
export function rolloutStatus(draft: DeploymentDraft): DeploymentStatus {
  const { deployment: d } = draft
  const status = countedStatus(draft)
  let conditions = status.conditions as readonly StoredCondition[]
  if (!hasProgressDeadline(d)) conditions = removeCondition(conditions, PROGRESSING)
  else conditions = withProgress(draft, status, conditions)
  const failure = setFailure(draft)
  conditions = failure
    ? setUpdatedCondition(conditions, failure, draft.now)
    : removeCondition(conditions, REPLICA_FAILURE)
  return { ...status, conditions: [...conditions] }
}

/**
 * Writes status, and the revision beside it, when either differs. Status writes carry annotations.
 */
export function statusCommand(draft: DeploymentDraft, status: DeploymentStatus): Command[] {
  const { deployment: d, revision } = draft
  const keep = ['terminatingReplicas']
  const same = equal(withoutZeros(status, keep), withoutZeros(d.status, keep))
  const annotated = revision === undefined || d.metadata.annotations?.[REVISION] === revision
  if (same && annotated) return []
  const annotations = annotated
    ? d.metadata.annotations
    : { ...d.metadata.annotations, [REVISION]: revision! }
  const metadata = defined({ ...d.metadata, annotations })
  const object: KubeObject = Object.assign({ ...d, metadata }, { status })
  const { namespace = '', name = '' } = d.metadata
  const { updatedReplicas = 0, availableReplicas = 0 } = status
  const counts = `${updatedReplicas} of ${wanted(d)} updated, ${availableReplicas} available`
  return [
    {
      verb: 'update',
      resource: 'deployments.apps',
      namespace,
      name,
      subresource: 'status',
      object,
      why: counts,
    },
  ]
}

/**
 * When to look again for a lack of progress, in milliseconds; undefined when nothing is awaited.
 * Source: progress.go requeueStuckDeployment.
 */
export function progressCheckMs(
  draft: DeploymentDraft,
  status: DeploymentStatus,
): number | undefined {
  const { deployment: d, now } = draft
  const known = findCondition((status.conditions ?? []) as StoredCondition[], PROGRESSING)
  if (!hasProgressDeadline(d) || !known || d.spec.paused) return undefined
  if (isComplete(d, status) || known.reason === TIMED_OUT) return undefined
  const after = (parseTime(known.lastUpdateTime ?? '') ?? now) + deadlineMs(d) - now
  return after < 1000 ? 1000 : after + 1000
}

/** All updated and available, no old pod left. Source: deployment_util.go DeploymentComplete. */
export const isComplete = (d: Deployment, status: DeploymentStatus | undefined): boolean =>
  (status?.updatedReplicas ?? 0) === wanted(d) &&
  (status?.replicas ?? 0) === wanted(d) &&
  (status?.availableReplicas ?? 0) === wanted(d) &&
  (status?.observedGeneration ?? 0) >= (d.metadata.generation ?? 0)

function withProgress(
  draft: DeploymentDraft,
  status: DeploymentStatus,
  conditions: readonly StoredCondition[],
): readonly StoredCondition[] {
  const { deployment: d, newSet, now } = draft
  const known = findCondition(draft.conditions, PROGRESSING)
  const settled = (status.replicas ?? 0) === (status.updatedReplicas ?? 0)
  if (settled && known?.reason === NEW_SET_AVAILABLE) return conditions
  const who = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${d.metadata.name}"`
  const say = (state: string, reason: string, words: string): StoredCondition => ({
    type: PROGRESSING,
    status: state,
    reason,
    message: `${who} ${words}`,
  })
  if (isComplete(d, status))
    return setUpdatedCondition(
      conditions,
      say('True', NEW_SET_AVAILABLE, 'has successfully progressed.'),
      now,
    )
  if (hasProgressed(d.status, status)) {
    // Any progress restarts the clock, also under the same reason: the old condition makes room.
    const kept = known?.status === 'True' ? { lastTransitionTime: known.lastTransitionTime } : {}
    const wish = { ...say('True', 'ReplicaSetUpdated', 'is progressing.'), ...kept }
    return setUpdatedCondition(removeCondition(conditions, PROGRESSING), wish, now)
  }
  if (isTimedOut(draft, known))
    return setUpdatedCondition(
      conditions,
      say('False', TIMED_OUT, 'has timed out progressing.'),
      now,
    )
  return conditions
}

/** Source: deployment_util.go DeploymentProgressing. */
function hasProgressed(before: DeploymentStatus | undefined, after: DeploymentStatus): boolean {
  const old = (s: DeploymentStatus | undefined) => (s?.replicas ?? 0) - (s?.updatedReplicas ?? 0)
  return (
    (after.updatedReplicas ?? 0) > (before?.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before?.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before?.availableReplicas ?? 0)
  )
}

/** Source: deployment_util.go DeploymentTimedOut. */
function isTimedOut(
  { deployment: d, now }: DeploymentDraft,
  known: StoredCondition | undefined,
): boolean {
  if (!known || known.reason === NEW_SET_AVAILABLE) return false
  if (known.reason === TIMED_OUT) return true
  const since = parseTime(known.lastUpdateTime ?? '')
  return since !== undefined && since + deadlineMs(d) < now
}

const deadlineMs = (d: Deployment): number => (d.spec.progressDeadlineSeconds ?? 0) * 1000

/** The first failure of a set becomes the Deployment's; the new set's counts most. */
function setFailure({ newSet, allSets }: DeploymentDraft): StoredCondition | undefined {
  for (const set of newSet ? [newSet, ...allSets] : allSets) {
    const found = set.status?.conditions?.find((c) => c.type === REPLICA_FAILURE)
    if (found)
      return {
        type: REPLICA_FAILURE,
        status: found.status ?? 'True',
        lastUpdateTime: found.lastTransitionTime,
        lastTransitionTime: found.lastTransitionTime,
        reason: found.reason,
        message: found.message,
      }
  }
  return undefined
}

/** Unknown when a set that was looked after does not report it. */
function terminating(sets: readonly ReplicaSet[]): number | undefined {
  let sum = 0
  for (const { status } of sets) {
    if (status?.terminatingReplicas !== undefined) sum += status.terminatingReplicas
    else if ((status?.observedGeneration ?? 0) !== 0) return undefined
  }
  return sum
}
