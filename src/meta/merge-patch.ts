import { err, ok, type Result } from '../base/result.ts'
import { cloneJson } from './clone-json.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject, ownValue, setOwn } from './own-property.ts'
import { badRequest, type Status } from './status.ts'

/**
 * The document after a JSON merge patch (RFC 7386): null takes a field away, objects merge, all
 * else replaces. As upstream's library does it, nulls inside new lists are dropped from their
 * objects too. Neither argument is changed; the answer shares with the document what the patch leaves
 * alone. 400 when the patch is no object. Source: evanphx json-patch v4 merge.go, apiserver handlers/patch.go.
 */
export function mergePatch(document: JsonObject, patch: Json): Result<JsonObject, Status> {
  if (patch === null) return err(badRequest('Invalid JSON Patch'))
  if (!isJsonObject(patch)) {
    const why = `cannot unmarshal ${jsonName(patch)} into Go value of type map[string]interface {}`
    return err(badRequest(`error decoding patch: json: ${why}`))
  }
  return ok(merged(document, patch))
}

/** What Go's encoding/json calls a value of this kind. */
export function jsonName(value: Json): 'array' | 'object' | 'string' | 'number' | 'bool' {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  return isJsonObject(value) ? 'object' : 'number'
}

function merged(document: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = {}
  for (const key of Object.keys(document)) {
    const current = document[key]!
    const wish = ownValue(patch, key)
    if (wish === undefined) setOwn(result, key, current)
    else if (wish !== null) setOwn(result, key, replaced(current, wish))
  }
  for (const key of Object.keys(patch)) {
    const wish = patch[key]!
    if (wish !== null && !Object.hasOwn(document, key)) setOwn(result, key, withoutNulls(wish))
  }
  return result
}

function replaced(current: Json, wish: Json): Json {
  if (!isJsonObject(current)) return withoutNulls(wish)
  return isJsonObject(wish) ? merged(current, wish) : cloneJson(wish)
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isJsonObject(value)) return value
  const copy: JsonObject = {}
  for (const key of Object.keys(value)) {
    const inner = value[key]!
    if (inner !== null) setOwn(copy, key, withoutNulls(inner))
  }
  return copy
}
