/** A range of costs or sizes, as uint64: sums and products stop at the greatest. */
export interface Range {
  readonly min: bigint
  readonly max: bigint
}

const UINT64_MAX = 2n ** 64n - 1n
const TWO_TO_64 = 2 ** 64

/** What is known of a size of which nothing is known. */
export const UNKNOWN: Range = { min: 0n, max: UINT64_MAX }
/** The range that holds nothing; anything joined with it stays. */
export const NOTHING: Range = { min: UINT64_MAX, max: 0n }
/** No cost. */
export const FREE: Range = { min: 0n, max: 0n }

/** Ranges. */
export const range = (min: bigint, max: bigint): Range => ({ min, max })
export const fixed = (value: bigint | number): Range => ({ min: BigInt(value), max: BigInt(value) })

/** Arithmetic of a uint64 that does not overflow. */
export const addTo = (a: bigint, b: bigint): bigint => (a + b > UINT64_MAX ? UINT64_MAX : a + b)
export const multiplyBy = (a: bigint, b: bigint): bigint => (a * b > UINT64_MAX ? UINT64_MAX : a * b)

/** Arithmetic of ranges. Source: checker/cost.go SizeEstimate, CostEstimate. */
export const add = (a: Range, b: Range): Range => range(addTo(a.min, b.min), addTo(a.max, b.max))
export const multiply = (a: Range, b: Range): Range =>
  range(multiplyBy(a.min, b.min), multiplyBy(a.max, b.max))
export const union = (a: Range, b: Range): Range =>
  range(a.min < b.min ? a.min : b.min, a.max > b.max ? a.max : b.max)
export const scale = (a: Range, factor: number): Range => range(scaled(a.min, factor), scaled(a.max, factor))
export const sum = (ranges: readonly Range[]): Range => ranges.reduce(add, FREE)

/** Rounded up, as doubles do it. */
function scaled(value: bigint, factor: number): bigint {
  const double = Number(value)
  if (double > 0 && factor > 0 && double > TWO_TO_64 / factor) return UINT64_MAX
  const ceiling = Math.ceil(double * factor)
  return ceiling >= TWO_TO_64 ? UINT64_MAX : BigInt(ceiling)
}
