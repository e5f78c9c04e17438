import { CEL_VISITED_VALUES_MAX } from '../base/limits.ts'
import { listGet, listItems, listSize } from './lists.ts'
import { mapFind, mapKeys, mapSize } from './maps.ts'
import { ownRaw } from './value-schema.ts'
import {
  COST_EXCEEDED, NO_OVERLOAD, failure, isFailure, isList, isMap, isOptionalValue, orNoOverload, tagged,
  type CelFailure, type CelList, type CelMap, type CelUint, type Joined, type RawList, type RawMap,
  type Value,
} from './values.ts'
import { jsonValue } from './raw-values.ts'

/** Equality as `==` has it: nothing is equal to null but null. Source: types.Equal. */
export function equalValues(a: Value, b: Value, visits?: Visits): boolean | CelFailure {
  if (a === null || b === null) return a === b
  return equal(a, b, visits)
}

/** Values that a comparison may still look at. */
interface Visits {
  left: number
}

/**
 * Equality as the first value sees it. Lists and maps of objects with a schema answer a failure where
 * lists that an expression made answer false. Source: Val.Equal of each type.
 */
export function equal(a: Value, b: Value, visits?: Visits): boolean | CelFailure {
  switch (typeof a) {
    case 'string':
    case 'boolean':
      return a === b
    case 'number':
    case 'bigint':
      return numberEqual(a, b)
  }
  if (a === null) return b === null
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0
  const other = tagged(b)
  switch (a.tag) {
    case 'double':
    case 'uint':
      return numberEqual(a, b)
    case 'duration':
      return other?.tag === 'duration' && a.nanoseconds === other.nanoseconds
    case 'timestamp':
      return other?.tag === 'timestamp' && a.seconds === other.seconds && a.nanos === other.nanos
    case 'type':
      return other?.tag === 'type' && a.name === other.name
    case 'optional':
      if (!isOptionalValue(b)) return false
      if (a.value === undefined || b.value === undefined) return a.value === b.value
      return equal(a.value, b.value, visits)
    case 'list':
      return listEqual(a, b, visits ?? { left: CEL_VISITED_VALUES_MAX })
    case 'map':
      return mapEqual(a, b, visits ?? { left: CEL_VISITED_VALUES_MAX })
    case 'object':
      if (a.kind.incomparable) return orNoOverload(b)
      if (other?.tag === 'object' && a.kind === other.kind) return a.kind.equal(a.data, other.data)
      return a.kind.unequalToOthers ? false : orNoOverload(b)
    case 'failure':
      return a
  }
}

type Numeric = number | bigint | { readonly tag: 'double'; readonly value: number } | CelUint

/** Numbers of different kinds are equal when they stand for the same number. */
function numberEqual(a: Numeric, b: Value): boolean {
  if (typeof b === 'number' || typeof b === 'bigint') {
    if (typeof a !== 'object') return a === b
    return a.tag === 'double' ? sameDouble(a.value, b) : a.value === BigInt(b)
  }
  const other = tagged(b)
  if (other?.tag === 'double') {
    if (typeof a !== 'object') return sameDouble(other.value, a)
    return a.tag === 'double' ? a.value === other.value : sameDouble(other.value, a.value)
  }
  if (other?.tag !== 'uint') return false
  if (typeof a !== 'object') return BigInt(a) === other.value
  return a.tag === 'double' ? sameDouble(a.value, other.value) : a.value === other.value
}

/** Upstream compares an integer as the double next to it. Source: compareDoubleInt. */
const sameDouble = (double: number, integer: number | bigint): boolean => double === Number(integer)

function listEqual(a: CelList, b: Value, visits: Visits): boolean | CelFailure {
  if (isList(b)) visits.left -= listSize(b)
  if (visits.left < 0) return COST_EXCEEDED
  const joined = joinedOf(a)
  if (joined) return joinedEqual(a, b, joined, visits)
  return a.form === 'made' || a.schema.kind === 'json' ? plainListEqual(a, b, visits) : rawListEqual(a, b, visits)
}

function plainListEqual(a: CelList, b: Value, visits: Visits): boolean | CelFailure {
  if (!isList(b)) return false
  const size = listSize(a)
  if (size !== listSize(b)) return false
  for (let i = 0; i < size; i++) {
    const same = equalValues(listGet(a, i), listGet(b, i), visits)
    if (same === false) return false
    if (visits.left < 0) return COST_EXCEEDED
  }
  return true
}

function rawListEqual(a: RawList, b: Value, visits: Visits): boolean | CelFailure {
  if (!isList(b)) return orNoOverload(b)
  const size = a.raw.length
  if (size !== listSize(b)) return false
  for (let i = 0; i < size; i++) {
    const same = equal(listGet(a, i), listGet(b, i), visits)
    if (same !== true) return same
  }
  return true
}

/** How the items of a list of type set or map are told apart; undefined for all other lists. */
export function joinedOf(list: CelList): Joined | undefined {
  if (list.form === 'made') return list.joined
  const { listType, listKeys } = list.schema
  if (listType === 'set') return SET
  return listType === 'map' ? { type: 'map', keys: listKeys ?? [] } : undefined
}

const SET: Joined = { type: 'set', keys: [] }

/** Items of sets and of lists of type map have no order. Source: unstructuredMapList, SetList Equal. */
function joinedEqual(a: CelList, b: Value, joined: Joined, visits: Visits): boolean | CelFailure {
  if (!isList(b)) return orNoOverload(b)
  if (listSize(a) !== listSize(b)) return false
  const byKey = new Map<string, Value>()
  for (const item of listItems(a)) {
    const key = itemKey(item, joined)
    if (typeof key !== 'string') return key
    byKey.set(key, item)
  }
  const seen = new Set<string>()
  for (const item of listItems(b)) {
    const key = itemKey(item, joined)
    if (typeof key !== 'string') return key
    if (!byKey.has(key)) return false
    const same = joined.type === 'set' || equal(byKey.get(key)!, item, visits)
    if (same !== true) return same
    seen.add(key)
  }
  return seen.size === byKey.size
}

const NO_SCALAR = failure('listSet operations are only supported on lists of scalar values')

/** What an item is known by among its like. */
export function itemKey(item: Value, joined: Joined): string | CelFailure {
  if (joined.type === 'map') return keyOfItem(rawOf(item), joined.keys)
  return isMap(item) || isList(item) ? NO_SCALAR : setKey(item)
}

/** The keys of an item of a list of type map, as one text. */
function keyOfItem(item: unknown, keys: readonly string[]): string {
  if (typeof item !== 'object' || item === null) return JSON.stringify(item) ?? ''
  const raw = item as Readonly<Record<string, unknown>>
  return JSON.stringify(keys.map((key) => ownRaw(raw, key) ?? null))
}

/** The JSON behind a value of an object; maps that an expression made as such. */
function rawOf(value: Value): unknown {
  if (isMap(value) && value.form === 'raw') return value.raw
  if (isMap(value)) return Object.fromEntries(mapKeys(value).map((key) => [String(key), mapFind(value, key)]))
  return value
}

/** A scalar of a set as text that tells kinds apart. */
function setKey(value: Value): string {
  if (typeof value === 'number' || typeof value === 'bigint') return `i${value}`
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('hex')}`
  const other = tagged(value)
  if (other?.tag === 'timestamp') return `t${other.seconds}.${other.nanos}`
  if (other?.tag === 'duration') return `n${other.nanoseconds}`
  if (other?.tag === 'double') return `d${other.value}`
  return JSON.stringify(value)
}

function mapEqual(a: CelMap, b: Value, visits: Visits): boolean | CelFailure {
  if (a.form === 'host') return isMap(b) && b.form === 'host' ? a === b : orNoOverload(b)
  const plain = a.form === 'made' || a.schema.kind === 'json'
  if (!isMap(b)) return plain ? false : orNoOverload(b)
  if (mapSize(a) !== mapSize(b)) return false
  visits.left -= mapSize(b)
  if (visits.left < 0) return COST_EXCEEDED
  return plain ? plainMapEqual(a, b, visits) : rawMapEqual(a as RawMap, b, visits)
}

function plainMapEqual(a: CelMap, b: CelMap, visits: Visits): boolean | CelFailure {
  for (const key of mapKeys(a)) {
    const other = mapFind(b, key)
    if (other === undefined) return false
    if (equalValues(mapFind(a, key)!, other, visits) === false) return false
    if (visits.left < 0) return COST_EXCEEDED
  }
  return true
}

function rawMapEqual(a: RawMap, b: CelMap, visits: Visits): boolean | CelFailure {
  const { properties, kind } = a.schema
  for (const name of Object.keys(a.raw)) {
    if (kind === 'map' || properties!.has(name)) {
      const [mine, theirs] = [mapFind(a, name), mapFind(b, name)]
      if ((mine === undefined) !== (theirs === undefined)) return false
      const same = mine === undefined ? true : equal(mine, theirs!, visits)
      if (same !== true) return same
    } else {
      // A property without schema: the JSON itself is compared, if both have it.
      if (b.form !== 'raw') return NO_OVERLOAD
      const other = ownRaw(b.raw, name)
      const mine = jsonValue(a.raw[name])
      if (other !== undefined && equalValues(mine, jsonValue(other)) === false) return false
    }
  }
  return true
}

/** Whether a list holds a value. Source: Lister.Contains of each kind of list. */
export function listContains(list: CelList, value: Value): boolean | CelFailure {
  let failed: CelFailure | undefined
  const size = listSize(list)
  const plain = list.form === 'made' || list.schema.kind === 'json'
  for (let i = 0; i < size; i++) {
    const item = listGet(list, i)
    const same = plain ? equal(value, item) : equal(item, value)
    if (same === true) return true
    if (!plain && isFailure(same)) failed ??= same
  }
  return failed ?? false
}
