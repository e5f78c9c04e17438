import type { NodeUsage } from '../node-usage.ts'
import type { Score } from './score.ts'

/**
 * Prefers nodes where cpu and memory become more evenly used. Source:
 * noderesources/balanced_allocation.go.
 */
export const balanced: Score = {
  weight: 1,
  of({ requests }, node) {
    const cpu = requests['cpu'] ?? 0
    const memory = requests['memory'] ?? 0
    // A pod that asks for neither changes no balance.
    if (cpu === 0 && memory === 0) return 0
    return Math.trunc(50 + (50 + evenness(node, cpu, memory) - evenness(node, 0, 0)) / 2)
  },
}

function evenness(node: NodeUsage, cpu: number, memory: number): number {
  const { allocatable } = node.facts
  const fractions = [
    fraction((node.requested['cpu'] ?? 0) + cpu, allocatable['cpu'] ?? 0),
    fraction((node.requested['memory'] ?? 0) + memory, allocatable['memory'] ?? 0),
  ].filter((each) => each !== undefined)
  const spread = fractions.length === 2 ? Math.abs(fractions[0]! - fractions[1]!) / 2 : 0
  return Math.trunc((1 - spread) * 100)
}

const fraction = (used: number, has: number): number | undefined =>
  has === 0 ? undefined : Math.min(1, used / has)
