import { bigintOf, isRawNumber, numberText } from '../meta/raw-number.ts'
import { readByteText, readDate, readDateTime, readDurationText } from './format-values.ts'
import {
  celObject, double, failure, intOf, rawList, rawMap,
  type ObjectKind, type Value,
} from './values.ts'
import { opaqueType } from './types.ts'
import { JSON_SCHEMA, type ValueSchema } from './value-schema.ts'

const NULL_REFUSED = failure('invalid data, got null for schema with nullable=false')
const NO_INT_OR_STRING = failure(
  'invalid data, expected XIntOrString value to be either a string or integer',
)
const NO_OBJECT = failure('invalid data, expected a map for the provided schema with type=object')
const NO_ARRAY = failure('invalid data, expected an array for the provided schema with type=array')

/** Data below x-kubernetes-preserve-unknown-fields: it can be compared, nothing else. */
const PRESERVED: ObjectKind = {
  type: opaqueType('unknown'),
  equal: (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)),
}

/** JSON as a value by its schema. Errors are values. Source: UnstructuredToVal. */
export function valueOfRaw(raw: unknown, schema: ValueSchema): Value {
  switch (schema.kind) {
    case 'string':
      if (typeof raw === 'string') return raw
      return raw === null ? nullBy(schema) : wrong('string', raw)
    case 'integer':
      if (typeof raw === 'number' && Number.isInteger(raw)) return raw
      return raw === null ? nullBy(schema) : integerOf(raw)
    case 'boolean':
      if (typeof raw === 'boolean') return raw
      return raw === null ? nullBy(schema) : wrong('bool', raw)
    case 'object':
    case 'map':
      if (typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !isRawNumber(raw))
        return rawMap(raw as Record<string, unknown>, schema)
      return raw === null ? nullBy(schema) : NO_OBJECT
    case 'json':
      return jsonValue(raw)
    default:
      return raw === null ? nullBy(schema) : uncommon(raw, schema)
  }
}

function uncommon(raw: unknown, schema: ValueSchema): Value {
  switch (schema.kind) {
    case 'list':
      return Array.isArray(raw) ? listOf(raw, schema) : NO_ARRAY
    case 'number':
      return numberOf(raw)
    case 'int-or-string':
      if (typeof raw === 'string') return raw
      if (typeof raw === 'number' && Number.isInteger(raw)) return raw
      return isBigInteger(raw) ? intOf(bigintOf(raw)) : NO_INT_OR_STRING
    case 'duration':
      return typeof raw === 'string' ? readDurationText(raw) : wrong('string', raw)
    case 'date':
      return typeof raw === 'string' ? readDate(raw) : wrong('string', raw)
    case 'date-time':
      return typeof raw === 'string' ? readDateTime(raw) : wrong('string', raw)
    case 'byte':
      return typeof raw === 'string' ? readByteText(raw) : wrong('string', raw)
    case 'preserved':
      return celObject(PRESERVED, raw)
    default:
      return failure(
        `invalid type, expected object, array, number, integer, boolean or string, or no type with x-kubernetes-int-or-string or x-kubernetes-preserve-unknown-fields is true, got ${schema.type}`,
      )
  }
}

function listOf(raw: readonly unknown[], schema: ValueSchema): Value {
  if (!schema.items)
    return failure('invalid array type, expected Items with a non-empty Schema')
  const known = ['', 'map', 'set', 'atomic'].includes(schema.listType ?? '')
  if (known) return rawList(raw, schema)
  return failure(
    `invalid x-kubernetes-list-type, expected 'map', 'set' or 'atomic' but got ${schema.listType}`,
  )
}

/** JSON as a value by what it says itself: whole numbers are ints. Source: NativeToValue. */
export function jsonValue(raw: unknown): Value {
  switch (typeof raw) {
    case 'string':
    case 'boolean':
      return raw
    case 'number':
      return Number.isInteger(raw) ? wholeNumber(raw) : double(raw)
    case 'object':
      if (raw === null) return null
      if (Array.isArray(raw)) return rawList(raw, JSON_SCHEMA)
      if (isRawNumber(raw)) return isBigInteger(raw) ? intOf(bigintOf(raw)) : numberOf(raw)
      return rawMap(raw as Record<string, unknown>, JSON_SCHEMA)
    default:
      return null
  }
}

const wholeNumber = (raw: number): Value => (Number.isSafeInteger(raw) ? raw : double(raw))

const nullBy = (schema: ValueSchema): Value => (schema.nullable ? null : NULL_REFUSED)

const isBigInteger = (raw: unknown): boolean => isRawNumber(raw) && /^-?\d+$/.test(numberText(raw))

function integerOf(raw: unknown): Value {
  return isBigInteger(raw) ? intOf(bigintOf(raw)) : wrong('int', raw)
}

function numberOf(raw: unknown): Value {
  if (typeof raw === 'number') return double(raw)
  return isRawNumber(raw) ? double(Number(numberText(raw))) : wrong('float', raw)
}

const wrong = (wanted: string, raw: unknown): Value =>
  failure(`invalid data, expected ${wanted}, got ${goTypeOf(raw)}`)

/** Go's `%T` of decoded JSON. */
function goTypeOf(raw: unknown): string {
  if (Array.isArray(raw)) return '[]interface {}'
  if (isRawNumber(raw)) return isBigInteger(raw) ? 'int64' : 'float64'
  switch (typeof raw) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'number':
      return Number.isInteger(raw) ? 'int64' : 'float64'
    default:
      return raw === null || raw === undefined ? '<nil>' : 'map[string]interface {}'
  }
}

/** The same JSON with its keys in order, so that texts can be compared. */
function sorted(raw: unknown): unknown {
  if (Array.isArray(raw)) return raw.map(sorted)
  if (typeof raw !== 'object' || raw === null || isRawNumber(raw)) return raw
  const entries = Object.entries(raw).map(([key, value]) => [key, sorted(value)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
