import { functionOf, overload, type FunctionDecl, type Implementation } from './declarations.ts'
import { listGet, listItems, listSize } from './lists.ts'
import { mapSize } from './maps.ts'
import { TIMESTAMP_SECONDS_MIN } from './arithmetic.ts'
import { valueText } from './value-text.ts'
import {
  NO_OVERLOAD, NO_VALUE, failure, isList, isOptionalValue, madeList, optionalOf, orNoOverload, tagged,
  type Value,
} from './values.ts'

/** Whether a value is the zero of its type. Source: traits.Zeroer of each type. */
function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0 || value === '') return true
  if (value instanceof Uint8Array) return value.length === 0
  const other = tagged(value)
  switch (other?.tag) {
    case 'double':
      return other.value === 0
    case 'uint':
      return other.value === 0n
    case 'duration':
      return other.nanoseconds === 0n
    case 'timestamp':
      return other.seconds === TIMESTAMP_SECONDS_MIN && other.nanos === 0
    case 'list':
      // Lists and maps of an object with a schema have no zero.
      return (other.form === 'made' || other.schema.kind === 'json') && listSize(other) === 0
    case 'map':
      return (other.form === 'made' || (other.form === 'raw' && other.schema.kind === 'json')) && mapSize(other) === 0
    case 'object':
      return other.kind.isZero?.(other.data) ?? false
    default:
      return false
  }
}

const unwrapAll: Implementation = (list) => {
  if (!isList(list)) return orNoOverload(list)
  const items: Value[] = []
  for (const item of listItems(list)) {
    if (!isOptionalValue(item)) return failure(`value ${valueText(item)} is not optional`)
    if (item.value !== undefined) items.push(item.value)
  }
  return madeList(items)
}

const at =
  (place: (size: number) => number): Implementation =>
  (list) => {
    if (!isList(list)) return orNoOverload(list)
    const size = listSize(list)
    return size === 0 ? NO_VALUE : optionalOf(listGet(list, place(size)))
  }

const valueIn: Implementation = (value) => {
  if (!isOptionalValue(value)) return NO_OVERLOAD
  return value.value === undefined ? failure('optional.none() dereference') : value.value
}

const hasValue: Implementation = (value) => (isOptionalValue(value) ? value.value !== undefined : NO_OVERLOAD)

/** Optional values; `or`, `?.` and `[?]` are the planner's own. Source: cel-go cel/library.go. */
export const OPTIONAL_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('optional.of', [overload('optional_of', '(V) -> optional(V)', optionalOf)]),
  functionOf('optional.ofNonZeroValue', [
    overload('optional_ofNonZeroValue', '(V) -> optional(V)', (value) => (isZero(value) ? NO_VALUE : optionalOf(value))),
  ]),
  functionOf('optional.none', [overload('optional_none', '() -> optional(V)', () => NO_VALUE)]),
  functionOf('value', [overload('optional_value', 'optional(V).() -> V', valueIn)]),
  functionOf('hasValue', [overload('optional_hasValue', 'optional(V).() -> bool', hasValue)]),
  functionOf('or', [overload('optional_or_optional', 'optional(V).(optional(V)) -> optional(V)')]),
  functionOf('orValue', [overload('optional_orValue_value', 'optional(V).(V) -> V')]),
  functionOf('_?._', [overload('select_optional_field', '(dyn, string) -> optional(V)')]),
  functionOf('_[?_]', [
    overload('list_optindex_optional_int', '(list(V), int) -> optional(V)'),
    overload('optional_list_optindex_optional_int', '(optional(list(V)), int) -> optional(V)'),
    overload('map_optindex_optional_value', '(map(K, V), K) -> optional(V)'),
    overload('optional_map_optindex_optional_value', '(optional(map(K, V)), K) -> optional(V)'),
  ]),
  functionOf('_[_]', [
    overload('optional_list_index_int', '(optional(list(V)), int) -> optional(V)'),
    overload('optional_map_index_value', '(optional(map(K, V)), K) -> optional(V)'),
  ]),
  functionOf('last', [overload('list_last', 'list(V).() -> optional(V)', at((size) => size - 1))]),
  functionOf('first', [overload('list_first', 'list(V).() -> optional(V)', at(() => 0))]),
  functionOf('optional.unwrap', [overload('optional_unwrap', '(list(optional(V))) -> list(V)', unwrapAll)]),
  functionOf('unwrapOpt', [overload('optional_unwrapOpt', 'list(optional(V)).() -> list(V)', unwrapAll)]),
]
