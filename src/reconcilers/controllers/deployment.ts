import type { Instant } from '../../base/clock.ts'
import { objectKey, splitKey } from '../../meta/key.ts'
import { controllerOf } from '../../meta/owner.ts'
import type { View } from '../../projections/view.ts'
import type { Deployment, ReplicaSet } from '../../resources/generated/apps.gen.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import {
  NOTHING,
  type Note,
  type Plan,
  type Reconciler,
  type Refusal,
  type Watch,
} from '../runtime/reconciler.ts'
import { regarding } from '../runtime/plain-refusal.ts'
import { controllerUser } from './account.ts'
import { DeploymentDraft, SETS } from './deployment-draft.ts'
import {
  byCreation,
  hasHistoryLimit,
  hasProgressDeadline,
  isRollingUpdate,
  told,
  wanted,
} from './deployment-numbers.ts'
import { recreateStep, rollingStep } from './deployment-rolling.ts'
import { revisionOf } from './deployment-revision.ts'
import { isScalingEvent, scaleSets } from './deployment-scaling.ts'
import { createNewSet, refreshNewSet, setsOf } from './deployment-sets.ts'
import {
  countedStatus,
  isComplete,
  notePause,
  progressCheckMs,
  rolloutStatus,
  setProgress,
  statusCommand,
} from './deployment-status.ts'
import { ownedWatch, ownWatch } from './pod-set-watches.ts'
import { isPodTerminal } from './pod-state.ts'

const RESOURCE = 'deployments.apps'
const NAME = 'deployment-controller'

/**
 * Rolls Deployments out by growing and shrinking ReplicaSets. Source: pkg/controller/deployment.
 */
export function deploymentController(): Reconciler {
  const owners = {
    resource: RESOURCE,
    kind: 'Deployment',
    apiGroup: 'apps',
    selectorOf: (d: Deployment) => d.spec.selector,
  }
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: [ownWatch(RESOURCE), ownedWatch(SETS, owners), recreateWatch],
    reconcile(key, view, now) {
      const { namespace, name } = splitKey(key)
      const d = view.get<Deployment>(RESOURCE, namespace, name)
      return d ? plan(d, view, now) : NOTHING
    },
    refused(key, refusal, view, now) {
      const { namespace, name } = splitKey(key)
      const d = view.get<Deployment>(RESOURCE, namespace, name)
      return d ? planRefusal(d, refusal, view, now) : NOTHING
    },
  }
}

function plan(d: Deployment, view: View, now: Instant): Plan {
  if (selectsAll(d)) return planSelectingAll(d)
  const sets = setsOf(d, view)
  // Adopting changes a set's version: what else it needs is decided on the new one.
  if (sets.claims.length > 0) return { commands: sets.claims }
  const draft = new DeploymentDraft(d, sets, now)
  if (d.metadata.deletionTimestamp !== undefined) return finish(draft, 'counted')
  notePause(draft)
  if (draft.newSet) refreshNewSet(draft, draft.newSet)
  if (d.spec.paused || isScalingEvent(draft)) {
    scaleSets(draft)
    if (d.spec.paused) cleanUp(draft)
    return finish(draft, 'counted')
  }
  if (isRollingUpdate(d)) {
    if (!draft.newSet && !createNewSet(draft, view)) return finish(draft, 'counted')
    if (!rollingStep(draft) && isComplete(d, d.status)) cleanUp(draft)
    return finish(draft, 'rollout')
  }
  if (recreateStep(draft, view)) return finish(draft, 'rollout')
  if (!draft.newSet && !createNewSet(draft, view)) return finish(draft, 'counted')
  draft.scale(draft.newSet!, wanted(d))
  if (isComplete(d, d.status)) cleanUp(draft)
  return finish(draft, 'rollout')
}

/** The draft as a plan. While nothing changes, the key comes back to judge progress. */
function finish(draft: DeploymentDraft, judge: 'counted' | 'rollout'): Plan {
  const status = judge === 'rollout' ? rolloutStatus(draft) : countedStatus(draft)
  const commands = draft.commands(statusCommand(draft, status))
  const requeueAfterMs = commands.length === 0 ? progressCheckMs(draft, status) : undefined
  return {
    commands,
    ...(draft.notes.length > 0 && { notes: draft.notes }),
    ...(requeueAfterMs !== undefined && { requeueAfterMs }),
  }
}

/** Drops the oldest sets beyond the history that is kept. Source: sync.go cleanupDeployment. */
function cleanUp(draft: DeploymentDraft): void {
  const { deployment: d } = draft
  if (!hasHistoryLimit(d)) return
  const alive = draft.oldSets.filter((set) => set.metadata.deletionTimestamp === undefined)
  const surplus = alive.length - (d.spec.revisionHistoryLimit ?? 0)
  const oldest = alive.sort((a, b) => revisionOf(a) - revisionOf(b) || byCreation(a, b))
  for (const set of oldest.slice(0, Math.max(0, surplus))) {
    const unseen = (set.metadata.generation ?? 0) > (set.status?.observedGeneration ?? 0)
    if ((set.status?.replicas ?? 0) === 0 && told(set) === 0 && !unseen) draft.delete(set)
  }
}

/**
 * A ReplicaSet that cannot be made is told in status and by an Event. Source: sync.go
 * getNewReplicaSet.
 */
function planRefusal(d: Deployment, { command, status }: Refusal, view: View, now: Instant): Plan {
  if (command.verb !== 'create' || command.resource !== SETS) return NOTHING
  const message = `Failed to create new replica set "${command.name}": ${status.message ?? ''}`
  const note: Note = {
    regarding: regarding(d),
    type: 'Warning',
    reason: 'ReplicaSetCreateError',
    message,
  }
  const draft = new DeploymentDraft(d, setsOf(d, view), now)
  if (hasProgressDeadline(d)) setProgress(draft, 'False', 'ReplicaSetCreateError', message)
  return { commands: statusCommand(draft, countedStatus(draft)), notes: [note] }
}

const selectsAll = ({ spec: { selector } }: Deployment): boolean =>
  Object.keys(selector.matchLabels ?? {}).length === 0 &&
  (selector.matchExpressions ?? []).length === 0

/** Source: deployment_controller.go syncDeployment, SelectingAll. */
function planSelectingAll(d: Deployment): Plan {
  const observedGeneration = d.metadata.generation ?? 0
  if ((d.status?.observedGeneration ?? 0) >= observedGeneration) return NOTHING
  const message = 'This deployment is selecting all pods. A non-empty selector is required.'
  const { namespace = '', name = '' } = d.metadata
  const object: Deployment = { ...d, status: { ...d.status, observedGeneration } }
  return {
    commands: [
      { verb: 'update', resource: RESOURCE, namespace, name, subresource: 'status', object },
    ],
    notes: [{ regarding: regarding(d), type: 'Warning', reason: 'SelectingAll', message }],
  }
}

/** Recreate waits for the last old pod: pods that end lead to their Deployment. */
const recreateWatch: Watch = {
  resource: 'pods',
  keysOf(change, view) {
    const after = change.after() as Pod | undefined
    if (after && !isPodTerminal(after)) return []
    const pod = after ?? change.before()
    const owner = pod && controllerOf(pod)
    if (owner?.kind !== 'ReplicaSet') return []
    const set = view.get<ReplicaSet>(SETS, change.namespace, owner.name)
    const above = set && controllerOf(set)
    if (above?.kind !== 'Deployment') return []
    const d = view.get<Deployment>(RESOURCE, change.namespace, above.name)
    return d && !isRollingUpdate(d) ? [objectKey(change.namespace, above.name)] : []
  },
}
