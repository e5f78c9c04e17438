/** What is said when there is no node at all. Source: scheduler.go ErrNoNodesAvailable. */
export const NO_NODES = 'no nodes available to schedule pods'

/** Why preemption does not help on a node. Source: preemption.go, default_preemption.go. */
export const NOT_HELPFUL = 'Preemption is not helpful for scheduling'
/** Nobody there is less important. */
export const NO_VICTIMS = 'No preemption victims found for incoming pod'

/**
 * `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) ...`. Source: framework FitError.Error.
 */
export function fitMessage(nodeCount: number, reasons: ReadonlyMap<string, number>): string {
  const counted = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort()
  const list = counted.length > 0 ? ` ${counted.join(', ')}.` : ''
  return `0/${nodeCount} nodes are available:${list}`
}
