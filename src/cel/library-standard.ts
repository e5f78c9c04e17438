import {
  addValues, divideValues, moduloValues, multiplyValues, negateValue, subtractValues,
} from './arithmetic.ts'
import { compareValues } from './compare.ts'
import { toBool, toBytes, toDouble, toDuration, toInt, toText, toTimestamp, toUint } from './conversion.ts'
import { functionOf, overload, type FunctionDecl, type Overload } from './declarations.ts'
import { listContains } from './equality.ts'
import { indexOf } from './attributes.ts'
import { listGet, listSize } from './lists.ts'
import { mapFind, mapSize } from './maps.ts'
import { compilePattern } from './patterns.ts'
import { characterCount } from './sizes.ts'
import { typeOf } from './type-of.ts'
import { TYPE } from './types.ts'
import { NO_OVERLOAD, failure, isFailure, isList, isMap, orNoOverload, tagged, type Value } from './values.ts'

/** Signatures of one operator: `id: (a, b) -> c`. */
const overloads = (...signatures: readonly string[]): Overload[] =>
  signatures.map((text) => {
    const colon = text.indexOf(':')
    return overload(text.slice(0, colon), text.slice(colon + 2))
  })

const KINDS = [
  ['bool', 'bool', 'bool'],
  ['int64', 'int', 'int'],
  ['int64_double', 'int', 'double'],
  ['int64_uint64', 'int', 'uint'],
  ['uint64', 'uint', 'uint'],
  ['uint64_double', 'uint', 'double'],
  ['uint64_int64', 'uint', 'int'],
  ['double', 'double', 'double'],
  ['double_int64', 'double', 'int'],
  ['double_uint64', 'double', 'uint'],
  ['string', 'string', 'string'],
  ['bytes', 'bytes', 'bytes'],
  ['timestamp', 'timestamp', 'timestamp'],
  ['duration', 'duration', 'duration'],
] as const

const comparison = (name: string, prefix: string, holds: (order: number) => boolean): FunctionDecl =>
  functionOf(
    name,
    KINDS.map(([id, a, b]) => overload(`${prefix}_${id}`, `(${a}, ${b}) -> bool`)),
    {
      operator: (a, b) => {
        const order = compareValues(a, b)
        return typeof order === 'number' ? holds(order) : order
      },
    },
  )

const operator = (
  name: string,
  run: (a: Value, b: Value) => Value | undefined,
  ...signatures: readonly string[]
): FunctionDecl => functionOf(name, overloads(...signatures), { operator: run })

const inAggregate = (value: Value, holder: Value): Value => {
  if (isList(holder)) return listContains(holder, value)
  if (!isMap(holder)) return orNoOverload(holder)
  const found = mapFind(holder, value)
  return found !== undefined && isFailure(found) ? found : found !== undefined
}

const size = (value: Value): Value | undefined => {
  if (typeof value === 'string') return characterCount(value)
  if (value instanceof Uint8Array) return value.length
  if (isList(value)) return listSize(value)
  return isMap(value) ? mapSize(value) : undefined
}

/** An element of a list or map, for calls of `_[_]` that are no attributes. */
const element = (holder: Value, key: Value): Value | undefined => {
  if (isMap(holder)) return mapFind(holder, key) ?? failure('no such key')
  if (!isList(holder)) return undefined
  const index = indexOf(key)
  if (typeof index !== 'number') return index
  return index >= 0 && index < listSize(holder) ? listGet(holder, index) : failure('index out of bounds')
}

const notOperator = (value: Value): Value => (typeof value === 'boolean' ? !value : orNoOverload(value))

const OPERATORS: readonly FunctionDecl[] = [
  functionOf('_?_:_', overloads('conditional: (bool, A, A) -> A')),
  functionOf('_&&_', overloads('logical_and: (bool, bool) -> bool')),
  functionOf('_||_', overloads('logical_or: (bool, bool) -> bool')),
  functionOf('!_', overloads('logical_not: (bool) -> bool'), { operator: notOperator }),
  functionOf(
    '@not_strictly_false',
    [overload('not_strictly_false', '(bool) -> bool', (value) => (typeof value === 'boolean' ? value : true))],
    { nonStrict: true },
  ),
  functionOf('_==_', overloads('equals: (A, A) -> bool')),
  functionOf('_!=_', overloads('not_equals: (A, A) -> bool')),
  operator('_+_', addValues,
    'add_bytes: (bytes, bytes) -> bytes',
    'add_double: (double, double) -> double',
    'add_duration_duration: (duration, duration) -> duration',
    'add_duration_timestamp: (duration, timestamp) -> timestamp',
    'add_timestamp_duration: (timestamp, duration) -> timestamp',
    'add_int64: (int, int) -> int',
    'add_list: (list(A), list(A)) -> list(A)',
    'add_string: (string, string) -> string',
    'add_uint64: (uint, uint) -> uint'),
  operator('_/_', divideValues,
    'divide_double: (double, double) -> double', 'divide_int64: (int, int) -> int', 'divide_uint64: (uint, uint) -> uint'),
  operator('_%_', moduloValues, 'modulo_int64: (int, int) -> int', 'modulo_uint64: (uint, uint) -> uint'),
  operator('_*_', multiplyValues,
    'multiply_double: (double, double) -> double', 'multiply_int64: (int, int) -> int', 'multiply_uint64: (uint, uint) -> uint'),
  operator('-_', negateValue, 'negate_double: (double) -> double', 'negate_int64: (int) -> int'),
  operator('_-_', subtractValues,
    'subtract_double: (double, double) -> double',
    'subtract_duration_duration: (duration, duration) -> duration',
    'subtract_int64: (int, int) -> int',
    'subtract_timestamp_duration: (timestamp, duration) -> timestamp',
    'subtract_timestamp_timestamp: (timestamp, timestamp) -> duration',
    'subtract_uint64: (uint, uint) -> uint'),
  comparison('_<_', 'less', (order) => order < 0),
  comparison('_<=_', 'less_equals', (order) => order <= 0),
  comparison('_>_', 'greater', (order) => order > 0),
  comparison('_>=_', 'greater_equals', (order) => order >= 0),
  operator('_[_]', element, 'index_list: (list(A), int) -> A', 'index_map: (map(A, B), A) -> B'),
  operator('@in', inAggregate, 'in_list: (A, list(A)) -> bool', 'in_map: (A, map(A, B)) -> bool'),
  operator('size', size,
    'size_bytes: (bytes) -> int', 'bytes_size: bytes.() -> int',
    'size_list: (list(A)) -> int', 'list_size: list(A).() -> int',
    'size_map: (map(A, B)) -> int', 'map_size: map(A, B).() -> int',
    'size_string: (string) -> int', 'string_size: string.() -> int'),
]

const identity = (value: Value): Value => value

/** A conversion: from its own type as it is, from others by a function. */
const conversion = (name: string, run: (value: Value) => Value, ...signatures: readonly string[]): FunctionDecl =>
  functionOf(
    name,
    signatures.map((text, i) => {
      const colon = text.indexOf(':')
      return overload(text.slice(0, colon), text.slice(colon + 2), i === 0 ? identity : run)
    }),
  )

const typeValue = (value: Value): Value => {
  const object = tagged(value)
  return object?.tag === 'object' && object.kind.typeIsType ? TYPE : typeOf(value)
}

const CONVERSIONS: readonly FunctionDecl[] = [
  functionOf('type', overloads('type: (A) -> type(A)'), { operator: typeValue }),
  conversion('bool', toBool, 'bool_to_bool: (bool) -> bool', 'string_to_bool: (string) -> bool'),
  conversion('bytes', toBytes, 'bytes_to_bytes: (bytes) -> bytes', 'string_to_bytes: (string) -> bytes'),
  conversion('double', toDouble,
    'double_to_double: (double) -> double', 'int64_to_double: (int) -> double',
    'string_to_double: (string) -> double', 'uint64_to_double: (uint) -> double'),
  conversion('duration', toDuration,
    'duration_to_duration: (duration) -> duration', 'string_to_duration: (string) -> duration'),
  functionOf('dyn', overloads('to_dyn: (A) -> dyn'), { operator: identity }),
  conversion('int', toInt,
    'int64_to_int64: (int) -> int', 'double_to_int64: (double) -> int', 'duration_to_int64: (duration) -> int',
    'string_to_int64: (string) -> int', 'timestamp_to_int64: (timestamp) -> int', 'uint64_to_int64: (uint) -> int'),
  conversion('string', toText,
    'string_to_string: (string) -> string', 'bool_to_string: (bool) -> string', 'bytes_to_string: (bytes) -> string',
    'double_to_string: (double) -> string', 'duration_to_string: (duration) -> string',
    'int64_to_string: (int) -> string', 'timestamp_to_string: (timestamp) -> string',
    'uint64_to_string: (uint) -> string'),
  conversion('timestamp', toTimestamp,
    'timestamp_to_timestamp: (timestamp) -> timestamp', 'int64_to_timestamp: (int) -> timestamp',
    'string_to_timestamp: (string) -> timestamp'),
  conversion('uint', toUint,
    'uint64_to_uint64: (uint) -> uint', 'double_to_uint64: (double) -> uint', 'int64_to_uint64: (int) -> uint',
    'string_to_uint64: (string) -> uint'),
]

/** A test of two texts. */
const textTest = (name: string, id: string, test: (a: string, b: string) => boolean): FunctionDecl =>
  functionOf(
    name,
    [
      overload(id, 'string.(string) -> bool', (a, b) => {
        if (typeof a !== 'string') return orNoOverload(a)
        return typeof b === 'string' ? test(a, b) : orNoOverload(b)
      }),
    ],
    { unguarded: true },
  )

const matches = (text: Value, pattern: Value): Value | undefined => {
  if (typeof text !== 'string') return undefined
  if (typeof pattern !== 'string') return orNoOverload(pattern)
  const compiled = compilePattern(pattern)
  return compiled.ok ? compiled.value.matches(text) : failure(compiled.error)
}

const TEXTS: readonly FunctionDecl[] = [
  textTest('contains', 'contains_string', (a, b) => a.includes(b)),
  textTest('endsWith', 'ends_with_string', (a, b) => a.endsWith(b)),
  textTest('startsWith', 'starts_with_string', (a, b) => a.startsWith(b)),
  functionOf(
    'matches',
    overloads('matches: (string, string) -> bool', 'matches_string: string.(string) -> bool'),
    { operator: matches },
  ),
]

/** Operators, conversions and functions of every environment. Source: cel-go common/stdlib. */
export const STANDARD_FUNCTIONS: readonly FunctionDecl[] = [...OPERATORS, ...CONVERSIONS, ...TEXTS]
