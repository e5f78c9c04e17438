import { ok, type Result } from '../base/result.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject, ownValue, setOwn } from './own-property.ts'
import type { TypeSchema, ValueType } from './schema.ts'
import type { Status } from './status.ts'
import { badElementOrder, badPrimitiveList, refuse } from './strategic-failure.ts'
import { badRetainKeys, badType } from './strategic-failure.ts'
import { badDirective, inOrder, mergeList } from './strategic-lists.ts'
import { checkElementOrder } from './strategic-element-order.ts'
import { elementKind } from './strategic-order.ts'
import { lookUpField, lookUpList } from './strategic-scope.ts'

const DIRECTIVE = '$patch'
const RETAIN_KEYS = '$retainKeys'
const DELETE_SCALARS = '$deleteFromPrimitiveList'
const ELEMENT_ORDER = '$setElementOrder'

/**
 * Applies a strategic merge patch to an object of the given type and gives the merged object;
 * neither argument is changed. The refusal carries upstream's message and code. Unknown fields are
 * merged as they stand: pruning is the decoder's. Source: apimachinery util/strategicpatch/patch.go
 * and kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch.
 */
export const strategicMergePatch = (
  current: JsonObject,
  patch: JsonObject,
  type: TypeSchema,
): Result<JsonObject, Status> => mergeMap(current, patch, { of: 'object', type })

function mergeMap(
  original: JsonObject,
  patch: JsonObject,
  scope: ValueType,
): Result<JsonObject, Status> {
  const directive = ownValue(patch, DIRECTIVE)
  if (directive !== undefined) return replaceOrEmpty(directive, patch)
  const merge: MapMerge = { merged: { ...original }, patch: { ...patch }, scope }
  const refused = retainKeys(merge) ?? mergeOrderedLists(merge) ?? mergeFields(merge)
  return refused ? refuse(refused) : ok(merge.merged)
}

/** One map's merge under way: both maps are copies of ours. */
interface MapMerge {
  readonly merged: JsonObject
  readonly patch: JsonObject
  readonly scope: ValueType
}

function replaceOrEmpty(directive: Json, patch: JsonObject): Result<JsonObject, Status> {
  if (directive === 'delete') return ok({})
  if (directive !== 'replace') return refuse(badDirective(directive, patch))
  const { [DIRECTIVE]: _, ...rest } = patch
  return ok(rest)
}

/** `$retainKeys`: fields it does not name go; the patch may set none but those. */
function retainKeys({ merged, patch }: MapMerge): Status | undefined {
  const keys = ownValue(patch, RETAIN_KEYS)
  if (keys === undefined) return undefined
  delete patch[RETAIN_KEYS]
  if (!Array.isArray(keys)) return badRetainKeys()
  const retained = new Set<unknown>(keys)
  for (const [key, value] of Object.entries(patch)) {
    const exempt = value === null || key.startsWith(DELETE_SCALARS) || key.startsWith(ELEMENT_ORDER)
    if (!exempt && !retained.has(key)) return badRetainKeys()
  }
  for (const key of Object.keys(merged)) if (!retained.has(key)) delete merged[key]
  return undefined
}

/** Merges the lists that come with a `$setElementOrder` and takes both out of the patch. */
function mergeOrderedLists(merge: MapMerge): Status | undefined {
  for (const key of Object.keys(merge.patch)) {
    if (!key.startsWith(ELEMENT_ORDER)) continue
    const wished = ownValue(merge.patch, key) ?? null
    delete merge.patch[key]
    if (!Array.isArray(wished)) return badType('[]interface {}', wished)
    const field = fieldAfter(key, ELEMENT_ORDER)
    if (field === undefined) return badElementOrder()
    const refused = mergeOrderedList(merge, field, wished)
    if (refused) return refused
  }
  return undefined
}

function mergeOrderedList(merge: MapMerge, field: string, wished: Json[]): Status | undefined {
  const current = ownValue(merge.merged, field)
  const patched = ownValue(merge.patch, field)
  if (current !== undefined && !Array.isArray(current)) return badType('[]interface {}', current)
  if (patched !== undefined && !Array.isArray(patched)) return badType('[]interface {}', patched)
  const how = lookUpList(merge.scope, field)
  if (!how.ok) return how.error
  const { mergeKey } = how.value
  const mismatch = checkElementOrder(patched ?? [], wished, mergeKey)
  if (mismatch) return mismatch
  if (current === undefined && patched === undefined) return undefined
  const server = [...(current ?? [])]
  const united = unite(merge, field, server, patched)
  if (!united.ok) return united.error
  const kind = elementKind(server, patched ?? [])
  if (!kind.ok) return kind.error
  const order = { serverOrder: server, mergeKey, kind: kind.value }
  const ordered = inOrder(united.value, wished, order)
  if (!ordered.ok) return ordered.error
  setOwn(merge.merged, field, ordered.value)
  delete merge.patch[field]
  return undefined
}

function unite(
  { merged, scope }: MapMerge,
  field: string,
  server: Json[],
  patched: Json[] | undefined,
): Result<Json[], Status> {
  if (patched === undefined) return ok([...server])
  if (!Object.hasOwn(merged, field)) return ok(withoutDirectives(patched) as Json[])
  return mergeListField(scope, field, { original: server, patch: patched, deletes: false })
}

function mergeFields(merge: MapMerge): Status | undefined {
  for (const [key, value] of Object.entries(merge.patch)) {
    const deletes = key.startsWith(DELETE_SCALARS)
    const field = deletes ? fieldAfter(key, DELETE_SCALARS) : key
    if (field === undefined) return badPrimitiveList()
    const refused = mergeField(merge, { field: field === '' ? key : field, value, deletes })
    if (refused) return refused
  }
  return undefined
}

interface FieldPatch {
  readonly field: string
  readonly value: Json
  readonly deletes: boolean
}

function mergeField(
  { merged, scope }: MapMerge,
  { field, value, deletes }: FieldPatch,
): Status | undefined {
  if (value === null) {
    delete merged[field]
    return undefined
  }
  const current = ownValue(merged, field)
  if (isJsonObject(current) && isJsonObject(value)) {
    const result = mergeMapField(scope, field, { original: current, patch: value })
    if (result.ok) setOwn(merged, field, result.value)
    return result.ok ? undefined : result.error
  }
  if (Array.isArray(current) && Array.isArray(value)) {
    const lists = { original: [...current], patch: value, deletes }
    const result = mergeListField(scope, field, lists)
    if (result.ok) setOwn(merged, field, result.value)
    return result.ok ? undefined : result.error
  }
  // A list of deletions for something that is no list deletes nothing.
  if (!deletes || sameKind(current, value)) setValue(merged, field, value)
  return undefined
}

function setValue(merged: JsonObject, field: string, value: Json): void {
  const plain = withoutDirectives(withoutNulls(value))
  if (plain === undefined) delete merged[field]
  else setOwn(merged, field, plain)
}

/** Scalars of one type: upstream assigns them even under `$deleteFromPrimitiveList`. */
const sameKind = (current: Json | undefined, value: Json): boolean =>
  current !== undefined &&
  current !== null &&
  typeof current === typeof value &&
  typeof value !== 'object'

function mergeMapField(
  scope: ValueType,
  field: string,
  { original, patch }: { original: JsonObject; patch: JsonObject },
): Result<JsonObject, Status> {
  const how = lookUpField(scope, field)
  if (!how.ok) return how
  if (how.value.strategy === 'replace') return ok(patch)
  return mergeMap(original, patch, how.value.value)
}

function mergeListField(
  scope: ValueType,
  field: string,
  lists: { original: Json[]; patch: Json[]; deletes: boolean },
): Result<Json[], Status> {
  const how = lookUpList(scope, field)
  if (!how.ok) return how
  const { value: items, strategy, mergeKey } = how.value
  if (strategy !== 'merge' && !lists.deletes) return ok(lists.patch)
  const mergeElement = (current: JsonObject, patch: JsonObject) => mergeMap(current, patch, items)
  return mergeList(lists.original, lists.patch, {
    items,
    mergeKey,
    deletes: lists.deletes,
    mergeElement,
  })
}

/** `x` of `$setElementOrder/x`; undefined when the key has another form. */
const fieldAfter = (key: string, prefix: string): string | undefined =>
  key.startsWith(`${prefix}/`) ? key.slice(prefix.length + 1) : undefined

/** A new value has no nulls to delete anything: they go. Elements of lists stay. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isJsonObject(value)) return value
  const kept: JsonObject = {}
  for (const [key, inner] of Object.entries(value)) {
    if (inner !== null) setOwn(kept, key, withoutNulls(inner))
  }
  return kept
}

/**
 * A new value has nothing to act on: maps with `$patch` go. Undefined when the value itself goes.
 */
function withoutDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    return value.map(withoutDirectives).filter((inner) => inner !== undefined)
  }
  if (!isJsonObject(value)) return value
  if (Object.hasOwn(value, DIRECTIVE)) return undefined
  const kept: JsonObject = {}
  for (const [key, inner] of Object.entries(value)) {
    const plain = withoutDirectives(inner)
    if (plain !== undefined) setOwn(kept, key, plain)
  }
  return kept
}
