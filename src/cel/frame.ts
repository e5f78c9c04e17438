import type { Value } from './values.ts'

/** One evaluation: its variables by slot, and what it has cost so far. */
export interface Frame {
  readonly vars: (Value | undefined)[]
  cost: number
  /** Cost that ends the evaluation. */
  limit: number
}

/** A node of a program. Evaluating it adds its cost to the frame. */
export type Step = (frame: Frame) => Value
