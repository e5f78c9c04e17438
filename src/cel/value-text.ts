import { doubleText } from './number-text.ts'
import { listItems } from './lists.ts'
import { mapFind, mapKeys } from './maps.ts'
import { timestampText } from './time-text.ts'
import { durationText } from '../meta/duration.ts'
import type { Value } from './values.ts'

/** A value as Go's `%v` prints it within messages: `no such key: x`. */
export function valueText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
    case 'number':
    case 'bigint':
      return String(value)
  }
  if (value === null) return 'null'
  if (value instanceof Uint8Array) return `[${[...value].join(' ')}]`
  switch (value.tag) {
    case 'double':
      return doubleText(value.value)
    case 'uint':
      return String(value.value)
    case 'duration':
      return durationText(value.nanoseconds)
    case 'timestamp':
      return timestampText(value)
    case 'optional':
      return value.value === undefined ? 'optional.none()' : `optional(${valueText(value.value)})`
    case 'list':
      return `[${listItems(value).map(valueText).join(', ')}]`
    case 'map':
      return `{${mapKeys(value).map((key) => `${valueText(key)}: ${valueText(mapFind(value, key)!)}`).join(', ')}}`
    case 'object':
      return value.kind.text?.(value.data) ?? value.kind.type.name
    case 'type':
      return value.name
    case 'failure':
      return value.message
  }
}

/** The Go type that holds the value upstream, which a few messages name. */
export function goValueType(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'types.String'
    case 'boolean':
      return 'types.Bool'
    case 'number':
    case 'bigint':
      return 'types.Int'
  }
  if (value === null) return 'types.Null'
  if (value instanceof Uint8Array) return 'types.Bytes'
  switch (value.tag) {
    case 'double':
      return 'types.Double'
    case 'uint':
      return 'types.Uint'
    case 'duration':
      return 'types.Duration'
    case 'timestamp':
      return 'types.Timestamp'
    case 'optional':
      return '*types.Optional'
    case 'list':
      return value.form === 'made' ? '*types.baseList' : '*common.unstructuredList'
    case 'map':
      return value.form === 'made' ? '*types.baseMap' : '*common.unstructuredMap'
    case 'object':
      return value.kind.type.name
    case 'type':
      return '*types.Type'
    case 'failure':
      return '*types.Err'
  }
}
