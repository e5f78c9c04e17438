import type { Command } from '../../commands/command.ts'
import { labelSelectorOf, NOTHING } from '../../meta/label-selector.ts'
import { controllerOf, controllerReference } from '../../meta/owner.ts'
import type { View } from '../../projections/view.ts'
import { equal } from '../../resources/equal.ts'
import type { Deployment, ReplicaSet } from '../../resources/generated/apps.gen.ts'
import type { PodTemplateSpec } from '../../resources/generated/core.gen.ts'
import { claim } from './claim.ts'
import { defined } from './defined.ts'
import { SETS, type DeploymentDraft } from './deployment-draft.ts'
import { POD_TEMPLATE_HASH, podTemplateHash } from './deployment-hash.ts'
import {
  byCreation,
  hasProgressDeadline,
  isRollingUpdate,
  maxSurge,
  told,
  wanted,
} from './deployment-numbers.ts'
import { maxRevision, newSetAnnotations, REVISION, sizeAnnotations } from './deployment-revision.ts'
import { setProgress } from './deployment-status.ts'

const DEPLOYMENT_KIND = { group: 'apps', version: 'v1', kind: 'Deployment' } as const
/** Longest name of a ReplicaSet. Source: DNS1123SubdomainMaxLength. */
const NAME_CHARS_MAX = 253

/**
 * The Deployment's sets, claimed, and told apart by template. Source: deployment_util.go
 * FindNewReplicaSet.
 */
export function setsOf(
  d: Deployment,
  view: View,
): { newSet?: ReplicaSet; oldSets: ReplicaSet[]; claims: Command[] } {
  const { namespace = '', uid = '' } = d.metadata
  const compiled = labelSelectorOf(d.spec.selector)
  const selector = compiled.ok ? compiled.value : NOTHING
  const owned = view.byController<ReplicaSet>(SETS, uid, namespace)
  const orphans = view
    .bySelector<ReplicaSet>(SETS, namespace, selector)
    .filter((set) => controllerOf(set) === undefined)
  const reference = controllerReference(d, DEPLOYMENT_KIND)
  const { claimed, commands } = claim({ object: d, reference, selector }, SETS, [
    ...owned,
    ...orphans,
  ])
  const sets = claimed.sort(byCreation)
  const newSet = sets.find((set) => sameTemplate(set.spec.template, d.spec.template))
  return { newSet, oldSets: sets.filter((set) => set !== newSet), claims: commands }
}

/** Equal but for the hash label. Source: deployment_util.go EqualIgnoreHash. */
function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  if (!equal(a?.spec, b?.spec)) return false
  const { labels: left, ...restLeft } = a?.metadata ?? {}
  const { labels: right, ...restRight } = b?.metadata ?? {}
  return equal(withoutHash(left), withoutHash(right)) && equal(restLeft, restRight)
}

/** Keeps annotations and minReadySeconds of the new set as the Deployment's; its revision leads. */
export function refreshNewSet(draft: DeploymentDraft, set: ReplicaSet): void {
  const { deployment: d } = draft
  const revision = maxRevision(draft.oldSets) + 1
  const annotations = newSetAnnotations(d, set.metadata.annotations ?? {}, revision)
  const { minReadySeconds } = d.spec
  draft.replace({
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: defined({ ...set.spec, minReadySeconds }),
  })
  draft.revision = annotations[REVISION]
  if (hasProgressDeadline(d) && !draft.conditions.some((c) => c.type === 'Progressing'))
    setProgress(draft, 'True', 'FoundNewReplicaSet', `Found new replica set "${set.metadata.name}"`)
}

/**
 * Makes the set of the current template. A foreign object of its name is a hash collision: the
 * count is raised, and the next look hashes anew. False when nothing could be made. Source: sync.go
 * getNewReplicaSet.
 */
export function createNewSet(draft: DeploymentDraft, view: View): boolean {
  const { deployment: d } = draft
  const hash = podTemplateHash(d.spec.template, draft.collisionCount)
  const name = setName(d.metadata.name ?? '', hash)
  if (view.get(SETS, d.metadata.namespace ?? '', name)) {
    draft.collisionCount = (draft.collisionCount ?? 0) + 1
    return false
  }
  const revision = maxRevision(draft.oldSets) + 1
  const set = newSetObject(d, name, hash)
  set.spec.replicas = newSetSize(d, draft.oldSets, 0)
  set.metadata.annotations = {
    ...newSetAnnotations(d, {}, revision),
    ...sizeAnnotations(d),
  }
  draft.create(set)
  draft.revision = String(revision)
  if (hasProgressDeadline(d))
    setProgress(draft, 'True', 'NewReplicaSetCreated', `Created new replica set "${name}"`)
  return true
}

/**
 * How many replicas the new set may have now. Pods that an old set has yet to delete still take
 * room. Source: deployment_util.go NewRSNewReplicas, which counts what sets were told only.
 */
export function newSetSize(d: Deployment, otherSets: readonly ReplicaSet[], has: number): number {
  if (!isRollingUpdate(d)) return wanted(d)
  const taken = otherSets.reduce(
    (sum, set) => sum + Math.max(told(set), set.status?.replicas ?? 0),
    0,
  )
  const room = wanted(d) + maxSurge(d) - taken - has
  return room <= 0 ? has : has + Math.min(room, wanted(d) - has)
}

/** Whether the set has pods, or ought to. */
export const isActive = (set: ReplicaSet): boolean => told(set) > 0

function newSetObject(d: Deployment, name: string, hash: string): ReplicaSet {
  const { template, selector, minReadySeconds } = d.spec
  const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: d.metadata.namespace,
      labels,
      ownerReferences: [controllerReference(d, DEPLOYMENT_KIND)],
    },
    spec: defined({
      minReadySeconds,
      selector: {
        ...selector,
        matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH]: hash },
      },
      template: { ...template, metadata: { ...template.metadata, labels } },
    }),
  }
}

const setName = (deployment: string, hash: string): string =>
  `${deployment.slice(0, NAME_CHARS_MAX - 1 - hash.length)}-${hash}`

function withoutHash(labels: Record<string, string> | undefined): Record<string, string> {
  const { [POD_TEMPLATE_HASH]: _hash, ...rest } = labels ?? {}
  return rest
}
