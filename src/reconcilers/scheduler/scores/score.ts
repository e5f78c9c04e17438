import type { NodeUsage } from '../node-usage.ts'
import type { PodShape } from '../shape.ts'

/** What scores may look at besides the node. */
export interface ScoreContext {
  readonly nodeCount: number
  /** Nodes that have an image, by normalised name. */
  readonly nodesWithImage: (image: string) => number
}

/** A preference among nodes that fit. */
export interface Score {
  readonly weight: number
  /** 0 to 100; with `normalise` any number, scaled by the most that a candidate got. */
  of(shape: PodShape, node: NodeUsage, context: ScoreContext): number
  /** `high`: the most becomes 100; `low`: the least does. */
  readonly normalise?: 'high' | 'low'
}
