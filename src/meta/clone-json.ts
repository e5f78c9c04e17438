import type { Json, JsonObject } from './object.ts'
import { isJsonObject, setOwn } from './own-property.ts'

/**
 * A copy that shares nothing that can change; `JSON.rawJSON` numbers are frozen and stay the same
 * ones. (structuredClone refuses those and is slower.)
 */
export function cloneJson(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(cloneJson)
  if (!isJsonObject(value)) return value
  const copy: JsonObject = {}
  for (const key in value) {
    if (Object.hasOwn(value, key)) setOwn(copy, key, cloneJson(value[key]!))
  }
  return copy
}
