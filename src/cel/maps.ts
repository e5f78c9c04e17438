import { escapeName, unescapeName } from './escape-name.ts'
import { jsonValue, valueOfRaw } from './raw-values.ts'
import { ownRaw } from './value-schema.ts'
import { NO_OVERLOAD, isFailure, tagged, type CelMap, type MadeMap, type RawMap, type Value } from './values.ts'

/** Number of entries; of an object, of all its properties in JSON. */
export function mapSize(map: CelMap): number {
  if (map.form === 'made') return map.entries.size
  if (map.form === 'host') return map.keys.length
  let size = 0
  for (const _ in map.raw) size++
  return size
}

/**
 * The value of a key; undefined when there is none; a failure for keys that an object cannot have.
 * Source: Mapper.Find of cel-go's baseMap and of unstructuredMap.
 */
export function mapFind(map: CelMap, key: Value): Value | undefined {
  if (map.form === 'made') return findMade(map, key)
  if (map.form === 'host') return (typeof key === 'string' ? map.find(key) : undefined) ?? map.fallback
  if (typeof key !== 'string') {
    if (map.schema.kind === 'json') return undefined
    return isFailure(key) ? key : NO_OVERLOAD
  }
  return findRaw(map, key)
}

/** The value of a string key of a map of JSON; undefined when there is none. */
export function findRaw({ raw, schema }: RawMap, key: string): Value | undefined {
  if (schema.kind === 'object') return findProperty(raw, schema, key)
  const value = ownRaw(raw, key)
  if (value === undefined) return undefined
  return schema.kind === 'map' ? valueOfRaw(value, schema.values!) : jsonValue(value)
}

function findProperty(
  raw: Readonly<Record<string, unknown>>,
  schema: RawMap['schema'],
  key: string,
): Value | undefined {
  const field = schema.fields!.get(key)
  if (field) {
    const value = ownRaw(raw, field.name)
    return value === undefined || value === null ? undefined : valueOfRaw(value, field.schema)
  }
  const name = unescapeName(key)
  const property = name === undefined ? undefined : schema.properties!.get(name)
  const value = property && ownRaw(raw, name!)
  return value === undefined || value === null ? undefined : valueOfRaw(value, property!)
}

/** The keys in order. */
export function mapKeys(map: CelMap): readonly Value[] {
  if (map.form === 'made') return [...map.entries.values()].map(([key]) => key)
  if (map.form === 'host') return map.keys
  const names = Object.keys(map.raw)
  const { kind, properties } = map.schema
  if (kind !== 'object') return names
  return names.filter((name) => properties!.has(name)).map((name) => escapeName(name) ?? name)
}

/** The first entry of a map that has some. */
export function firstEntry(map: CelMap): readonly [Value, Value] | undefined {
  const key = mapKeys(map)[0]
  const value = key === undefined ? undefined : mapFind(map, key)
  return value === undefined ? undefined : [key!, value]
}

/** A map without entries. */
export const emptyMap = (): MadeMap => ({ tag: 'map', form: 'made', entries: new Map(), open: false })

/** A map of string keys. */
export function stringMap(entries: Iterable<readonly [string, Value]>): MadeMap {
  const map = emptyMap()
  for (const [key, value] of entries) map.entries.set(key, [key, value])
  return map
}

/**
 * What stands for a key in the table of a made map: ints as themselves, uints and doubles as text
 * that no string key has, everything else by identity.
 */
export function hashKey(key: Value): unknown {
  const other = tagged(key)
  if (other?.tag === 'uint') return `\0u${other.value}`
  if (other?.tag === 'double') return `\0d${other.value}`
  return typeof key === 'string' && key.startsWith('\0') ? `\0s${key}` : key
}

function findMade({ entries }: MadeMap, key: Value): Value | undefined {
  const found = entries.get(hashKey(key))
  if (found) return found[1]
  if (typeof key === 'number' || typeof key === 'bigint')
    return key < 0 ? undefined : entries.get(`\0u${key}`)?.[1]
  const other = tagged(key)
  if (other?.tag === 'uint') return entries.get(intKey(other.value))?.[1]
  if (other?.tag !== 'double' || !Number.isInteger(other.value)) return undefined
  const exact = BigInt(other.value)
  return (entries.get(intKey(exact)) ?? entries.get(`\0u${exact}`))?.[1]
}

function intKey(exact: bigint): number | bigint {
  const number = Number(exact)
  return Number.isSafeInteger(number) ? number : exact
}
