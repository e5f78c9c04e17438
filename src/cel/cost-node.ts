import type { CostPath } from './cost-path.ts'
import type { Range } from './cost-range.ts'
import type { Expr } from './syntax.ts'
import type { CelType } from './types.ts'

/** An argument of a call as estimates see it. */
export interface CostNode {
  /** From a variable to it; undefined when no path leads there. */
  readonly path: CostPath | undefined
  readonly type: CelType
  readonly expr: Expr | undefined
  /** Its size, when the expression tells. */
  readonly size: Range | undefined
}

/** Cost of a call beside that of its arguments, and the size of its result when that is known. */
export interface CallEstimate {
  readonly cost: Range
  readonly size?: Range
}

/** The size of a node: what the expression tells, else what the schema does, else anything. */
export type SizeOfNode = (node: CostNode) => Range

/** Estimates calls of one overload; undefined leaves it to the others. */
export type CallEstimator = (
  sizeOf: SizeOfNode,
  target: CostNode | undefined,
  args: readonly CostNode[],
) => CallEstimate | undefined

/** A literal int of an argument, at least 0; the default for anything else. Source: nodeAsUintValue. */
export function literalInt({ expr }: CostNode, otherwise: bigint): bigint {
  const value = expr?.node.kind === 'literal' ? expr.node.value : undefined
  if (typeof value !== 'number' && typeof value !== 'bigint') return otherwise
  return value < 0 ? 0n : BigInt(value)
}
