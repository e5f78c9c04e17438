import type { PendingLine } from './pending.ts'

/**
 * Lines by who goes first: higher priority, then whose first pod came earlier.
 * Source: plugins/queuesort PrioritySort.
 */
export function inOrder(lines: Iterable<PendingLine>): PendingLine[] {
  return [...lines].sort(
    (a, b) => b.shape.priority - a.shape.priority || firstArrival(a) - firstArrival(b),
  )
}

function firstArrival(line: PendingLine): number {
  for (const pod of line.pods.values()) return pod.arrival
  return Number.POSITIVE_INFINITY
}
