import { objectKey } from '../../meta/key.ts'
import type { ViewChange } from '../../projections/view.ts'
import { equal } from '../../resources/equal.ts'
import type { Node, Pod } from '../../resources/generated/core.gen.ts'
import { nodeFacts, NodeUsage, placedPod, type NodeFacts, type PlacedPod } from './node-usage.ts'
import { isPending, PendingPods } from './pending.ts'

/** Name of this scheduler in pods' `schedulerName`. Source: core/v1 DefaultSchedulerName. */
export const DEFAULT_SCHEDULER = 'default-scheduler'

/**
 * What the scheduler derives from all nodes and pods, kept up by their changes instead of being
 * computed for each decision: totals per node, and the pods that wait. A fold: the same changes
 * give the same index.
 */
export class SchedulerIndex {
  readonly pending = new PendingPods()
  readonly #nodes = new Map<string, NodeUsage>()
  /** Pods whose node is not known, by node. */
  readonly #strays = new Map<string, Map<string, PlacedPod>>()
  readonly #placeOf = new Map<string, string>()
  readonly #imageNodes = new Map<string, number>()
  readonly #priorities = new Map<number, number>()
  #list: NodeUsage[] | undefined
  #epoch = 0

  /** Counts changes that may let a pod fit that did not: nodes that changed, pods that went. */
  get epoch(): number {
    return this.#epoch
  }

  /** All nodes, in order of their names. */
  get nodes(): readonly NodeUsage[] {
    this.#list ??= [...this.#nodes.values()].sort((a, b) => (a.facts.name < b.facts.name ? -1 : 1))
    return this.#list
  }

  node(name: string): NodeUsage | undefined {
    return this.#nodes.get(name)
  }

  /** Nodes that have an image, by its normalised name. */
  nodesWithImage(image: string): number {
    return this.#imageNodes.get(image) ?? 0
  }

  /** The lowest priority of all pods that have a node; infinite when there are none. */
  get lowestPriority(): number {
    return Math.min(...this.#priorities.keys())
  }

  /** Takes in one change of a node or a pod. True when a decision may be due. */
  observe(change: ViewChange): boolean {
    const epoch = this.#epoch
    const queued =
      change.resource === 'nodes'
        ? this.#observeNode(change.name, change.after() as Node | undefined)
        : this.#observePod(
            objectKey(change.namespace, change.name),
            change.after() as Pod | undefined,
          )
    return queued || (this.#epoch !== epoch && this.pending.size > 0)
  }

  #observeNode(name: string, node: Node | undefined): boolean {
    const before = this.#nodes.get(name)
    const facts = node && nodeFacts(node)
    if (before && facts && sameFacts(before.facts, facts)) return false
    this.#epoch++
    this.#list = undefined
    this.#countImages(before?.facts, -1)
    this.#countImages(facts, 1)
    if (facts) {
      const usage = new NodeUsage(facts, before)
      for (const [key, pod] of this.#strays.get(name) ?? []) usage.add(key, pod)
      this.#strays.delete(name)
      this.#nodes.set(name, usage)
    } else {
      this.#nodes.delete(name)
      if (before && before.pods.size > 0) this.#strays.set(name, new Map(before.pods))
    }
    return false
  }

  #observePod(key: string, pod: Pod | undefined): boolean {
    const place = pod && !isFinished(pod) ? pod.spec?.nodeName : undefined
    const former = this.#placeOf.get(key)
    if (former !== undefined && former !== place) {
      this.#unplace(key, former)
      this.#epoch++
    }
    if (pod && place) {
      this.pending.delete(key)
      this.#place(key, place, placedPod(pod))
      return false
    }
    if (!pod || !isPending(pod, DEFAULT_SCHEDULER)) {
      // A pod that leaves the queue may hold room that was made for it.
      if (this.pending.delete(key)?.nominated !== undefined) this.#epoch++
      return false
    }
    const before = this.pending.get(key)
    const after = this.pending.put(key, pod)
    return after.told === undefined || before?.line !== after.line
  }

  #place(key: string, node: string, pod: PlacedPod): void {
    if (this.#placeOf.get(key) === node) this.#unplace(key, node)
    this.#placeOf.set(key, node)
    this.#priorities.set(pod.priority, (this.#priorities.get(pod.priority) ?? 0) + 1)
    const usage = this.#nodes.get(node)
    if (usage) return usage.add(key, pod)
    const strays = this.#strays.get(node) ?? new Map<string, PlacedPod>()
    this.#strays.set(node, strays.set(key, pod))
  }

  #unplace(key: string, node: string): void {
    this.#placeOf.delete(key)
    const usage = this.#nodes.get(node)
    const strays = this.#strays.get(node)
    const pod = usage ? usage.remove(key) : strays?.get(key)
    if (strays?.delete(key) && strays.size === 0) this.#strays.delete(node)
    if (!pod) return
    const left = (this.#priorities.get(pod.priority) ?? 1) - 1
    if (left > 0) this.#priorities.set(pod.priority, left)
    else this.#priorities.delete(pod.priority)
  }

  #countImages(facts: NodeFacts | undefined, times: 1 | -1): void {
    for (const image of facts?.images.keys() ?? []) {
      const count = this.nodesWithImage(image) + times
      if (count > 0) this.#imageNodes.set(image, count)
      else this.#imageNodes.delete(image)
    }
  }
}

const isFinished = ({ status }: Pod): boolean =>
  status?.phase === 'Succeeded' || status?.phase === 'Failed'

const sameFacts = (a: NodeFacts, b: NodeFacts): boolean =>
  a.unschedulable === b.unschedulable &&
  a.podsMax === b.podsMax &&
  equal(a.labels, b.labels) &&
  equal(a.taints, b.taints) &&
  equal(a.allocatable, b.allocatable) &&
  a.images.size === b.images.size &&
  [...a.images.keys()].every((image) => b.images.has(image))
