import { equalValues } from './compare-objects.ts'
import { containerOf, typeOfKey } from './fields-of-object.ts'
import type { MergeList, MergeMap, MergeType } from './merge-type.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject, ownValue, setOwn } from './own-property.ts'
import { itemElement, type PathElement } from './path-element.ts'

/**
 * An applied configuration merged into the live object: leaves come from the configuration, nothing
 * is removed, lists keep the live order except where the configuration orders elements itself.
 * Neither argument is changed. Source: structured-merge-diff typed/merge.go.
 */
export function mergeObjects(type: MergeMap, live: JsonObject, applied: JsonObject): JsonObject {
  const merged: JsonObject = { ...live }
  for (const key of Object.keys(applied)) {
    const child = typeOfKey(type, key)
    const value = applied[key] ?? null
    const old = ownValue(live, key)
    if (child) setOwn(merged, key, old === undefined ? value : mergeValues(child, old, value))
  }
  return merged
}

function mergeValues(type: MergeType, live: Json, applied: Json): Json {
  const container = containerOf(type, applied)
  if (!container) return applied
  if (container.kind === 'map') {
    const hollow = !hasParts(live) && !hasParts(applied)
    if (hollow || !isJsonObject(applied)) return hollow ? applied : live
    return isJsonObject(live) ? mergeObjects(container, live, applied) : applied
  }
  const old = Array.isArray(live) ? live : []
  const wish = Array.isArray(applied) ? applied : []
  return old.length === 0 && wish.length === 0 ? applied : mergeLists(container, old, wish)
}

const hasParts = (value: Json): boolean => isJsonObject(value) && Object.keys(value).length > 0

interface Item {
  readonly element: PathElement
  readonly value: Json
}

/** Walks both lists side by side; shared elements come in the configuration's order. */
function mergeLists(type: MergeList, live: readonly Json[], applied: readonly Json[]): Json[] {
  const left = itemsOf(type, live)
  const right = itemsOf(type, applied)
  const leftValues = valuesByElement(left)
  const rightElements = new Set(right.map(({ element }) => element))
  const shared = right.filter(({ element }) => leftValues.has(element))
  const done = new Set<PathElement>()
  const out: Json[] = []
  let next = 0
  const take = ({ element, value }: Item): void => {
    const old = leftValues.get(element)
    out.push(old === undefined ? value : mergeItem(type, old, value))
    done.add(element)
  }
  let l = 0
  let r = 0
  while (l < left.length || r < right.length) {
    if (l < left.length && r < right.length) {
      const { element } = left[l]!
      if (element === right[r]!.element) {
        take(right[r]!)
        l++
        r++
        next++
        continue
      }
      const wanted = shared[next]?.element
      if (rightElements.has(element) && wanted !== undefined && wanted !== element) {
        l++
        continue
      }
    }
    if (l < left.length) {
      const { element, value } = left[l]!
      if (!rightElements.has(element)) {
        out.push(value)
        l++
        continue
      }
      if (done.has(element)) l++
    }
    if (r < right.length) {
      take(right[r]!)
      if (shared[next]?.element === right[r]!.element) next++
      r++
    }
  }
  return out
}

/** Null stands for elements that occur twice: the configuration's replaces them. */
const mergeItem = (type: MergeList, live: Json, applied: Json): Json =>
  live === null ? applied : mergeValues(type.items, live, applied)

function itemsOf(type: MergeList, list: readonly Json[]): Item[] {
  const items: Item[] = []
  for (const value of list) {
    const element = itemElement(type, value)
    if (element !== undefined) items.push({ element, value })
  }
  return items
}

function valuesByElement(items: readonly Item[]): ReadonlyMap<PathElement, Json> {
  const values = new Map<PathElement, Json>()
  for (const { element, value } of items) values.set(element, values.has(element) ? null : value)
  return values
}

/** Whether applying changed nothing. */
export const isUnchanged = (live: JsonObject, merged: JsonObject): boolean =>
  equalValues(live, merged)
