import { listSize } from './lists.ts'
import { mapSize } from './maps.ts'
import { tagged, type Value } from './values.ts'

/** Number of characters of a text. */
export function characterCount(text: string): number {
  const { length } = text
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0xd800 && code <= 0xdbff) return countPairs(text)
  }
  return length
}

function countPairs(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/** What a value counts as in costs: characters, bytes, items, entries, or 1. Source: actualSize. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return characterCount(value)
  if (typeof value !== 'object' || value === null) return 1
  if (value instanceof Uint8Array) return value.length
  switch (value.tag) {
    case 'list':
      return listSize(value)
    case 'map':
      return mapSize(value)
    case 'object':
      return value.kind.size?.(value.data) ?? 1
    default:
      return 1
  }
}

/** As sizeOf, where cel-go itself counts: of an optional, what is in it. */
export function sizeWithin(value: Value): number {
  const optional = tagged(value)
  if (optional?.tag === 'optional') return optional.value === undefined ? 1 : sizeWithin(optional.value)
  return sizeOf(value)
}
