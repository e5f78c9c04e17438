import type { Command } from '../../commands/command.ts'
import type { Status } from '../../meta/status.ts'
import type { View } from '../../projections/view.ts'
import type { Plan, Reconciler } from '../../reconcilers/runtime/reconciler.ts'
import type { HistorySource } from '../source.ts'
import type { Decision } from './decisions.ts'
import type { DecisionProblem } from './expectation.ts'
import type { WorldParts } from './world.ts'

/** One process's life: its reconcilers began with the state at a revision. */
export interface ProcessRun {
  /** What the log ended with when it began. */
  readonly revision: number
  /** Today's reconcilers, made as that process made its own. */
  readonly reconcilers: () => readonly Reconciler[]
}

/** What a shadow replay is made from. */
export interface ShadowParts extends WorldParts {
  readonly source: HistorySource
  /** Oldest first; the first begins at revision 0 or where history begins. */
  readonly runs: readonly ProcessRun[]
  /** What a reconciler does about a refusal; undefined when it only tries again. */
  readonly refusedPlan: (
    reconciler: Reconciler,
    key: string,
    command: Command,
    status: Status,
    view: View,
    now: number,
  ) => Plan | undefined
}

/** A decision that came out otherwise. */
export type ShadowDifference = Pick<Decision, 'component' | 'key' | 'view' | 'now'> &
  DecisionProblem

/** What a shadow replay found. Each decision counts once, by the first thing that is wrong with it. */
export interface ShadowAnswer {
  readonly decisions: number
  readonly same: number
  readonly different: number
  readonly missing: number
  readonly new: number
  /** Decisions of the last moments of a process that are not whole on record: counted as the same. */
  readonly interrupted: number
  /** Decisions of components whose inputs are not all in the log: the node's. */
  readonly skipped: Readonly<Record<string, number>>
  readonly differences: readonly ShadowDifference[]
  readonly seconds: number
}
