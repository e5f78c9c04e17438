import type { KubeObject } from '../../src/meta/object.ts'
import { controllerOf } from '../../src/meta/owner.ts'
import type { Deployment, ReplicaSet } from '../../src/resources/generated/apps.gen.ts'
import type { Pod } from '../../src/resources/generated/core.gen.ts'
import { type Fold, isReady, limitsOf, type Step } from './fold.ts'

/**
 * Whether rollouts keep enough pods ready. The promise holds for what is decided after all wanted pods
 * were ready and their sets said so, until somebody else takes a ready pod away or changes how many are
 * wanted: then from the next such moment on.
 */
export class Budgets {
  readonly #fold: Fold
  /** Revision at which a Deployment's wanted pods were all ready, undisturbed since. */
  readonly #reached = new Map<string, number>()
  /** View of the decision that last told a set how many pods it should have. */
  readonly #decided = new Map<string, number>()

  constructor(fold: Fold) {
    this.#fold = fold
  }

  /** Takes note of a step; says what a rollout did wrong. */
  see(step: Step): string | undefined {
    const { event, before, after } = step
    if (event.resource === 'deployments.apps') this.#seeDeployment(step)
    if (event.resource === 'pods') return this.#seePod(step)
    if (event.resource !== 'replicasets.apps') return undefined
    if (!after) this.#reached.delete(controllerOf(before!)?.uid ?? '')
    if (!after) return undefined
    const told = (set: KubeObject | undefined) => (set as ReplicaSet | undefined)?.spec.replicas
    if (told(before) !== told(after)) this.#decided.set(after.metadata.uid!, event.cause?.view ?? 0)
    const d = this.#fold.uid<Deployment>(controllerOf(after)?.uid ?? '')
    // Somebody takes a whole set away.
    if (d && after.metadata.deletionTimestamp) this.#reached.delete(d.metadata.uid!)
    else if (d?.kind === 'Deployment') this.#look(d, event.revision)
    return undefined
  }

  #seeDeployment({ before, after }: Step): void {
    const uid = (before ?? after)!.metadata.uid!
    if (!before || !after || wishText(before) !== wishText(after)) this.#reached.delete(uid)
  }

  #seePod({ event, before, after }: Step): string | undefined {
    const pod = (after ?? before) as Pod
    const former = before && controllerOf(before)?.uid !== controllerOf(pod)?.uid && this.#deploymentOf(before as Pod)
    if (former) this.#reached.delete(former.metadata.uid!)
    const d = this.#deploymentOf(pod)
    if (!d) return undefined
    const uid = d.metadata.uid!
    const lost = before !== undefined && isReady(before as Pod) && !(after && isReady(after as Pod))
    const foreign = event.cause?.component !== 'replicaset-controller'
    if (lost && foreign) this.#reached.delete(uid)
    this.#look(d, event.revision)
    const decidedAt = Math.min(event.cause?.view ?? 0, this.#decided.get(controllerOf(pod)!.uid) ?? 0)
    const promised = (this.#reached.get(uid) ?? Infinity) <= decidedAt && !d.metadata.deletionTimestamp
    const { desired, unavailable } = limitsOf(d)
    const ready = this.#readyOf(uid)
    if (!lost || foreign || !promised || ready >= desired - unavailable) return undefined
    return `${d.metadata.name} has ${ready} of ${desired} ready, ${unavailable} may lack`
  }

  /** Whether all are ready now, and all sets say what is. */
  #look(d: Deployment, revision: number): void {
    const uid = d.metadata.uid!
    if (this.#reached.has(uid)) return
    const sets = this.#fold.membersOf<ReplicaSet>(uid)
    const agree = sets.every((set) => (set.status?.readyReplicas ?? 0) === this.#readyIn(set))
    if (agree && this.#readyOf(uid) >= (d.spec.replicas ?? 1)) this.#reached.set(uid, revision)
  }

  #readyIn(set: ReplicaSet): number {
    return this.#fold.membersOf<Pod>(set.metadata.uid!).filter(isReady).length
  }

  #readyOf(deploymentUid: string): number {
    const sets = this.#fold.membersOf<ReplicaSet>(deploymentUid)
    return sets.reduce((sum, set) => sum + this.#readyIn(set), 0)
  }

  #deploymentOf(pod: Pod): Deployment | undefined {
    const set = this.#fold.uid<ReplicaSet>(controllerOf(pod)?.uid ?? '')
    const above = set && controllerOf(set)
    return above?.kind === 'Deployment' ? this.#fold.uid<Deployment>(above.uid) : undefined
  }
}

/** How many are wanted, and how many may lack. */
function wishText(object: KubeObject): string {
  const { replicas, strategy, minReadySeconds } = (object as Deployment).spec
  return JSON.stringify([replicas, strategy, minReadySeconds])
}
