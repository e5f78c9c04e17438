import type { Json } from './object.ts'
import { isJsonObject, ownValue } from './own-property.ts'
import type { FieldSchema } from './schema.ts'

/** A list's items by the text of their keys. */
export type KeyedItems = ReadonlyMap<string, KeyedItem>

/** An item and the key fields it has. */
export interface KeyedItem {
  readonly item: Json
  readonly keys: ReadonlyMap<string, Json>
}

/** The fields that tell a list's items apart; undefined when only the place does. */
export function mergeKeysOf(field: FieldSchema | undefined): readonly string[] | undefined {
  if (field?.listMapKeys?.length) return field.listMapKeys
  return field?.patchMergeKey ? [field.patchMergeKey] : undefined
}

/** The items by key; undefined when one has no key or two have the same one. */
export function itemsByKey(
  list: readonly Json[],
  names: readonly string[],
): KeyedItems | undefined {
  const items = new Map<string, KeyedItem>()
  for (const item of list) {
    const keys = keysOf(item, names)
    const id = keys && JSON.stringify([...keys])
    if (!keys || id === undefined || items.has(id)) return undefined
    items.set(id, { item, keys })
  }
  return items
}

/** Whether both lists hold items of the same keys at the same places. */
export function sameKeysInPlace(
  before: readonly Json[],
  after: readonly Json[],
  names: readonly string[],
): boolean {
  if (before.length !== after.length) return false
  for (let i = 0; i < before.length; i++) {
    if (!sameKeys(before[i]!, after[i]!, names)) return false
  }
  return true
}

/** The keys of the item at `index`; undefined when another item has the same or it has none. */
export function uniqueKeysAt(
  list: readonly Json[],
  index: number,
  names: readonly string[],
): ReadonlyMap<string, Json> | undefined {
  const item = list[index]!
  const isTaken = list.some((other, i) => i !== index && sameKeys(item, other, names))
  return isTaken ? undefined : keysOf(item, names)
}

function sameKeys(a: Json, b: Json, names: readonly string[]): boolean {
  if (!isJsonObject(a) || !isJsonObject(b)) return false
  for (const name of names) if (ownValue(a, name) !== ownValue(b, name)) return false
  return true
}

function keysOf(item: Json, names: readonly string[]): ReadonlyMap<string, Json> | undefined {
  if (!isJsonObject(item)) return undefined
  const keys = new Map<string, Json>()
  for (const name of names) {
    const value = ownValue(item, name)
    if (value === undefined || value === null) continue
    if (typeof value === 'object') return undefined
    keys.set(name, value)
  }
  return keys.size === 0 ? undefined : keys
}
