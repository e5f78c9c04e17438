import type { Instant } from '../../base/clock.ts'
import { SCHEDULE_EVALUATIONS_MAX, SCHEDULE_PODS_MAX } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import type { View } from '../../projections/view.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import type { Note } from '../runtime/reconciler.ts'
import { fitMessage, NO_NODES } from './fit-message.ts'
import { placedAs, type NodeUsage } from './node-usage.ts'
import type { PendingPod } from './pending.ts'
import { best, search } from './pick.ts'
import { preempt, type Eviction } from './preempt.ts'
import { bindCommand, evictCommands, preemptedNote, tellCommand } from './schedule-commands.ts'
import type { SchedulerIndex } from './scheduler-index.ts'

const AWAITS_VICTIMS = 'preemption: not eligible due to a terminating pod on the nominated node.'

/**
 * One decision in the making: its picks take room on copies of the nodes, the index stays as it is.
 */
export class Batch {
  readonly commands: Command[] = []
  readonly notes: Note[] = []
  readonly #index: SchedulerIndex
  readonly #view: View
  readonly #now: Instant
  readonly #done = new Set<string>()
  readonly #placed = new Set<string>()
  readonly #reserved: Map<string, PendingPod[]>
  #nodes: NodeUsage[] | undefined
  #looked = 0

  constructor(index: SchedulerIndex, view: View, now: Instant) {
    this.#index = index
    this.#view = view
    this.#now = now
    this.#reserved = Map.groupBy(index.pending.nominated(), (pod) => pod.nominated!)
  }

  /** No more pods in this decision. */
  get isFull(): boolean {
    return this.#done.size >= SCHEDULE_PODS_MAX || this.#looked >= SCHEDULE_EVALUATIONS_MAX
  }

  /** Whether anything was placed or pushed out. */
  get hasPicks(): boolean {
    return this.#placed.size > 0
  }

  get pendingCount(): number {
    return this.#index.pending.size
  }

  isDone(pod: PendingPod): boolean {
    return this.#done.has(pod.key)
  }

  /**
   * Binds the pod, or makes room for it by pushing others out; else answers why it fits nowhere.
   * A pod that room is being made for keeps waiting for that.
   */
  place(pod: PendingPod): string | undefined {
    const { shape } = pod.line
    const nodes = this.#nodesFor(pod)
    if (nodes.length === 0) return NO_NODES
    const found = search(shape, nodes, pod.arrival % nodes.length)
    this.#looked += found.looked
    if (found.fitting.length > 0) {
      this.#bind(pod, this.#choose(pod, found.fitting))
      return undefined
    }
    const why = fitMessage(nodes.length, found.reasons)
    if (this.#awaitsVictims(pod)) {
      if (pod.told === undefined) this.tell(pod, `${why} ${AWAITS_VICTIMS}`)
      this.#done.add(pod.key)
      return undefined
    }
    const { lowestPriority } = this.#index
    const answer = preempt(shape, found.resolvable, { nodeCount: nodes.length, lowestPriority })
    const message = `${why} ${answer.message}`
    if (!answer.ok) return message
    this.#evict(pod, answer.eviction, message)
    return undefined
  }

  /** Writes why the pod waits. */
  tell(pod: PendingPod, message: string): void {
    this.#done.add(pod.key)
    const lost = pod.nominated !== undefined && !this.#awaitsVictims(pod)
    this.commands.push(
      tellCommand(pod, message, { now: this.#now, ...(lost && { nominated: '' }) }),
    )
  }

  #bind(pod: PendingPod, node: NodeUsage): void {
    this.#done.add(pod.key)
    this.#placed.add(pod.key)
    this.#changed(node).add(pod.key, placedAs(pod.line.shape, pod))
    this.commands.push(bindCommand(pod, node.facts.name))
  }

  #evict(pod: PendingPod, { node, victims }: Eviction, message: string): void {
    this.#done.add(pod.key)
    this.#placed.add(pod.key)
    const place = this.#changed(node)
    for (const victim of victims) {
      place.remove(`${victim.namespace}/${victim.name}`)
      if (victim.ending) continue
      const object = this.#view.get<Pod>('pods', victim.namespace, victim.name)
      this.commands.push(...evictCommands(victim, object?.status?.conditions ?? [], this.#now))
      this.notes.push(preemptedNote(victim, pod, node.facts.name))
    }
    place.add(pod.key, placedAs(pod.line.shape, pod))
    const nominated = node.facts.name
    this.commands.push(tellCommand(pod, message, { nominated, now: this.#now }))
  }

  /** The node where room was made first, else the best. */
  #choose(pod: PendingPod, fitting: readonly NodeUsage[]): NodeUsage {
    const nominated = fitting.find((node) => node.facts.name === pod.nominated)
    if (nominated) return nominated
    const context = {
      nodeCount: this.#index.nodes.length,
      nodesWithImage: (image: string) => this.#index.nodesWithImage(image),
    }
    return best(pod.line.shape, fitting, context, pod.arrival)
  }

  /** Whether pods of lower priority still leave the node where room is made. */
  #awaitsVictims(pod: PendingPod): boolean {
    const node = pod.nominated === undefined ? undefined : this.#index.node(pod.nominated)
    if (!node) return false
    return [...node.pods.values()].some(
      (one) => one.ending && one.priority < pod.line.shape.priority,
    )
  }

  /** The nodes as this pod sees them: room made for pods of its priority or above is taken. */
  #nodesFor(pod: PendingPod): readonly NodeUsage[] {
    const nodes = this.#nodes ?? this.#index.nodes
    if (this.#reserved.size === 0) return nodes
    return nodes.map((node) => {
      const others = (this.#reserved.get(node.facts.name) ?? []).filter(
        (other) =>
          other.key !== pod.key &&
          !this.#placed.has(other.key) &&
          other.line.shape.priority >= pod.line.shape.priority,
      )
      if (others.length === 0) return node
      const copy = node.copy()
      for (const other of others) copy.add(other.key, placedAs(other.line.shape, other))
      return copy
    })
  }

  /** This batch's own copy of a node. */
  #changed(node: NodeUsage): NodeUsage {
    this.#nodes ??= [...this.#index.nodes]
    const at = this.#nodes.findIndex((each) => each.facts.name === node.facts.name)
    const now = this.#nodes[at]!
    const isOwn = now !== this.#index.node(now.facts.name)
    return isOwn ? now : (this.#nodes[at] = now.copy())
  }
}
