import type { View } from '../../projections/view.ts'
import type { ReplicaSet } from '../../resources/generated/apps.gen.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import type { DeploymentDraft } from './deployment-draft.ts'
import {
  byCreation,
  maxUnavailable,
  told,
  totalOf,
  totalTold,
  wanted,
} from './deployment-numbers.ts'
import { isActive, newSetSize } from './deployment-sets.ts'
import { isPodTerminal } from './pod-state.ts'

/**
 * One step of a rolling update: the new set grows as far as surge allows, else the old ones shrink
 * as far as availability allows. True when it took a step. Source: deployment/rolling.go.
 */
export function rollingStep(draft: DeploymentDraft): boolean {
  return growNewSet(draft) || shrinkOldSets(draft)
}

/**
 * Recreate: all old pods go before the first new one comes. True while old ones remain. Source:
 * recreate.go.
 */
export function recreateStep(draft: DeploymentDraft, view: View): boolean {
  let scaled = false
  for (const old of draft.oldSets.filter(isActive)) scaled = draft.scale(old, 0) || scaled
  return scaled || oldPodsRun(draft, view)
}

function growNewSet(draft: DeploymentDraft): boolean {
  const { deployment: d, newSet, oldSets } = draft
  if (!newSet || told(newSet) === wanted(d)) return false
  if (told(newSet) > wanted(d)) return draft.scale(newSet, wanted(d))
  return draft.scale(newSet, newSetSize(d, oldSets, told(newSet)))
}

function shrinkOldSets(draft: DeploymentDraft): boolean {
  const { deployment: d, newSet } = draft
  if (!newSet || totalTold(draft.oldSets) === 0) return false
  const minAvailable = wanted(d) - maxUnavailable(d)
  const newUnavailable = told(newSet) - surelyAvailable([newSet])
  const room = totalTold(draft.allSets) - minAvailable - newUnavailable
  if (room <= 0) return false
  // Pods that serve nobody go first: they would block the rollout, and nobody misses them.
  const unhealthy = (old: ReplicaSet): number =>
    hasLooked(old) ? told(old) - (old.status?.availableReplicas ?? 0) : 0
  const cleaned = scaleDown(draft, room, unhealthy)
  const spare = surelyAvailable(draft.allSets) - minAvailable
  const shrunk = scaleDown(draft, spare, told)
  return cleaned + shrunk > 0
}

/**
 * A set told to shrink may still tell of pods that it is about to delete: no set counts for more
 * than it was told to have. One that has not looked since it was told may tell of pods that are gone
 * (shrunk and grown again at once): it counts when it has. Upstream trusts the status alone, and can
 * go below the limit for a moment.
 */
const surelyAvailable = (sets: readonly ReplicaSet[]): number =>
  sets
    .filter(hasLooked)
    .reduce((sum, set) => sum + Math.min(told(set), set.status?.availableReplicas ?? 0), 0)

/** Whether the set's status is about what it was told last. */
const hasLooked = ({ metadata, status }: ReplicaSet): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)

/**
 * Takes up to `budget` replicas from the old sets, the oldest first, from each at most `from(set)`.
 */
function scaleDown(
  draft: DeploymentDraft,
  budget: number,
  from: (set: ReplicaSet) => number,
): number {
  let taken = 0
  for (const old of draft.oldSets.filter(isActive).sort(byCreation)) {
    const count = Math.min(budget - taken, from(old), told(old))
    if (count <= 0) continue
    draft.scale(old, told(old) - count)
    taken += count
  }
  return taken
}

/** Source: recreate.go oldPodsRunning. */
function oldPodsRun({ oldSets }: DeploymentDraft, view: View): boolean {
  if (totalOf(oldSets, 'replicas') > 0) return true
  return oldSets.some((set) =>
    view
      .byController<Pod>('pods', set.metadata.uid ?? '', set.metadata.namespace ?? '')
      .some((pod) => !isPodTerminal(pod)),
  )
}
