import { FEASIBLE_NODES_MIN } from '../../base/limits.ts'
import { affinity } from './filters/affinity.ts'
import type { Filter, Rejection } from './filters/filter.ts'
import { nodeName } from './filters/node-name.ts'
import { ports } from './filters/ports.ts'
import { resources } from './filters/resources.ts'
import { taints } from './filters/taints.ts'
import { unschedulable } from './filters/unschedulable.ts'
import type { NodeUsage } from './node-usage.ts'
import { balanced } from './scores/balanced.ts'
import { imageLocality } from './scores/image-locality.ts'
import { leastUsed } from './scores/least-used.ts'
import { preferredAffinity, softTaints } from './scores/preferred.ts'
import type { Score, ScoreContext } from './scores/score.ts'
import { spread } from './scores/spread.ts'
import type { PodShape } from './shape.ts'

/**
 * In upstream's order: the first no of a node is the one that counts. Source: default_plugins.go.
 */
const FILTERS: readonly Filter[] = [nodeName, unschedulable, taints, affinity, ports, resources]
const SCORES: readonly Score[] = [
  softTaints,
  preferredAffinity,
  leastUsed,
  balanced,
  spread,
  imageLocality,
]

/** The nodes that fit, or why none does. */
export interface Search {
  readonly fitting: readonly NodeUsage[]
  /** How many nodes gave each reason; complete only when none fits. */
  readonly reasons: ReadonlyMap<string, number>
  /** Nodes where removing pods could help. */
  readonly resolvable: readonly NodeUsage[]
  /** Nodes looked at. */
  readonly looked: number
}

/** The first filter's no, if any. */
export function rejection(shape: PodShape, node: NodeUsage): Rejection | undefined {
  for (const filter of FILTERS) {
    const no = filter(shape, node)
    if (no) return no
  }
  return undefined
}

/**
 * Looks for nodes that fit, from `start` on and around, until there are enough to choose from: all
 * of a small cluster, a sample of a big one. Source: schedule_one.go findNodesThatPassFilters.
 */
export function search(shape: PodShape, nodes: readonly NodeUsage[], start: number): Search {
  const fitting: NodeUsage[] = []
  const resolvable: NodeUsage[] = []
  const reasons = new Map<string, number>()
  const enough = nodesToFind(nodes.length)
  let looked = 0
  for (; looked < nodes.length && fitting.length < enough; looked++) {
    const node = nodes[(start + looked) % nodes.length]!
    const no = rejection(shape, node)
    if (!no) fitting.push(node)
    else {
      if (no.resolvable) resolvable.push(node)
      for (const reason of no.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
  }
  return { fitting, resolvable, reasons, looked }
}

/**
 * The best of the nodes that fit; `seed` decides between equals, so that the same view picks the
 * same.
 */
export function best(
  shape: PodShape,
  fitting: readonly NodeUsage[],
  context: ScoreContext,
  seed: number,
): NodeUsage {
  if (fitting.length === 1) return fitting[0]!
  const totals = new Array<number>(fitting.length).fill(0)
  for (const score of SCORES) {
    const values = fitting.map((node) => score.of(shape, node, context))
    const scaled = score.normalise ? normalised(values, score.normalise) : values
    scaled.forEach((value, i) => (totals[i]! += value * score.weight))
  }
  const most = Math.max(...totals)
  const equals = fitting.filter((_, i) => totals[i] === most)
  return equals[seed % equals.length]!
}

/** Source: schedule_one.go numFeasibleNodesToFind. */
function nodesToFind(nodeCount: number): number {
  if (nodeCount < FEASIBLE_NODES_MIN) return nodeCount
  const percent = Math.max(5, 50 - Math.trunc(nodeCount / 125))
  return Math.max(FEASIBLE_NODES_MIN, Math.trunc((nodeCount * percent) / 100))
}

/** Source: scheduler/framework/plugins/helper DefaultNormalizeScore. */
function normalised(values: readonly number[], wanted: 'high' | 'low'): number[] {
  const most = Math.max(...values)
  if (most === 0) return values.map(() => (wanted === 'low' ? 100 : 0))
  return values.map((value) => {
    const share = Math.trunc((100 * value) / most)
    return wanted === 'low' ? 100 - share : share
  })
}
