import type { KubeObject } from '../../src/meta/object.ts'
import { controllerOf } from '../../src/meta/owner.ts'
import type { Deployment, ReplicaSet } from '../../src/resources/generated/apps.gen.ts'
import type { Pod } from '../../src/resources/generated/core.gen.ts'
import { type Fold, isReady, limitsOf, type Step } from './fold.ts'

/**
 * Whether rollouts keep enough pods ready. The promise holds from the moment all wanted pods were ready,
 * until somebody else takes a ready pod away or changes how many are wanted: then from the next such
 * moment on.
 */
export class Budgets {
  readonly #fold: Fold
  /** Deployments whose wanted pods were all ready, undisturbed since. */
  readonly #reached = new Set<string>()

  constructor(fold: Fold) {
    this.#fold = fold
  }

  /** Takes note of a step; says what a rollout did wrong. */
  see(step: Step): string | undefined {
    if (step.event.resource === 'deployments.apps') this.#seeDeployment(step)
    return step.event.resource === 'pods' ? this.#seePod(step) : undefined
  }

  #seeDeployment({ before, after }: Step): void {
    const uid = (before ?? after)!.metadata.uid!
    if (!before || !after || wishText(before) !== wishText(after)) this.#reached.delete(uid)
  }

  #seePod({ event, before, after }: Step): string | undefined {
    const pod = (after ?? before) as Pod
    const d = this.#deploymentOf(pod)
    if (!d) return undefined
    const uid = d.metadata.uid!
    const lost = before !== undefined && isReady(before as Pod) && !(after && isReady(after as Pod))
    const { desired, unavailable } = limitsOf(d)
    const ready = this.#readyOf(uid)
    if (lost && event.cause?.component !== 'replicaset-controller') this.#reached.delete(uid)
    const promised = this.#reached.has(uid) && !d.metadata.deletionTimestamp
    if (ready >= desired) this.#reached.add(uid)
    if (!lost || !promised || ready >= desired - unavailable) return undefined
    return `${d.metadata.name} has ${ready} of ${desired} ready, ${unavailable} may lack`
  }

  #readyOf(deploymentUid: string): number {
    const sets = this.#fold.membersOf<ReplicaSet>(deploymentUid)
    return sets.flatMap((set) => this.#fold.membersOf<Pod>(set.metadata.uid!)).filter(isReady).length
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
