import { EMPTY_SET, type FieldSet, type FieldSetDraft, inElementOrder } from './field-set.ts'
import { containerOf, wholeNode } from './fields-of-object.ts'
import type { MergeField, MergeList, MergeMap, MergeType } from './merge-type.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject } from './own-property.ts'
import { isRawNumber, numberText } from './raw-number.ts'
import { fieldElement, itemElement, type PathElement } from './path-element.ts'

/** What differs between two objects; no field is in two of the sets. */
export interface Comparison {
  readonly removed: FieldSet
  readonly modified: FieldSet
  readonly added: FieldSet
}

/** Nothing differs. */
export const SAME: Comparison = { removed: EMPTY_SET, modified: EMPTY_SET, added: EMPTY_SET }

/**
 * Compares two objects of one type, field by field: containers that came or went are in the sets
 * themselves, those that only changed are not. Fields that Go always writes count as there on both
 * sides, unless `after` is a merge result (`merged`), whose fields are missing when they are taken
 * away. Fields beyond the schema are not seen.
 * Source: structured-merge-diff typed/compare.go.
 */
export function compareObjects(
  type: MergeMap,
  before: JsonObject,
  after: JsonObject,
  merged = false,
): Comparison {
  const found = before === after ? undefined : compareMaps(type, before, after, merged)
  return found === undefined ? SAME : { ...SAME, ...found }
}

/** The same of one value, for whoever places it below its parent; a missing set is empty. */
type Difference = Partial<Comparison>

const ADDED: Difference = { added: EMPTY_SET }
const REMOVED: Difference = { removed: EMPTY_SET }
const MODIFIED: Difference = { modified: EMPTY_SET }

/** Gathers the differences of a container's parts. */
class Parts {
  private removed: FieldSetDraft | undefined
  private modified: FieldSetDraft | undefined
  private added: FieldSetDraft | undefined

  put(element: PathElement, found: Difference | undefined): void {
    if (!found) return
    if (found.removed) (this.removed ??= {})[element] = found.removed
    if (found.modified) (this.modified ??= {})[element] = found.modified
    if (found.added) (this.added ??= {})[element] = found.added
  }

  end(): Difference | undefined {
    if (!this.removed && !this.modified && !this.added) return undefined
    return {
      ...(this.removed && { removed: inElementOrder(this.removed) }),
      ...(this.modified && { modified: inElementOrder(this.modified) }),
      ...(this.added && { added: inElementOrder(this.added) }),
    }
  }
}

function compareMaps(
  type: MergeMap,
  before: JsonObject,
  after: JsonObject,
  merged: boolean,
): Difference | undefined {
  const parts = new Parts()
  const { fields } = type
  let shared = 0
  for (const key in after) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined
    if (old !== undefined) shared++
    if (old === after[key]) continue
    const field = fields.get(key)
    if (field) parts.put(field.element, compareField(field, old, after[key], merged))
    else if (type.rest)
      parts.put(fieldElement(key), compareValues(type.rest, old, after[key], merged))
  }
  const keys = Object.keys(before)
  if (shared === keys.length) return parts.end()
  for (const key of keys) {
    if (Object.hasOwn(after, key)) continue
    const field = fields.get(key)
    if (field) parts.put(field.element, compareField(field, before[key], undefined, merged))
    else if (type.rest) {
      parts.put(fieldElement(key), compareValues(type.rest, before[key], undefined, merged))
    }
  }
  return parts.end()
}

function compareField(
  field: MergeField,
  before: Json | undefined,
  after: Json | undefined,
  merged: boolean,
): Difference | undefined {
  if (before === after) return undefined
  const old = before === undefined ? field.zero : before
  const now = after === undefined && !merged ? field.zero : after
  return compareValues(field.type, old, now, merged)
}

function compareValues(
  type: MergeType,
  before: Json | undefined,
  after: Json | undefined,
  merged: boolean,
): Difference | undefined {
  if (before === after || (before === undefined && after === undefined)) return undefined
  if (before === undefined) return { added: wholeNode(type, after!) }
  if (after === undefined) return { removed: wholeNode(type, before) }
  const left = containerOf(type, before)
  const right = containerOf(type, after)
  if (left && right && left.kind === right.kind) {
    return comparePairs(right, before, after, merged)
  }
  if (equalValues(before, after)) return undefined
  return mismatch(type, before, after)
}

function comparePairs(
  type: MergeMap | MergeList,
  before: Json,
  after: Json,
  merged: boolean,
): Difference | undefined {
  if (isHollow(before) && isHollow(after)) {
    return equalValues(before, after) ? undefined : MODIFIED
  }
  if (type.kind === 'list') return compareLists(type, listOf(before), listOf(after), merged)
  const left = isJsonObject(before) ? before : undefined
  const right = isJsonObject(after) ? after : undefined
  if (left && right) return compareMaps(type, left, right, merged)
  // One side is null: its parts are missing, and so the other's appear or disappear one by one.
  const whole = right ? partsOf(type, right) : partsOf(type, left ?? {})
  return right ? { added: whole } : { removed: whole }
}

const partsOf = (type: MergeMap, value: JsonObject): FieldSet => {
  const { '.': _, ...children } = wholeNode(type, value)
  return children
}

/** Any JSON that changed between a map and something else. */
function mismatch(type: MergeType, before: Json, after: Json): Difference {
  const left = containerOf(type, before)
  const right = containerOf(type, after)
  return {
    ...MODIFIED,
    ...(left?.kind === 'map' && isJsonObject(before) && { removed: partsOf(left, before) }),
    ...(right?.kind === 'map' && isJsonObject(after) && { added: partsOf(right, after) }),
  }
}

type Group = Json[]

function compareLists(
  type: MergeList,
  before: readonly Json[],
  after: readonly Json[],
  merged: boolean,
): Difference | undefined {
  // Most lists do not change; then their elements need no names.
  if (equalValues(before as Json[], after as Json[])) return undefined
  const left = groupItems(type, before)
  const right = groupItems(type, after)
  const parts = new Parts()
  for (const [element, items] of left) {
    parts.put(element, compareGroups(type.items, items, right.get(element) ?? [], merged))
  }
  for (const [element, items] of right) {
    if (!left.has(element)) parts.put(element, compareGroups(type.items, [], items, merged))
  }
  return parts.end()
}

/** Elements that occur twice are compared as one value. */
function compareGroups(
  type: MergeType,
  left: Group,
  right: Group,
  merged: boolean,
): Difference | undefined {
  if (left.length <= 1 && right.length <= 1) return compareValues(type, left[0], right[0], merged)
  if (left.length >= 2 && right.length >= 2) return equalValues(left, right) ? undefined : MODIFIED
  if (left.length >= 2) {
    const [item] = right
    return item === undefined ? REMOVED : { ...REMOVED, added: wholeNode(type, item) }
  }
  const [item] = left
  return item === undefined ? ADDED : { ...ADDED, removed: wholeNode(type, item) }
}

function groupItems(type: MergeList, list: readonly Json[]): Map<PathElement, Group> {
  const groups = new Map<PathElement, Group>()
  for (const item of list) {
    const element = itemElement(type, item)
    if (element === undefined) continue
    const group = groups.get(element)
    if (group) group.push(item)
    else groups.set(element, [item])
  }
  return groups
}

const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [])

const isHollow = (value: Json): boolean => {
  if (value === null) return true
  if (Array.isArray(value)) return value.length === 0
  return isJsonObject(value) && Object.keys(value).length === 0
}

/** Deep equality; the order of keys does not count. Source: value/value.go Equals. */
export function equalValues(a: Json, b: Json): boolean {
  if (a === b) return true
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((item, i) => equalValues(item, b[i]!))
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return equalNumbers(a, b)
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => Object.hasOwn(b, key) && equalValues(a[key]!, b[key]!))
}

/** `1.0` equals 1; integers beyond 2^53 are compared by their digits. */
function equalNumbers(a: Json, b: Json): boolean {
  if (!isRawNumber(a) && !isRawNumber(b)) return false
  if (numberText(a) === numberText(b)) return true
  const [left, right] = [Number(numberText(a)), Number(numberText(b))]
  return (
    left === right && Number.isSafeInteger(left) && typeof a !== 'string' && typeof b !== 'string'
  )
}
