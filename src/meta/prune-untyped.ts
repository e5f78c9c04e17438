import type { Json, JsonObject } from './object.ts'
import type { Walk } from './prune-scalar.ts'
import { isRawNumber, untypedNumber } from './raw-number.ts'

/** Keeps any JSON; only raw numbers become plain ones where that loses nothing. */
export const walkUntyped: Walk = (value, trail) => {
  if (typeof value !== 'object' || value === null) return value as Json
  if (isRawNumber(value)) return untypedNumber(value)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const kept = walkUntyped(value[i], trail)
      if (kept !== value[i]) value[i] = kept
    }
    return value
  }
  const object = value as JsonObject
  for (const key in object) {
    trail.keys++
    const given = object[key]!
    if (typeof given !== 'object' || given === null) continue
    const kept = walkUntyped(given, trail)
    if (kept !== given) object[key] = kept as Json
  }
  return object
}

/** Object keys inside a value, as JSON's text has them. */
export function countKeys(value: Json): number {
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return 0
  let keys = 0
  if (Array.isArray(value)) {
    for (const item of value) keys += countKeys(item)
    return keys
  }
  for (const key in value) keys += 1 + countKeys(value[key]!)
  return keys
}
