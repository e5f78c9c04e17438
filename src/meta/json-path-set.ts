import { DIFF_VALUES_MAX } from '../base/limits.ts'
import { isNothing, sameValue } from './equality.ts'
import { childPath, indexPath, keyedPath, type JsonPath } from './json-path.ts'
import {
  itemsByKey,
  mergeKeysOf,
  sameKeysInPlace,
  uniqueKeysAt,
  type KeyedItem,
  type KeyedItems,
} from './list-keys.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject, ownValue } from './own-property.ts'
import type { FieldSchema, TypeSchema, ValueType } from './schema.ts'

/** One changed place; an absent side is undefined. */
export interface Difference {
  readonly path: JsonPath
  readonly before: Json | undefined
  readonly after: Json | undefined
}

/**
 * The places where two states of an object differ, leaf by leaf; a subtree that came or went is one
 * place, but maps (data, labels, annotations) go key by key. List items are named by their merge
 * keys where the schema knows them, else by their index. What the server writes at every change
 * (managedFields, resourceVersion, generation) is left out; of an object that came or went entirely
 * only what its author wrote is told. Stops at `capCount` places.
 */
export const changedPaths = (
  before: Json | undefined,
  after: Json | undefined,
  schema: TypeSchema | undefined,
  capCount: number,
): JsonPath[] => differences(before, after, schema, capCount).map((d) => d.path)

/** The same with both values, for `klio diff`. */
export const diffValues = (
  before: Json | undefined,
  after: Json | undefined,
  schema?: TypeSchema,
  capCount = DIFF_VALUES_MAX,
): Difference[] => differences(before, after, schema, capCount)

/** A walk in progress: what it found, and when it has enough. */
interface Walk {
  readonly found: Difference[]
  readonly cap: number
}

/** Where a value stands: its field (or only its type, inside lists and maps). */
interface Place {
  readonly path: JsonPath
  readonly type: ValueType | undefined
  readonly field?: FieldSchema | undefined
  /** Key by key even when one side is absent. */
  readonly isMap: boolean
}

/** Written by the server at each change. */
const ALWAYS_SKIPPED: ReadonlySet<string> = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
])
/** What tells nothing of an object that came or went. */
const NOT_AUTHORED: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'status'])
/** All that a person writes into metadata besides the name. */
const AUTHORED: ReadonlySet<string> = new Set([
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
])
/** Maps by name, where no schema says so. */
const MAPS_BY_NAME: ReadonlySet<string> = new Set([
  'data',
  'stringData',
  'binaryData',
  'labels',
  'annotations',
])

function differences(
  before: Json | undefined,
  after: Json | undefined,
  schema: TypeSchema | undefined,
  cap: number,
): Difference[] {
  const walk: Walk = { found: [], cap }
  const whole = !isJsonObject(before) || !isJsonObject(after)
  const left = objectOr(before)
  const right = objectOr(after)
  const root: Place = { path: '', type: schema && { of: 'object', type: schema }, isMap: false }
  const sides = { before: left, after: right }
  visitFields(walk, sides, root, (key) => {
    if (key === 'metadata') visitMetadata(walk, sides, childPlace(root, key), whole)
    return key === 'metadata' || (whole && NOT_AUTHORED.has(key))
  })
  return walk.found
}

function visitMetadata(walk: Walk, { before, after }: Sides, place: Place, whole: boolean): void {
  const sides = {
    before: objectOr(ownValue(before, 'metadata')),
    after: objectOr(ownValue(after, 'metadata')),
  }
  visitFields(walk, sides, place, (key) => {
    return ALWAYS_SKIPPED.has(key) || (whole && !AUTHORED.has(key))
  })
}

/** Two objects that are compared. */
interface Sides {
  readonly before: JsonObject
  readonly after: JsonObject
}

/** Tells the differences of two objects, but of keys that `skips` takes out. */
function visitFields(
  walk: Walk,
  sides: Sides,
  place: Place,
  skips?: (key: string) => boolean,
): void {
  const { before, after } = sides
  for (const key in before) {
    const isSame = before[key] === after[key] && Object.hasOwn(after, key)
    if (!isSame && !skips?.(key)) visitField(walk, sides, place, key)
  }
  for (const key in after) {
    if (!Object.hasOwn(before, key) && !skips?.(key)) visitField(walk, sides, place, key)
  }
}

/** Paths are built only for what differs: most of an object does not. */
function visitField(walk: Walk, sides: Sides, place: Place, key: string): void {
  const { type } = place
  const before = ownValue(sides.before, key)
  const after = ownValue(sides.after, key)
  const field = type?.of === 'object' ? type.type.byName.get(key) : undefined
  const valueType = type?.of === 'map' ? type.values : field?.value
  if (sameValue(before, after, valueType, field?.byValue === true)) return
  tell(walk, before, after, childPlace(place, key))
}

/** Follows two values that differ down to the places where they do. */
function tell(walk: Walk, before: Json | undefined, after: Json | undefined, place: Place): void {
  if (walk.found.length >= walk.cap) return
  if (isJsonObject(before) && isJsonObject(after))
    return visitFields(walk, { before, after }, place)
  if (Array.isArray(before) && Array.isArray(after)) return visitList(walk, before, after, place)
  const oneSided =
    (isNothing(before) && isJsonObject(after)) || (isNothing(after) && isJsonObject(before))
  if (place.isMap && oneSided)
    return visitFields(walk, { before: objectOr(before), after: objectOr(after) }, place)
  walk.found.push({ path: place.path, before, after })
}

function visitList(walk: Walk, before: Json[], after: Json[], place: Place): void {
  const names = mergeKeysOf(place.field)
  if (names && sameKeysInPlace(before, after, names))
    return visitInPlace(walk, { before, after, names }, place)
  const left = names && itemsByKey(before, names)
  const right = names && itemsByKey(after, names)
  if (left && right) return visitKeyed(walk, { before, after, left, right, place })
  visitInPlace(walk, { before, after, names: [] }, place)
}

interface ListsInPlace {
  readonly before: readonly Json[]
  readonly after: readonly Json[]
  /** The fields that name an item; none when only the place does. */
  readonly names: readonly string[]
}

/** Items by their place; a changed one is named by its keys where they tell it apart. */
function visitInPlace(walk: Walk, { before, after, names }: ListsInPlace, place: Place): void {
  const type = itemType(place)
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    if (sameValue(before[i], after[i], type, false)) continue
    const keys = names.length > 0 ? uniqueKeysAt(before, i, names) : undefined
    const path = keys ? keyedPath(place.path, keys) : indexPath(place.path, i)
    tell(walk, before[i], after[i], { path, type, isMap: false })
  }
}

interface KeyedLists {
  readonly before: Json[]
  readonly after: Json[]
  readonly left: KeyedItems
  readonly right: KeyedItems
  readonly place: Place
}

function visitKeyed(walk: Walk, { before, after, left, right, place }: KeyedLists): void {
  const type = itemType(place)
  const foundBefore = walk.found.length
  const visit = (item: Json | undefined, other: Json | undefined, keys: KeyedItem['keys']) => {
    if (sameValue(item, other, type, false)) return
    tell(walk, item, other, { path: keyedPath(place.path, keys), type, isMap: false })
  }
  for (const [id, { item, keys }] of left) visit(item, right.get(id)?.item, keys)
  for (const [id, { item, keys }] of right) if (!left.has(id)) visit(undefined, item, keys)
  // Only the order changed.
  if (walk.found.length === foundBefore && walk.found.length < walk.cap)
    walk.found.push({ path: place.path, before, after })
}

const itemType = ({ type }: Place): ValueType | undefined =>
  type?.of === 'list' ? type.items : undefined

function childPlace({ path, type }: Place, key: string): Place {
  if (type?.of === 'map')
    return { path: childPath(path, key), type: type.values, isMap: type.values.of === 'map' }
  const field = type?.of === 'object' ? type.type.byName.get(key) : undefined
  const isMap = field ? field.value.of === 'map' : MAPS_BY_NAME.has(key)
  return { path: childPath(path, key), type: field?.value, field, isMap }
}

const objectOr = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
