import type { Json } from './object.ts'

/**
 * A number whose text says more than its double: an integer beyond 2^53, `1.0`, `1e3`. Decoding
 * keeps such a number as JSON.rawJSON until the type of its field is known.
 */
export const isRawNumber = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && JSON.isRawJSON(value)

/** The text of a number as it was written, as far as it is known. */
export const numberText = (value: unknown): string => JSON.stringify(value)

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

/** An int64 from the text of an integer: a number while it is exact; undefined when it is none. */
export function int64From(text: string): Json | undefined {
  if (!/^-?\d+$/.test(text) || text.length > 20) return undefined
  const exact = BigInt(text)
  if (exact < INT64_MIN || exact > INT64_MAX) return undefined
  const number = Number(exact)
  return Number.isSafeInteger(number) ? number : (JSON.rawJSON(exact.toString()) as unknown as Json)
}

/** The exact value of an int64 that int64From made. */
export const bigintOf = (value: unknown): bigint => BigInt(numberText(value))

/** A number in a place without a type: integers beyond 2^53 stay raw, all others become doubles. */
export const untypedNumber = (raw: unknown): Json =>
  int64From(numberText(raw)) ??
  (/^-?\d+$/.test(numberText(raw)) ? (raw as Json) : Number(numberText(raw)))
