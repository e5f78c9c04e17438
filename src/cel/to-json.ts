import type { Json } from '../meta/object.ts'
import { err, ok, type Result } from '../base/result.ts'
import { toText } from './conversion.ts'
import { listItems } from './lists.ts'
import { mapFind, mapKeys } from './maps.ts'
import { dynamicFields } from './object-literals.ts'
import { typeOf } from './type-of.ts'
import { isFailure, isList, isMap, tagged, type Value } from './values.ts'

/** A value as JSON, for patches that expressions compute. An error says what has no JSON. */
export function toJson(value: Value): Result<Json, string> {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return ok(value)
    case 'bigint':
      return ok(JSON.rawJSON(value.toString()) as unknown as Json)
  }
  if (value === null) return ok(null)
  if (value instanceof Uint8Array) return ok(Buffer.from(value).toString('base64'))
  if (isList(value)) return listJson(listItems(value))
  if (isMap(value)) return entriesJson(mapKeys(value).map((key) => [key, mapFind(value, key)!] as const))
  const other = tagged(value)
  switch (other?.tag) {
    case 'double':
      return Number.isFinite(other.value) ? ok(other.value) : err(`${other.value} has no JSON`)
    case 'uint':
      return ok(JSON.rawJSON(other.value.toString()) as unknown as Json)
    case 'optional':
      return other.value === undefined ? err('optional.none() dereference') : toJson(other.value)
  }
  const fields = dynamicFields(value)
  if (fields) return entriesJson([...fields])
  const text = toText(value)
  if (typeof text === 'string') return ok(text)
  return err(isFailure(text) ? text.message : `no JSON for ${typeOf(value).name}`)
}

function listJson(items: readonly Value[]): Result<Json, string> {
  const list: Json[] = []
  for (const item of items) {
    const json = toJson(item)
    if (!json.ok) return json
    list.push(json.value)
  }
  return ok(list)
}

function entriesJson(entries: readonly (readonly [Value, Value])[]): Result<Json, string> {
  const pairs: [string, Json][] = []
  for (const [key, value] of entries) {
    if (typeof key !== 'string') return err(`map key ${String(key)} is of type ${typeOf(key).name}, not string`)
    const json = toJson(value)
    if (!json.ok) return json
    pairs.push([key, json.value])
  }
  return ok(Object.fromEntries(pairs))
}

