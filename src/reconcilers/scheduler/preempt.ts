import { PREEMPTION_CANDIDATES_MAX } from '../../base/limits.ts'
import { fitMessage, NO_VICTIMS, NOT_HELPFUL } from './fit-message.ts'
import type { NodeUsage, PlacedPod } from './node-usage.ts'
import { rejection } from './pick.ts'
import type { PodShape } from './shape.ts'

/** Pods that must go from a node, so that another fits there. */
export interface Eviction {
  readonly node: NodeUsage
  /** Most important first. */
  readonly victims: readonly PlacedPod[]
}

/** Whom to push out, or why that is of no use. */
export type Preemption =
  | { readonly ok: true; readonly eviction: Eviction; readonly message: string }
  | { readonly ok: false; readonly message: string }

/**
 * Finds the node where the least important pods make room. Budgets for disruption are not looked
 * at. Source: framework/preemption/preemption.go, defaultpreemption.
 */
export function preempt(
  shape: PodShape,
  resolvable: readonly NodeUsage[],
  options: { nodeCount: number; lowestPriority: number },
): Preemption {
  const failed = (message: string): Preemption => ({ ok: false, message: `preemption: ${message}` })
  if (!shape.preempts) return failed('not eligible due to preemptionPolicy=Never.')
  const { nodeCount } = options
  const reasons = new Map<string, number>()
  const count = (reason: string, times = 1) =>
    reasons.set(reason, (reasons.get(reason) ?? 0) + times)
  const evictions: Eviction[] = []
  if (options.lowestPriority >= shape.priority) {
    if (resolvable.length > 0) count(NO_VICTIMS, resolvable.length)
  } else
    for (const node of resolvable) {
      const answer = victimsOn(shape, node)
      if ('reasons' in answer) answer.reasons.forEach((reason) => count(reason))
      else evictions.push(answer)
      if (evictions.length >= PREEMPTION_CANDIDATES_MAX) break
    }
  if (evictions.length === 0) {
    if (nodeCount > resolvable.length) count(NOT_HELPFUL, nodeCount - resolvable.length)
    return failed(fitMessage(nodeCount, reasons))
  }
  const eviction = evictions.reduce((a, b) => (compareEvictions(b, a) < 0 ? b : a))
  const { node, victims } = eviction
  const found = `found a potential placement for pod on node ${node.facts.name}`
  const message = `preemption: ${found}, preempting ${victims.length} victims`
  return { ok: true, eviction, message }
}

/**
 * The fewest and least important pods of lower priority, or why none would do. Source:
 * SelectVictimsOnNode.
 */
function victimsOn(shape: PodShape, node: NodeUsage): Eviction | { reasons: readonly string[] } {
  const lower = [...node.pods].filter(([, pod]) => pod.priority < shape.priority)
  if (lower.length === 0) return { reasons: [NO_VICTIMS] }
  const trial = node.copy()
  for (const [key] of lower) trial.remove(key)
  const no = rejection(shape, trial)
  if (no) return { reasons: no.reasons }
  const victims: PlacedPod[] = []
  for (const [key, pod] of lower.sort(([, a], [, b]) => compareImportance(a, b))) {
    trial.add(key, pod)
    if (!rejection(shape, trial)) continue
    trial.remove(key)
    victims.push(pod)
  }
  return { node, victims }
}

/**
 * Higher priority is more important, then who runs longer. Source: scheduler/util MoreImportantPod.
 */
const compareImportance = (a: PlacedPod, b: PlacedPod): number =>
  b.priority - a.priority || a.startedMs - b.startedMs

/** Source: preemption.go pickOneNodeForPreemption, without budgets. */
function compareEvictions(a: Eviction, b: Eviction): number {
  const highest = ({ victims }: Eviction) => victims[0]?.priority ?? Number.NEGATIVE_INFINITY
  // Priorities are made positive, so that few pods count less than many of the same negative
  // priority.
  const sum = ({ victims }: Eviction) => victims.reduce((n, pod) => n + pod.priority + 2 ** 31, 0)
  const earliest = (e: Eviction) =>
    Math.min(...e.victims.filter((pod) => pod.priority === highest(e)).map((pod) => pod.startedMs))
  return (
    highest(a) - highest(b) ||
    sum(a) - sum(b) ||
    a.victims.length - b.victims.length ||
    earliest(b) - earliest(a)
  )
}
