import { byCodePoint } from '../meta/go-text.ts'
import { NO_OVERLOAD, failure, isFailure, tagged, type CelFailure, type Value } from './values.ts'

const NAN_ORDER = failure('NaN values cannot be ordered')

/**
 * -1, 0 or 1; a failure for values that have no order between them; undefined when the first has no
 * order at all. Source: Comparer.Compare of each type.
 */
export function compareValues(a: Value, b: Value): number | CelFailure | undefined {
  switch (typeof a) {
    case 'string':
      if (typeof b !== 'string') return isFailure(b) ? b : NO_OVERLOAD
      return a === b ? 0 : byCodePoint(a, b) < 0 ? -1 : 1
    case 'boolean':
      if (typeof b !== 'boolean') return isFailure(b) ? b : NO_OVERLOAD
      return Number(a) - Number(b)
    case 'number':
    case 'bigint':
      return compareNumber(a, b)
  }
  if (a === null) return undefined
  if (a instanceof Uint8Array)
    return b instanceof Uint8Array ? Buffer.compare(a, b) : isFailure(b) ? b : NO_OVERLOAD
  const other = tagged(b)
  switch (a.tag) {
    case 'double':
      return Number.isNaN(a.value) ? NAN_ORDER : compareNumber(a, b)
    case 'uint':
      return compareNumber(a, b)
    case 'duration':
      if (other?.tag === 'duration') return order(a.nanoseconds, other.nanoseconds)
      return isFailure(b) ? b : NO_OVERLOAD
    case 'timestamp':
      if (other?.tag === 'timestamp')
        return order(a.seconds, other.seconds) || order(a.nanos, other.nanos)
      return isFailure(b) ? b : NO_OVERLOAD
    default:
      return undefined
  }
}

type Numeric = number | bigint | { readonly tag: 'double' | 'uint'; readonly value: number | bigint }

function compareNumber(a: Numeric, b: Value): number | CelFailure {
  const other = tagged(b)
  const integral = typeof b === 'number' || typeof b === 'bigint'
  if (!integral && other?.tag !== 'double' && other?.tag !== 'uint')
    return isFailure(b) ? b : NO_OVERLOAD
  const [left, right] = [numeric(a), numeric(b as Numeric)]
  const doubles = isDouble(a) || isDouble(b as Numeric)
  if (!doubles) return order(left, right)
  if (isDouble(b as Numeric) && Number.isNaN(right)) return NAN_ORDER
  return order(Number(left), Number(right))
}

const isDouble = (value: Numeric): boolean => typeof value === 'object' && value.tag === 'double'
const numeric = (value: Numeric): number | bigint => (typeof value === 'object' ? value.value : value)
const order = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0)
