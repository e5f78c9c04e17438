import { EMPTY_SET, type FieldSet, isBare, isMember } from './field-set.ts'
import { containerOf } from './fields-of-object.ts'
import { byCodePoint } from './go-text.ts'
import { entryHead, entryTail, managedText } from './managed-entry.ts'
import { updateManagedFields } from './managed-update.ts'
import {
  type MergeField,
  type MergeList,
  type MergeMap,
  type MergeType,
  mergeTypeOf,
} from './merge-type.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject } from './own-property.ts'
import {
  compareElements,
  itemElement,
  type PathElement,
  quotedField,
  quotedItem,
} from './path-element.ts'
import type { TypeSchema } from './schema.ts'

/** One create. The object is defaulted and in the request's version. */
export interface ManagedCreate {
  readonly object: JsonObject
  readonly schema: TypeSchema
  /** See `managerName`; empty stands for `unknown`. */
  readonly manager: string
  readonly apiVersion: string
  /** RFC 3339 with seconds. */
  readonly time: string
  /** Empty for the main resource. */
  readonly subresource?: string
  /** Fields that a create does not write, as a rule `status`. */
  readonly resetFields?: FieldSet
}

/**
 * `metadata.managedFields` of a new object as JSON, written in one walk over the object: each
 * create pays this, so no set is built. Means exactly what `updateManagedFields` from `{}` means;
 * empty text when nothing is owned, for then the field is left out.
 */
export function managedFieldsForCreate(create: ManagedCreate): string {
  const { object, schema, resetFields = EMPTY_SET, subresource = '' } = create
  for (const element in resetFields) {
    if (!isMember(resetFields[element]!)) return slowly(create)
  }
  const type = mergeTypeOf(schema)
  if (type.rest) return slowly(create)
  const fields = createdRoot(type, object, resetFields)
  if (fields === '') return ''
  const manager = create.manager === '' ? 'unknown' : create.manager
  const head = entryHead({ ...create, manager, operation: 'Update' })
  return `[${head}{${fields}}${entryTail(subresource)}]`
}

/** Reset fields below the first level, and roots that take any field, are too rare for a walk of their own. */
const slowly = (create: ManagedCreate): string =>
  managedText(updateManagedFields({ ...create, before: {}, after: create.object, entries: [] }))

function createdRoot(type: MergeMap, object: JsonObject, reset: FieldSet): string {
  const skipped = isBare(reset) ? undefined : reset
  let text = ''
  for (const field of type.fieldsIn(object)) {
    if (field.name === 'apiVersion' || field.name === 'kind') continue
    if (skipped?.[field.element] !== undefined) continue
    const value = object[field.name] ?? null
    if (field.name === 'metadata') text = joined(text, field, createdMetadata(field, value))
    else text = joined(text, field, createdField(field, value))
  }
  return text
}

/** As any struct, without what is in nobody's set. Source: util/managedfields stripmeta.go. */
function createdMetadata({ type }: MergeField, value: Json): string {
  if (type.kind !== 'map' || !isJsonObject(value)) return ''
  let text = ''
  for (const field of type.fieldsIn(value)) {
    if (!UNTRACKED_METADATA.has(field.name)) {
      text = joined(text, field, createdField(field, value[field.name] ?? null))
    }
  }
  return text === '' ? '' : `{${text}}`
}

const UNTRACKED_METADATA: ReadonlySet<string> = new Set([
  'clusterName',
  'creationTimestamp',
  'generation',
  'managedFields',
  'name',
  'namespace',
  'resourceVersion',
  'selfLink',
  'uid',
])

const joined = (text: string, field: MergeField, node: string): string => {
  if (node === '') return text
  return text === '' ? field.jsonKey + node : `${text},${field.jsonKey}${node}`
}

/**
 * A field of a struct that a zero object has too: what differs from Go's zero. Empty when nothing.
 */
function createdField({ type, zero }: MergeField, value: Json): string {
  if (zero === undefined) return whole(type, value)
  if (value === zero) return ''
  const container = containerOf(type, value)
  if (!container) return zero !== null && isHollow(value) && isHollow(zero) ? '' : '{}'
  if (container.kind === 'list')
    return Array.isArray(value) ? partsOr(wholeItems(container, value)) : '{}'
  if (!isJsonObject(value)) return ''
  if (zero === null) return partsOr(wholeEntries(container, value))
  const parts = createdStruct(container, value)
  return parts === '' ? '' : `{${parts}}`
}

function createdStruct(type: MergeMap, value: JsonObject): string {
  let text = ''
  for (const field of type.fieldsIn(value)) {
    text = joined(text, field, createdField(field, value[field.name] ?? null))
  }
  return text
}

/** Instead of Go's null: the parts, or the empty value itself. */
const partsOr = (parts: string): string => (parts === '' ? '{}' : `{${parts}}`)

const isHollow = (value: Json): boolean => isJsonObject(value) && isBare(value as FieldSet)

/** A node that appears as a whole, itself included. */
function whole(type: MergeType, value: Json): string {
  if (type.kind === 'scalar') return '{}'
  const container = containerOf(type, value)
  if (!container) return '{}'
  let parts = ''
  if (container.kind === 'list') parts = Array.isArray(value) ? wholeItems(container, value) : ''
  else if (isJsonObject(value)) parts = wholeEntries(container, value)
  return parts === '' ? '{}' : `{".":{},${parts}}`
}

function wholeEntries(type: MergeMap, value: JsonObject): string {
  let text = ''
  if (type.rest) {
    for (const key of Object.keys(value).sort(byCodePoint)) {
      const child = type.fields.get(key)?.type ?? type.rest
      const node = `${quotedField(key)}:${whole(child, value[key] ?? null)}`
      text = text === '' ? node : `${text},${node}`
    }
    return text
  }
  for (const field of type.fieldsIn(value)) {
    text = joined(text, field, whole(field.type, value[field.name] ?? null))
  }
  return text
}

function wholeItems(type: MergeList, list: readonly Json[]): string {
  if (list.length === 1) {
    const element = quotedItem(type, list[0]!)
    return element === undefined ? '' : `${element}:${whole(type.items, list[0]!)}`
  }
  const nodes = new Map<PathElement, string>()
  for (const item of list) {
    const element = itemElement(type, item)
    // Elements that occur twice are owned as a whole.
    if (element !== undefined)
      nodes.set(element, nodes.has(element) ? '{}' : whole(type.items, item))
  }
  const sorted = [...nodes].sort(([a], [b]) => compareElements(a, b))
  return sorted.map(([element, node]) => `${JSON.stringify(element)}:${node}`).join(',')
}
