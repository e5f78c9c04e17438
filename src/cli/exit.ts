/** Exit codes of every command. Source: diff(1), kubectl diff. */
export const EXIT = {
  /** Done, or the same. */
  done: 0,
  /** A difference was found. */
  different: 1,
  /** The command could not do its work. */
  error: 2,
} as const

/** A failure that the person at the terminal has to know of: one sentence that names the remedy. */
export class CommandError extends Error {}
