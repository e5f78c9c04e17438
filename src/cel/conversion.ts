import { parseDuration } from '../meta/duration.ts'
import { isUtf8, textOfUtf8 } from '../meta/utf8.ts'
import { TIMESTAMP_SECONDS_MAX, TIMESTAMP_SECONDS_MIN } from './arithmetic.ts'
import { doubleText, parseDouble, parseInteger, plainText } from './number-text.ts'
import { parseTimeBy, timestampText } from './time-text.ts'
import { typeOf } from './type-of.ts'
import {
  double, durationOf, failure, intOf, isFailure, isInt64, tagged, timestampOf, uint,
  type CelFailure, type CelTimestamp, type Value,
} from './values.ts'

const INT_OVERFLOW = failure('integer overflow')
const UINT_OVERFLOW = failure('unsigned integer overflow')
const TIMESTAMP_OVERFLOW = failure('timestamp overflow')

/** Why a value cannot become one of another type. */
export const noConversion = (value: Value, to: string): CelFailure =>
  isFailure(value) ? value : failure(`type conversion error from '${typeOf(value).name}' to '${to}'`)

/** `int(x)`. Source: ConvertToType of each type, as all below. */
export function toInt(value: Value): Value {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'string') {
    const exact = parseInteger(value, true)
    return exact === undefined ? noConversion(value, 'int') : intOf(exact)
  }
  const other = tagged(value)
  switch (other?.tag) {
    case 'double':
      if (!(Math.abs(other.value) < 2 ** 63)) return INT_OVERFLOW
      return intOf(BigInt(Math.trunc(other.value)))
    case 'uint':
      return isInt64(other.value) ? intOf(other.value) : INT_OVERFLOW
    case 'duration':
      return intOf(other.nanoseconds)
    case 'timestamp':
      return other.seconds
    default:
      return noConversion(value, 'int')
  }
}

/** `uint(x)`. */
export function toUint(value: Value): Value {
  if (typeof value === 'number' || typeof value === 'bigint')
    return value < 0 ? UINT_OVERFLOW : uint(BigInt(value))
  if (typeof value === 'string') {
    const exact = parseInteger(value, false)
    return exact === undefined ? noConversion(value, 'uint') : uint(exact)
  }
  const other = tagged(value)
  if (other?.tag === 'uint') return other
  if (other?.tag !== 'double') return noConversion(value, 'uint')
  if (!(other.value >= 0 && other.value < 2 ** 64)) return UINT_OVERFLOW
  return uint(BigInt(Math.trunc(other.value)))
}

/** `double(x)`. */
export function toDouble(value: Value): Value {
  if (typeof value === 'number' || typeof value === 'bigint') return double(Number(value))
  if (typeof value === 'string') {
    const parsed = parseDouble(value)
    return parsed === undefined ? noConversion(value, 'double') : double(parsed)
  }
  const other = tagged(value)
  if (other?.tag === 'double') return other
  return other?.tag === 'uint' ? double(Number(other.value)) : noConversion(value, 'double')
}

/** `string(x)`. */
export function toText(value: Value): Value {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
    case 'number':
    case 'bigint':
      return String(value)
  }
  if (value === null) return 'null'
  if (value instanceof Uint8Array)
    return isUtf8(value) ? textOfUtf8(value) : failure('invalid UTF-8 in bytes, cannot convert to string')
  switch (value.tag) {
    case 'double':
      return doubleText(value.value)
    case 'uint':
      return String(value.value)
    case 'duration':
      return `${plainText(secondsOf(value.nanoseconds))}s`
    case 'timestamp':
      return timestampText(value)
    case 'type':
      return value.name
    case 'object':
      return value.kind.text?.(value.data) ?? noConversion(value, 'string')
    default:
      return noConversion(value, 'string')
  }
}

/** Seconds as a double, as Go's Duration.Seconds. */
const secondsOf = (nanoseconds: bigint): number =>
  Number(nanoseconds / 1_000_000_000n) + Number(nanoseconds % 1_000_000_000n) / 1e9

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/** `bool(x)`. */
export function toBool(value: Value): Value {
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') return noConversion(value, 'bool')
  return TRUE.has(value) ? true : FALSE.has(value) ? false : noConversion(value, 'bool')
}

/** `bytes(x)`. */
export function toBytes(value: Value): Value {
  if (value instanceof Uint8Array) return value
  return typeof value === 'string' ? new Uint8Array(Buffer.from(value)) : noConversion(value, 'bytes')
}

/** `duration(x)`. */
export function toDuration(value: Value): Value {
  if (tagged(value)?.tag === 'duration') return value
  const parsed = typeof value === 'string' ? parseDuration(value) : undefined
  return parsed?.ok ? durationOf(parsed.value) : noConversion(value, 'google.protobuf.Duration')
}

/** `timestamp(x)`. */
export function toTimestamp(value: Value): Value {
  if (tagged(value)?.tag === 'timestamp') return value
  if (typeof value === 'number' || typeof value === 'bigint')
    return inYears(Number(value)) ? timestampOf(Number(value), 0) : TIMESTAMP_OVERFLOW
  const parsed = typeof value === 'string' ? parseTimeBy('2006-01-02T15:04:05Z07:00', value) : undefined
  if (!parsed?.ok) return noConversion(value, 'google.protobuf.Timestamp')
  return inYears(parsed.value.seconds) ? parsed.value : TIMESTAMP_OVERFLOW
}

const inYears = (seconds: CelTimestamp['seconds']): boolean =>
  seconds >= TIMESTAMP_SECONDS_MIN && seconds <= TIMESTAMP_SECONDS_MAX
