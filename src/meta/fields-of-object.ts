import {
  EMPTY_SET,
  type FieldSet,
  type FieldSetDraft,
  inElementOrder,
  nodeOf,
} from './field-set.ts'
import { DEDUCED_MAP, type MergeList, type MergeMap, type MergeType } from './merge-type.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject } from './own-property.ts'
import { fieldElement, itemElement, type PathElement } from './path-element.ts'

/** The container type that a value has under a type; undefined when it is one value. */
export function containerOf(type: MergeType, value: Json): MergeMap | MergeList | undefined {
  if (type.kind === 'any') return type.deduced && isJsonObject(value) ? DEDUCED_MAP : undefined
  if (type.kind === 'scalar' || type.atomic) return undefined
  return type
}

/** The type of a key; undefined when the schema does not know it. */
export const typeOfKey = (map: MergeMap, key: string): MergeType | undefined =>
  map.fields.get(key)?.type ?? map.rest

/**
 * The fields that an applied configuration mentions: leaves, keys of maps, elements of lists, and
 * what is null or empty. Structs on the way are not in it. Source: structured-merge-diff
 * typed/tofieldset.go.
 */
export function mentionedFields(type: MergeMap, object: JsonObject): FieldSet {
  return mentionedBelow(type, object) ?? EMPTY_SET
}

function mentionedBelow(type: MergeMap | MergeList, value: Json): FieldSet | undefined {
  if (type.kind === 'list') return Array.isArray(value) ? mentionedItems(type, value) : undefined
  if (!isJsonObject(value)) return undefined
  const out: FieldSetDraft = {}
  for (const key of Object.keys(value)) {
    const child = value[key] ?? null
    const childType = typeOfKey(type, key)
    if (!childType) continue
    const container = containerOf(childType, child)
    const self = !container || !type.fields.has(key) || isEmpty(child)
    const node = nodeOf(self, container && mentionedBelow(container, child))
    if (node) out[fieldElement(key)] = node
  }
  return inElementOrder(out)
}

function mentionedItems(type: MergeList, list: readonly Json[]): FieldSet {
  const out: FieldSetDraft = {}
  const seen = new Set<PathElement>()
  for (const item of list) {
    const element = itemElement(type, item)
    if (element === undefined) continue
    // Elements that occur twice are owned as a whole, not field by field.
    if (seen.has(element)) out[element] = EMPTY_SET
    else {
      seen.add(element)
      const container = containerOf(type.items, item)
      out[element] = nodeOf(true, container && mentionedBelow(container, item))!
    }
  }
  return inElementOrder(out)
}

const isEmpty = (value: Json): boolean =>
  value === null || (isJsonObject(value) && Object.keys(value).length === 0)

/**
 * Every field of a value that appears or disappears as a whole, itself included.
 * Source: structured-merge-diff typed/compare.go, with one side missing.
 */
export function wholeNode(type: MergeType, value: Json): FieldSet {
  const container = containerOf(type, value)
  if (!container) return EMPTY_SET
  if (container.kind === 'list') return wholeList(container, value)
  if (!isJsonObject(value)) return EMPTY_SET
  const out: FieldSetDraft = {}
  for (const key of Object.keys(value)) {
    const childType = typeOfKey(container, key)
    if (childType) out[fieldElement(key)] = wholeNode(childType, value[key] ?? null)
  }
  return nodeOf(true, inElementOrder(out))!
}

function wholeList(type: MergeList, value: Json): FieldSet {
  if (!Array.isArray(value)) return EMPTY_SET
  const out: FieldSetDraft = {}
  const seen = new Set<PathElement>()
  for (const item of value) {
    const element = itemElement(type, item)
    if (element === undefined) continue
    out[element] = seen.has(element) ? EMPTY_SET : wholeNode(type.items, item)
    seen.add(element)
  }
  return nodeOf(true, inElementOrder(out))!
}
