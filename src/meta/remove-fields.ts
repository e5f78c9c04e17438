import {
  below,
  EMPTY_SET,
  type FieldSet,
  type FieldSetDraft,
  isBare,
  isMember,
} from './field-set.ts'
import { containerOf, typeOfKey } from './fields-of-object.ts'
import type { MergeList, MergeMap, MergeType } from './merge-type.ts'
import { DEDUCED_MAP } from './merge-type.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject, setOwn } from './own-property.ts'
import { fieldElement, itemElement } from './path-element.ts'

/**
 * The object without the fields, keys and elements of a set. A container that loses all its parts
 * is null, as upstream leaves it; the decoder then drops it.
 * Source: structured-merge-diff typed/remove.go.
 */
export function removeFields(type: MergeMap, object: JsonObject, gone: FieldSet): JsonObject {
  const left = removeFromMap(type, object, gone)
  return isJsonObject(left) ? left : {}
}

function removeFrom(type: MergeType, value: Json, gone: FieldSet): Json {
  const container = containerOf(type, value)
  if (!container) return isScalar(value) ? value : null
  return container.kind === 'list'
    ? removeFromList(container, value, gone)
    : removeFromMap(container, value, gone)
}

function removeFromMap(type: MergeMap, value: Json, gone: FieldSet): Json {
  if (!isJsonObject(value)) return null
  const left: JsonObject = {}
  for (const key of Object.keys(value)) {
    const element = fieldElement(key)
    const node = gone[element]
    const child = value[key] ?? null
    if (node === undefined) setOwn(left, key, child)
    else if (!isMember(node)) {
      const childType = typeOfKey(type, key)
      setOwn(left, key, childType ? removeFrom(childType, child, below(gone, element)) : child)
    }
  }
  return isBare(left as FieldSet) ? null : left
}

function removeFromList(type: MergeList, value: Json, gone: FieldSet): Json {
  if (!Array.isArray(value)) return null
  const left: Json[] = []
  for (const item of value) {
    const element = itemElement(type, item)
    const node = element === undefined ? undefined : gone[element]
    if (element === undefined || node === undefined) left.push(item)
    else if (!isMember(node)) left.push(removeFrom(type.items, item, below(gone, element)))
  }
  return left.length === 0 ? null : left
}

const isScalar = (value: Json): boolean => !Array.isArray(value) && !isJsonObject(value)

/**
 * The set with every struct field on the way as a member, so that removing what a manager applied
 * removes the structs that it made. Source: fieldpath/set.go EnsureNamedFieldsAreMembers.
 */
export function withNamedFields(type: MergeType | undefined, set: FieldSet): FieldSet {
  const out: FieldSetDraft = {}
  const map = type && mapOf(type)
  for (const element in set) {
    const node = set[element]!
    if (element === '.' || isBare(node)) {
      out[element] = node
      continue
    }
    const name = element.startsWith('f:') ? element.slice(2) : undefined
    const childType = typeBelow(type, element)
    const child = withNamedFields(childType, node)
    const named = name !== undefined && map?.fields.has(name) === true
    out[element] = named && child['.'] === undefined ? { '.': EMPTY_SET, ...child } : child
  }
  return out
}

const mapOf = (type: MergeType): MergeMap | undefined => {
  if (type.kind === 'any') return DEDUCED_MAP
  return type.kind === 'map' ? type : undefined
}

function typeBelow(type: MergeType | undefined, element: string): MergeType | undefined {
  if (!type) return undefined
  if (element.startsWith('f:')) {
    const map = mapOf(type)
    return map && typeOfKey(map, element.slice(2))
  }
  return element.startsWith('k:') && type.kind === 'list' ? type.items : undefined
}

/**
 * A set brought up to a schema in which a list, map or struct has become one value: who owned parts
 * of it now owns it. Gives the set itself when nothing has.
 * Source: structured-merge-diff typed/reconcile_schema.go.
 */
export function reconcileSet(type: MergeMap, set: FieldSet): FieldSet {
  let out: FieldSetDraft | undefined
  for (const element in set) {
    const node = set[element]!
    const childType = element === '.' ? undefined : typeBelow(type, element)
    if (!childType || isBare(node)) continue
    const reconciled = reconcileNode(childType, node)
    if (reconciled !== node) (out ??= { ...set })[element] = reconciled
  }
  return out ?? set
}

function reconcileNode(type: MergeType, node: FieldSet): FieldSet {
  if (type.kind === 'scalar' || (type.kind === 'any' && type.deduced)) return node
  if (type.kind === 'any' || type.atomic) return EMPTY_SET
  if (type.kind === 'map') return reconcileSet(type, node)
  let out: FieldSetDraft | undefined
  for (const element in node) {
    if (element === '.' || isBare(node[element]!)) continue
    const item = reconcileNode(type.items, node[element]!)
    if (item !== node[element]) (out ??= { ...node })[element] = item
  }
  return out ?? node
}
