import {
  BOOL, BYTES, DOUBLE, DURATION, ERROR, INT, LIST, MAP, NULL, OPTIONAL, STRING, TIMESTAMP, TYPE, UINT,
  isDyn,
  type CelType,
} from './types.ts'
import { listGet, listSize } from './lists.ts'
import { firstEntry, mapSize } from './maps.ts'
import type { Value } from './values.ts'

/** The type of a value at run time. */
export function typeOf(value: Value): CelType {
  switch (typeof value) {
    case 'boolean':
      return BOOL
    case 'number':
    case 'bigint':
      return INT
    case 'string':
      return STRING
  }
  if (value === null) return NULL
  if (value instanceof Uint8Array) return BYTES
  switch (value.tag) {
    case 'double':
      return DOUBLE
    case 'uint':
      return UINT
    case 'duration':
      return DURATION
    case 'timestamp':
      return TIMESTAMP
    case 'optional':
      return OPTIONAL
    case 'list':
      return LIST
    case 'map':
      return value.form === 'host' ? value.type : MAP
    case 'object':
      return value.kind.typeOf?.(value.data) ?? value.kind.type
    case 'type':
      return TYPE
    case 'failure':
      return ERROR
  }
}

/**
 * Whether an argument of the type takes the value; of lists and maps the first entry alone is looked
 * at. Source: Type.IsAssignableRuntimeType.
 */
export function takesValue(type: CelType, value: Value): boolean {
  if (isDyn(type) || type.kind === 'param') return true
  if (typeOf(value).name !== type.name) return false
  if (type.kind === 'list') {
    const list = value as Parameters<typeof listSize>[0]
    return listSize(list) === 0 || takesValue(type.params[0]!, listGet(list, 0))
  }
  if (type.kind === 'map') {
    const map = value as Parameters<typeof mapSize>[0]
    const first = mapSize(map) === 0 ? undefined : firstEntry(map)
    if (first === undefined) return true
    return takesValue(type.params[0]!, first[0]) && takesValue(type.params[1]!, first[1])
  }
  return true
}
