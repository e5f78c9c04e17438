import { ok, type Result } from '../base/result.ts'
import { goStringVerb, goText } from './go-text.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject, ownValue } from './own-property.ts'
import type { ValueType } from './schema.ts'
import type { Status } from './status.ts'
import { badType, noMergeKey, plainFailure, refuse } from './strategic-failure.ts'
import { elementKind, orderElements, scalarIdentity } from './strategic-order.ts'
import { goKind } from './strategic-scope.ts'

/**
 * How one list is merged: its elements' type and key, and how an element is merged into another.
 */
export interface ListMerge {
  readonly items: ValueType
  /** Empty for lists of scalars. */
  readonly mergeKey: string
  /** The patch list names scalars to delete (`$deleteFromPrimitiveList`). */
  readonly deletes: boolean
  mergeElement(original: JsonObject, patch: JsonObject): Result<JsonObject, Status>
}

/**
 * Merges a patch's list into the current one: elements are found by the merge key, `$patch: delete`
 * and `replace` elements act, scalars are united, and the patch's order wins. `original` is changed
 * in place where upstream shifts it (its later readers must see that), so pass a copy.
 * Source: strategicpatch/patch.go mergeSlice.
 */
export function mergeList(
  original: Json[],
  patch: readonly Json[],
  how: ListMerge,
): Result<Json[], Status> {
  if (original.length === 0 && patch.length === 0) return ok(original)
  const kind = elementKind(original, patch)
  if (!kind.ok) return kind
  if (kind.value === 'scalar' && how.deletes) {
    const doomed = new Set(patch.map(scalarIdentity))
    return ok(original.filter((element) => !doomed.has(scalarIdentity(element))))
  }
  if (kind.value === 'scalar') {
    const merged = withoutDuplicates([...original, ...patch])
    return inOrder(merged, patch, { serverOrder: original, mergeKey: how.mergeKey, kind: 'scalar' })
  }
  if (how.mergeKey === '') {
    return refuse(plainFailure(`cannot merge lists without merge key for ${goKind(how.items)}`))
  }
  const acted = actOnDirectives(original, patch.filter(isJsonObject), how.mergeKey)
  if (!acted.ok) return acted
  const merged = mergeByKey(acted.value.original, acted.value.patch, how)
  if (!merged.ok) return merged
  // Go appends into the room that deletions left, so the caller's array sees new elements as well.
  const kept = acted.value.original.length
  if (acted.value.patch.length > 0) {
    for (let i = kept; i < original.length; i++) original[i] = merged.value[i] ?? original[i]!
  }
  return inOrder(merged.value, acted.value.patch, {
    serverOrder: acted.value.original,
    mergeKey: how.mergeKey,
    kind: 'map',
  })
}

interface Order {
  readonly serverOrder: readonly Json[]
  readonly mergeKey: string
  readonly kind: 'map' | 'scalar'
}

/** Splits a merged list into what `wished` names and the rest, then orders both. */
export function inOrder(
  merged: readonly Json[],
  wished: readonly Json[],
  order: Order,
): Result<Json[], Status> {
  const split =
    order.mergeKey === '' ? splitScalars(merged, wished) : splitMaps(merged, wished, order)
  if (!split.ok) return split
  return orderElements({ ...split.value, ...order, patchOrder: wished })
}

interface Split {
  readonly patched: Json[]
  readonly serverOnly: Json[]
}

function splitScalars(merged: readonly Json[], wished: readonly Json[]): Result<Split, Status> {
  const all = [...wished, ...merged]
  const bad = all.find((element) => Array.isArray(element) || isJsonObject(element))
  if (bad !== undefined) return refuse(plainFailure(`${UNHASHABLE} ${unhashableName(bad)}`))
  const named = new Set(wished.map(scalarIdentity))
  const isNamed = (element: Json): boolean => named.has(scalarIdentity(element))
  return ok({
    patched: merged.filter(isNamed),
    serverOnly: merged.filter((element) => !isNamed(element)),
  })
}

function splitMaps(
  merged: readonly Json[],
  wished: readonly Json[],
  { mergeKey }: Order,
): Result<Split, Status> {
  const index = new KeyIndex(wished, mergeKey)
  const split: Split = { patched: [], serverOnly: [] }
  for (const element of merged) {
    if (!isJsonObject(element)) return refuse(badType('map[string]interface {}', element))
    const value = ownValue(element, mergeKey)
    if (value === undefined) return refuse(noMergeKey(element, mergeKey))
    const place = index.find(value)
    if (!place.ok) return place
    ;(place.value < 0 ? split.serverOnly : split.patched).push(element)
  }
  return ok(split)
}

interface Acted {
  original: Json[]
  patch: JsonObject[]
}

/** Carries out the list's `$patch` elements and takes them out of the patch. */
function actOnDirectives(
  original: Json[],
  patch: readonly JsonObject[],
  mergeKey: string,
): Result<Acted, Status> {
  const plain: JsonObject[] = []
  let current = original
  let replace = false
  for (const element of patch) {
    const directive = ownValue(element, '$patch')
    if (directive === undefined) plain.push(element)
    else if (directive === 'replace') replace = true
    else if (directive === 'delete') {
      const value = ownValue(element, mergeKey)
      if (value === undefined) return refuse(noMergeKey(element, mergeKey))
      current = without(current, mergeKey, value)
      // Upstream shifts within the same array, and the element order is later read from that.
      for (let i = 0; i < current.length; i++) original[i] = current[i]!
    } else return refuse(badListDirective(directive, element))
  }
  return ok(replace ? { original: plain, patch: [] } : { original: current, patch: plain })
}

const without = (list: readonly Json[], key: string, value: Json): Json[] => {
  const gone = scalarIdentity(value)
  return list.filter((e) => !isJsonObject(e) || scalarIdentity(ownValue(e, key)) !== gone)
}

const badListDirective = (directive: Json, element: JsonObject): Status =>
  directive === 'merge'
    ? plainFailure('merging lists cannot yet be specified in the patch')
    : badDirective(directive, element)

/** `unknown patch type: odd in map: map[...]`. */
export const badDirective = (directive: Json, map: JsonObject): Status =>
  plainFailure(`unknown patch type: ${goStringVerb(directive)} in map: ${goText(map)}`)

function mergeByKey(
  original: readonly Json[],
  patch: readonly JsonObject[],
  how: ListMerge,
): Result<Json[], Status> {
  const merged = [...original]
  const index = new KeyIndex(merged, how.mergeKey)
  for (const element of patch) {
    const value = ownValue(element, how.mergeKey)
    if (value === undefined) return refuse(noMergeKey(element, how.mergeKey))
    const place = index.find(value)
    if (!place.ok) return place
    const current = merged[place.value]
    if (!isJsonObject(current)) {
      index.add(value, merged.length)
      merged.push(element)
      continue
    }
    const both = how.mergeElement(current, element)
    if (!both.ok) return both
    merged[place.value] = both.value
  }
  return ok(merged)
}

/** Finds a list's map by its key's value; a non-map that stands before the match is refused. */
class KeyIndex {
  private readonly places = new Map<unknown, number>()
  private readonly firstOther: number

  constructor(list: readonly Json[], key: string) {
    this.firstOther = list.findIndex((element) => !isJsonObject(element))
    list.forEach((element, place) => {
      const value = isJsonObject(element) ? ownValue(element, key) : undefined
      if (value !== undefined) this.add(value, place)
    })
  }

  /** The first place, or -1. */
  find(value: Json): Result<number, Status> {
    const place = this.places.get(scalarIdentity(value)) ?? -1
    if (this.firstOther >= 0 && (place < 0 || place > this.firstOther)) {
      return refuse(plainFailure(`value for key ${this.firstOther} is not a map`))
    }
    return ok(place)
  }

  add(value: Json, place: number): void {
    const identity = scalarIdentity(value)
    if (!this.places.has(identity)) this.places.set(identity, place)
  }
}

/** Each scalar once; the order is made afterwards. */
function withoutDuplicates(list: readonly Json[]): Json[] {
  const seen = new Map<unknown, Json>()
  for (const element of list) {
    const identity = scalarIdentity(element)
    if (!seen.has(identity)) seen.set(identity, element)
  }
  return [...seen.values()]
}

/** Upstream's panic when maps stand where scalars belong; the request ends with 500 there too. */
const UNHASHABLE = 'runtime error: hash of unhashable type'
const unhashableName = (value: Json): string =>
  Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'
