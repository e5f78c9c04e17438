import type { Score } from './score.ts'

/**
 * Prefers nodes with more left of cpu and memory, equally weighed. Source:
 * noderesources/least_allocated.go.
 */
export const leastUsed: Score = {
  weight: 1,
  of({ scored }, node) {
    const { allocatable } = node.facts
    const cpu = left(node.milliCpuScored + scored.milliCpu, allocatable['cpu'] ?? 0)
    const memory = left(node.memoryBytesScored + scored.memoryBytes, allocatable['memory'] ?? 0)
    return Math.trunc((cpu + memory) / 2)
  },
}

const left = (requested: number, has: number): number =>
  has === 0 || requested > has ? 0 : Math.trunc(((has - requested) * 100) / has)
