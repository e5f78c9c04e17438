/**
 * Which log: a log is a value (design 2). Log, view, sequencer, reconcilers and the NOTIFY channel all
 * take one, so that a fork is another LogId and nothing in the rooms is a singleton.
 */
export interface LogId {
  /** PostgreSQL schema that holds the tables. */
  readonly schema: string
  /** Branch number; 0 is main. */
  readonly branch: number
  /** For a fork: where it left its parent. */
  readonly base?: { readonly branch: number; readonly revision: number }
}

/** The log of a cluster that was never forked. */
export const mainLog = (schema: string): LogId => ({ schema, branch: 0 })

/** NOTIFY channel of a log; its payload is the newest revision and only a hint. */
export const channelOf = (log: LogId): string => `${log.schema}_${log.branch}`
