import { duplicate, invalid, type FieldError } from '../../meta/field-error.ts'
import type { Json, JsonObject } from '../../meta/object.ts'
import { isJsonObject, ownValue } from '../../meta/own-property.ts'
import { at, atKey, where, type Path } from '../field-path.ts'
import type { Structural } from './structural.ts'

/**
 * Elements that occur twice in sets, or in lists that are maps by keys. Source:
 * apiextensions-apiserver apiserver/schema/listtype/validation.go.
 */
export function listKeyErrors(root: JsonObject, node: Structural): FieldError[] {
  if (!hasKeyedLists(node)) return []
  const errors: FieldError[] = []
  walk(root, node, undefined, errors)
  return errors
}

function walk(value: Json, node: Structural, path: Path | undefined, errors: FieldError[]): void {
  if (Array.isArray(value)) return walkList(value, node, path, errors)
  if (!isJsonObject(value)) return
  const { additional } = node
  if (additional) for (const key in value) walk(value[key]!, additional, atKey(path, key), errors)
  for (const key in value) {
    const known = node.properties.get(key)
    if (known) walk(value[key]!, known, at(path, key), errors)
  }
}

function walkList(list: Json[], node: Structural, path: Path | undefined, errors: FieldError[]): void {
  const kind = node.schema['x-kubernetes-list-type']
  if (kind === 'set') for (const i of repeated(list)) errors.push(duplicate(where(path, i), list[i]))
  if (kind === 'map') errors.push(...mapErrors(list, node.schema['x-kubernetes-list-map-keys'] ?? [], path))
  if (node.items) list.forEach((item, i) => walk(item, node.items!, at(path, i), errors))
}

function mapErrors(list: Json[], keys: readonly string[], path: Path | undefined): FieldError[] {
  const odd = list.findIndex((item) => item !== null && !isJsonObject(item))
  if (odd >= 0) return [invalid(where(path, odd), list[odd], 'must be an object for an array of list-type map')]
  const named = list.map((item): JsonObject => {
    const found = isJsonObject(item) ? item : {}
    return Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(found, key) ? [[key, ownValue(found, key)!]] : [])))
  })
  return repeated(named).map((i) => duplicate(where(path, i), named[i]))
}

/** Where each value stands the second time. */
function repeated(list: readonly Json[]): number[] {
  const seen = new Map<string, number>()
  return list.flatMap((item, i) => {
    const text = canonical(item)
    const times = seen.get(text) ?? 0
    seen.set(text, times + 1)
    return times === 1 ? [i] : []
  })
}

/** The same text for values that are the same, whatever the order of their keys. */
const canonical = (value: Json): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    isJsonObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  )

const KNOWN = new WeakMap<Structural, boolean>()

function hasKeyedLists(node: Structural): boolean {
  const known = KNOWN.get(node)
  if (known !== undefined) return known
  const kind = node.schema['x-kubernetes-list-type']
  const parts = [...node.properties.values(), node.additional, node.items]
  const found = kind === 'set' || kind === 'map' || parts.some((part) => part && hasKeyedLists(part))
  KNOWN.set(node, found)
  return found
}
