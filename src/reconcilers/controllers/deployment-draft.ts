import type { Instant } from '../../base/clock.ts'
import type { Command } from '../../commands/command.ts'
import type { Json } from '../../meta/object.ts'
import { equalMaps } from '../../resources/equal.ts'
import type {
  Deployment,
  DeploymentCondition,
  ReplicaSet,
} from '../../resources/generated/apps.gen.ts'
import type { Note } from '../runtime/reconciler.ts'
import { regarding } from '../runtime/plain-refusal.ts'
import { maxSurge, told, wanted } from './deployment-numbers.ts'
import { sizeAnnotations } from './deployment-revision.ts'

/** The resource of a Deployment's sets. */
export const SETS = 'replicasets.apps'

/** A Deployment's condition as it is stored: both always set. */
export type StoredCondition = DeploymentCondition & { type: string; status: string }

/**
 * What one look at a Deployment has decided so far. Sets are replaced by what they will be, so that
 * later steps count on it; each changed set is one patch in the end, bound to the version that was
 * seen.
 */
export class DeploymentDraft {
  readonly deployment: Deployment
  readonly now: Instant
  /** The set that serves the current template; undefined while there is none. */
  newSet: ReplicaSet | undefined
  /** All others, whether they have pods or not. */
  oldSets: ReplicaSet[]
  conditions: readonly StoredCondition[]
  collisionCount: number | undefined
  /** The revision to tell on the Deployment. */
  revision: string | undefined
  readonly notes: Note[] = []
  readonly #seen = new Map<string, ReplicaSet>()
  readonly #first: Command[] = []
  readonly #last: Command[] = []

  constructor(d: Deployment, sets: { newSet?: ReplicaSet; oldSets: ReplicaSet[] }, now: Instant) {
    this.deployment = d
    this.now = now
    this.newSet = sets.newSet
    this.oldSets = sets.oldSets
    this.conditions = (d.status?.conditions ?? []) as StoredCondition[]
    this.collisionCount = d.status?.collisionCount
    for (const set of this.allSets) this.#seen.set(set.metadata.name ?? '', set)
  }

  /** Old sets first, as upstream lists them. */
  get allSets(): ReplicaSet[] {
    return this.newSet ? [...this.oldSets, this.newSet] : [...this.oldSets]
  }

  /**
   * Tells a set to have so many replicas. True when that is a change. Source: sync.go
   * scaleReplicaSet.
   */
  scale(set: ReplicaSet, replicas: number, force = false): boolean {
    const before = told(set)
    const resized = before !== replicas
    if (!resized && !force) return false
    const annotations = { ...set.metadata.annotations, ...sizeAnnotations(this.deployment) }
    this.replace({
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...set.spec, replicas },
    })
    if (resized) this.#noteScaled(set.metadata.name ?? '', before, replicas)
    return resized
  }

  /** Puts the changed set in place of the one of its name. */
  replace(set: ReplicaSet): void {
    const { name } = set.metadata
    if (this.newSet?.metadata.name === name) this.newSet = set
    else this.oldSets = this.oldSets.map((old) => (old.metadata.name === name ? set : old))
  }

  /** Makes a set; from here on it is the new one. */
  create(set: ReplicaSet): void {
    const { namespace = '', name = '' } = set.metadata
    const why = `new template of ${this.deployment.metadata.name}`
    this.#first.push({ verb: 'create', resource: SETS, namespace, name, object: set, why })
    this.newSet = set
    if (told(set) > 0) this.#noteScaled(name, 0, told(set))
  }

  delete(set: ReplicaSet): void {
    const { namespace = '', name = '', uid, resourceVersion } = set.metadata
    const options = { preconditions: { uid, resourceVersion } }
    this.#last.push({
      verb: 'delete',
      resource: SETS,
      namespace,
      name,
      options,
      why: 'beyond revisionHistoryLimit',
    })
  }

  /** All that was decided, in the order it must happen. */
  commands(status: readonly Command[]): Command[] {
    const patches = this.allSets.toReversed().flatMap((set) => {
      const before = this.#seen.get(set.metadata.name ?? '')
      return before && before !== set
        ? setPatch(before, set, wanted(this.deployment) + maxSurge(this.deployment))
        : []
    })
    return [...this.#first, ...patches, ...this.#last, ...status]
  }

  #noteScaled(name: string, from: number, to: number): void {
    this.notes.push({
      regarding: regarding(this.deployment),
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled ${from < to ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`,
    })
  }
}

function setPatch(before: ReplicaSet, after: ReplicaSet, most: number): Command[] {
  const { namespace = '', name = '', uid, resourceVersion } = before.metadata
  const { annotations } = after.metadata
  const annotated = !equalMaps(before.metadata.annotations, annotations)
  const spec: Record<string, Json> = {}
  if (told(before) !== told(after)) spec['replicas'] = told(after)
  const { minReadySeconds = 0 } = after.spec
  if ((before.spec.minReadySeconds ?? 0) !== minReadySeconds)
    spec['minReadySeconds'] = minReadySeconds
  const changed = Object.keys(spec).length > 0
  if (!annotated && !changed) return []
  const metadata = {
    ...(resourceVersion && { resourceVersion }),
    ...(annotated && { annotations: { ...annotations } }),
  }
  const patch: Json = { metadata, ...(changed && { spec }) }
  const why =
    told(before) === told(after)
      ? 'annotations'
      : `${told(before)} to ${told(after)} replicas, at most ${most} in all`
  return [{ verb: 'patch', patchType: 'merge', resource: SETS, namespace, name, patch, uid, why }]
}
