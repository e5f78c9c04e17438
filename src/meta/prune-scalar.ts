import { canonicalBase64 } from './base64.ts'
import { canonicalDuration } from './duration.ts'
import { foundText, noteFailure, noteWrongType, type Trail } from './decode-trail.ts'
import { canonicalTime } from './go-time.ts'
import type { Json } from './object.ts'
import { canonicalQuantity, parseQuantity } from './quantity.ts'
import { isCanonicalText } from './quantity-text.ts'
import { int64From, isRawNumber, numberText } from './raw-number.ts'
import type { Scalar } from './schema.ts'

/**
 * Checks one value and gives it in canonical form; undefined when it is refused (noted in the
 * trail).
 */
export type Walk = (value: unknown, trail: Trail) => Json | undefined

const INT32_MAX = 2 ** 31 - 1

/**
 * The walk of a leaf. `goType` is what errors call it. Untyped leaves (json, fieldsV1) are not
 * here. Source: encoding/json literalStore, and the UnmarshalJSON of Quantity, IntOrString, Time,
 * Duration.
 */
export function scalarWalk(scalar: Exclude<Scalar, 'json' | 'fieldsV1'>, goType: string): Walk {
  const wrong: Walk = (value, trail) => {
    noteWrongType(trail, numeric.has(scalar) ? numberFound(value) : foundText(value), goType)
    return undefined
  }
  switch (scalar) {
    case 'string':
      return (value, trail) => (typeof value === 'string' ? value : wrong(value, trail))
    case 'bool':
      return (value, trail) => (typeof value === 'boolean' ? value : wrong(value, trail))
    case 'int32':
      return (value, trail) => (isInt32(value) ? value : wrong(value, trail))
    case 'int64':
      return (value, trail) => int64(value) ?? wrong(value, trail)
    case 'double':
      return (value, trail) => double(value) ?? wrong(value, trail)
    case 'intOrString':
      return (value, trail) =>
        typeof value === 'string' || isInt32(value) ? value : wrong(value, trail)
    case 'quantity':
      return quantity
    case 'bytes':
      return (value, trail) => bytes(value, trail, wrong)
    case 'time':
    case 'microTime':
      return (value, trail) =>
        typeof value === 'string' ? time(value, scalar, trail) : wrong(value, trail)
    case 'duration':
      return (value, trail) =>
        typeof value === 'string' ? duration(value, trail) : wrong(value, trail)
  }
}

const numeric: ReadonlySet<Scalar> = new Set(['int32', 'int64', 'double', 'intOrString'])

/** Go shows a number's text where it did not fit a number. */
const numberFound = (value: unknown): string =>
  typeof value === 'number' || isRawNumber(value) ? `number ${numberText(value)}` : foundText(value)

const isInt32 = (value: unknown): value is number =>
  typeof value === 'number' && (value | 0) === value && Math.abs(value) <= INT32_MAX + 1

function int64(value: unknown): Json | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined
  return isRawNumber(value) ? int64From(numberText(value)) : undefined
}

function double(value: unknown): number | undefined {
  const number = isRawNumber(value) ? Number(numberText(value)) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function quantity(value: unknown, trail: Trail): string | undefined {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (isCanonicalText(text)) return text
  const canonical = canonicalQuantity(text)
  if (canonical !== text) return canonical
  const parsed = parseQuantity(text)
  if (parsed.ok) return canonical
  noteFailure(trail, parsed.error)
  return undefined
}

function bytes(value: unknown, trail: Trail, wrong: Walk): Json | undefined {
  if (Array.isArray(value)) return byteList(value, trail)
  if (typeof value !== 'string') return wrong(value, trail)
  const canonical = canonicalBase64(value)
  if (canonical.ok) return canonical.value
  noteFailure(trail, canonical.error)
  return undefined
}

/** Go reads a list of numbers into a byte slice as well. */
function byteList(list: readonly unknown[], trail: Trail): Json | undefined {
  const bad = list.find(
    (b) => b !== null && !(Number.isInteger(b) && Number(b) >= 0 && Number(b) < 256),
  )
  if (bad === undefined) return Buffer.from(list.map(Number)).toString('base64')
  noteWrongType(trail, numberFound(bad), 'uint8')
  return undefined
}

function time(value: string, scalar: 'time' | 'microTime', trail: Trail): string | undefined {
  const canonical = canonicalTime(value, scalar)
  if (canonical.ok) return canonical.value
  noteFailure(trail, canonical.error)
  return undefined
}

function duration(value: string, trail: Trail): string | undefined {
  const canonical = canonicalDuration(value)
  if (canonical.ok) return canonical.value
  noteFailure(trail, canonical.error)
  return undefined
}
