import type { Deployment, ReplicaSet } from '../../resources/generated/apps.gen.ts'
import type { DeploymentDraft } from './deployment-draft.ts'
import {
  byCreation,
  isRollingUpdate,
  maxSurge,
  told,
  totalTold,
  wanted,
} from './deployment-numbers.ts'
import { DESIRED_REPLICAS, MAX_REPLICAS, rememberedSize } from './deployment-revision.ts'
import { isActive } from './deployment-sets.ts'

/** Whether the Deployment was resized since its sets were. Source: sync.go isScalingEvent. */
export const isScalingEvent = (draft: DeploymentDraft): boolean =>
  draft.allSets.filter(isActive).some((set) => {
    const remembered = rememberedSize(set, DESIRED_REPLICAS)
    return remembered !== undefined && remembered !== wanted(draft.deployment)
  })

/**
 * Follows a resize outside of the rollout: the only active set takes it all; in the midst of a
 * rollout each gets its share, so that a bad template gains nothing by it. Source: sync.go scale.
 */
export function scaleSets(draft: DeploymentDraft): void {
  const { deployment: d, newSet } = draft
  const only = activeOrLatest(draft)
  if (only) {
    draft.scale(only, wanted(d))
    return
  }
  if (newSet && isSaturated(d, newSet)) {
    for (const old of draft.oldSets.filter(isActive)) draft.scale(old, 0)
    return
  }
  if (isRollingUpdate(d)) scaleProportionally(draft)
}

/** The one active set, else the newest; undefined when several are active. */
function activeOrLatest({ newSet, oldSets, allSets }: DeploymentDraft): ReplicaSet | undefined {
  const active = allSets.filter(isActive)
  if (active.length > 1) return undefined
  return active[0] ?? newSet ?? oldSets.toSorted(byCreation).at(-1)
}

/** Source: deployment_util.go IsSaturated. */
const isSaturated = (d: Deployment, set: ReplicaSet): boolean =>
  told(set) === wanted(d) &&
  rememberedSize(set, DESIRED_REPLICAS) === wanted(d) &&
  (set.status?.availableReplicas ?? 0) === wanted(d)

function scaleProportionally(draft: DeploymentDraft): void {
  const { deployment: d } = draft
  const allowed = wanted(d) > 0 ? wanted(d) + maxSurge(d) : 0
  const active = draft.allSets.filter(isActive)
  const toAdd = allowed - totalTold(active)
  // Growing favours newer sets of the same size, shrinking takes from older ones first.
  const age = toAdd > 0 ? -1 : 1
  const sets = active.sort((a, b) => told(b) - told(a) || age * byCreation(a, b))
  let added = 0
  const sizes = sets.map((set) => {
    const share = toAdd === 0 ? 0 : proportion(d, set, toAdd, added)
    added += share
    return told(set) + share
  })
  if (sizes.length > 0) sizes[0] = Math.max(0, sizes[0]! + toAdd - added)
  sets.forEach((set, i) => draft.scale(set, sizes[i]!, true))
}

/** Source: deployment_util.go GetReplicaSetProportion. */
function proportion(d: Deployment, set: ReplicaSet, toAdd: number, added: number): number {
  if (told(set) === 0 || toAdd === added) return 0
  const share = fraction(d, set)
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added)
}

/** Source: deployment_util.go getReplicaSetFraction. */
function fraction(d: Deployment, set: ReplicaSet): number {
  if (wanted(d) === 0) return -told(set)
  const before = rememberedSize(set, MAX_REPLICAS) || d.status?.replicas || 0
  if (before === 0) return 0
  const size = (told(set) * (wanted(d) + maxSurge(d))) / before
  return Math.trunc(size < 0 ? size - 0.5 : size + 0.5) - told(set)
}
