import { readFileSync } from 'node:fs'
import { type MergeMap, type MergeType, mergeTypeOf } from '../../src/meta/merge-type.ts'
import type { JsonObject, Json } from '../../src/meta/object.ts'
import { isJsonObject } from '../../src/meta/own-property.ts'
import type { TypeSchema } from '../../src/meta/schema.ts'
import { schemaFor } from '../../src/resources/schemas.ts'

/** Cases that upstream's Go code answered; `name` is a file of test/golden. */
export const goldenCases = <T>(name: string): T[] =>
  JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8'))

/** The schema of a kind of core/v1 or apps/v1. */
export function schemaOfKind(kind: string): TypeSchema {
  const found =
    schemaFor({ group: '', version: 'v1', kind }) ??
    schemaFor({ group: 'apps', version: 'v1', kind })
  if (!found) throw new Error(`no kind ${kind}`)
  return found
}

/** The object as Go would write it: with the zero values that Go never leaves out. */
export const withGoZeros = (object: JsonObject, schema: TypeSchema): JsonObject =>
  zerosOfMap(mergeTypeOf(schema), object)

function zeros(type: MergeType | undefined, value: Json): Json {
  if (type?.kind === 'list' && Array.isArray(value)) {
    return value.map((item) => zeros(type.items, item))
  }
  return type?.kind === 'map' && isJsonObject(value) ? zerosOfMap(type, value) : value
}

function zerosOfMap(type: MergeMap, object: JsonObject): JsonObject {
  const out: JsonObject = {}
  for (const [key, value] of Object.entries(object)) {
    out[key] = zeros(type.fields.get(key)?.type ?? type.rest, value)
  }
  for (const { name, type: fieldType, zero } of type.fields.values()) {
    if (out[name] === undefined && zero !== undefined) out[name] = zeros(fieldType, zero)
  }
  return out
}
