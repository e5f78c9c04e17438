/**
 * The object without members that are undefined, so that bodies look as Go's omitempty leaves them.
 */
export function defined<T extends object>(object: T): T {
  const out = { ...object }
  for (const key of Object.keys(out) as (keyof T)[]) if (out[key] === undefined) delete out[key]
  return out
}

/** Go's omitempty for numbers: zero is left out. */
export const nonZero = (value: number): number | undefined => (value === 0 ? undefined : value)

/** The status without counts of zero, which Go's omitempty leaves out of what it stores. */
export const withoutZeros = (status: object | undefined, keep: readonly string[] = []): object =>
  Object.fromEntries(
    Object.entries(status ?? {}).filter(([key, value]) => value !== 0 || keep.includes(key)),
  )
