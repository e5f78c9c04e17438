import type { NodeUsage } from '../node-usage.ts'
import type { PodShape } from '../shape.ts'

/** Why a node does not take a pod; reasons are upstream's words, counted over nodes in messages. */
export interface Rejection {
  readonly reasons: readonly string[]
  /**
   * Whether removing other pods could help. Source: fwk.Unschedulable against
   * UnschedulableAndUnresolvable.
   */
  readonly resolvable: boolean
}

/** Says no with a reason, or nothing. Pure. */
export type Filter = (shape: PodShape, node: NodeUsage) => Rejection | undefined
