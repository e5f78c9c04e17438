/** Ends with a bug report when one of our own promises is broken; never used on a user's input. */
export function assert(condition: unknown, promise: string): asserts condition {
  if (!condition) throw new Error(`klio broke its own promise: ${promise}`)
}

/** Marks a branch the types rule out, so that a new variant fails to compile here. */
export const unreachable = (value: never): never => {
  throw new Error(`klio reached a branch its types rule out: ${String(value)}`)
}
