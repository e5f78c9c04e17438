import { err, ok, type Result } from '../../base/result.ts'
import { listItems } from '../../cel/lists.ts'
import { misplacedTypes, patchOperation, type PatchOperation } from '../../cel/object-literals.ts'
import { toJson } from '../../cel/to-json.ts'
import { isList, type Value } from '../../cel/values.ts'
import { applyJsonPatch, patchReason } from '../../meta/json-patch.ts'
import { mergeObjects } from '../../meta/merge-objects.ts'
import { mergeTypeOf } from '../../meta/merge-type.ts'
import { validateApplied } from '../../meta/validate-applied.ts'
import type { Json, JsonObject, KubeObject } from '../../meta/object.ts'
import { TEST_FAILED } from '../../meta/patch-words.ts'
import { internalError, type Status } from '../../meta/status.ts'
import type { VersionedView } from '../matching/versions.ts'
import { atomicParts } from './atomic-parts.ts'

const ATOMICS = 'error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs'

/** What went wrong: a text is for the failure policy, a status refuses whatever the policy says. */
export type Trouble = string | Status

/**
 * What the value of a JSONPatch expression makes of an object of a version, in storage form; undefined when a test of
 * it failed. Source: policy/mutating/patch/json_patch.go.
 */
export function patchedBy(value: Value, shown: KubeObject, view: VersionedView): Result<KubeObject | undefined, Trouble> {
  if (!isList(value)) return err('type mismatch: JSONPatchType.expression should evaluate to array')
  const operations: Json[] = []
  for (const item of listItems(value)) {
    const operation = operationJson(patchOperation(item))
    if (!operation.ok) return operation
    operations.push(operation.value)
  }
  const document = shown as unknown as Json
  const applied = applyJsonPatch(document, operations)
  if (!applied.ok) {
    const reason = patchReason(document, operations) ?? applied.error.message ?? ''
    return reason.endsWith(TEST_FAILED) ? ok(undefined) : err(`JSON Patch: ${reason}`)
  }
  const object = view.read(applied.value, true)
  return object.ok ? object : err(internalError(object.error))
}

function operationJson(operation: PatchOperation | undefined): Result<JsonObject, string> {
  if (!operation) return err('type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch')
  const { op, path, from, value } = operation
  const head: JsonObject = { op, path, ...(from !== '' && { from }) }
  if (value === undefined) return ok(head)
  const misplaced = misplacedTypes(value)
  if (misplaced.length > 0) return err(`type mismatch: ${misplaced.join('\n')}`)
  const json = toJson(value)
  return json.ok
    ? ok({ ...head, value: json.value })
    : err(`JSONPath valueExpression evaluated to a type that could not marshal to JSON: ${json.error}`)
}

/** What the value of an ApplyConfiguration expression makes of it. Source: policy/mutating/patch/smd.go. */
export function mergedWith(value: Value, shown: KubeObject, view: VersionedView): Result<KubeObject, Trouble> {
  const misplaced = misplacedTypes(value)
  if (misplaced.length > 0) return err(`type mismatch: ${misplaced.join('\n')}`)
  const json = toJson(value)
  if (!json.ok) return err(`invalid return type: ${json.error}`)
  const { apiVersion, kind } = shown
  const applied: JsonObject = { ...(json.value as JsonObject), apiVersion, kind }
  if (!view.schema) return err(`error applying patch: no type of ${kind} is known`)
  const type = mergeTypeOf(view.schema)
  const wrong = validateApplied(type, applied)
  if (wrong !== undefined) return err(`error applying patch: failed to convert patch object to typed object: ${wrong}`)
  const atomics = atomicParts(type, applied)
  if (atomics.length > 0)
    return err(`${ATOMICS}: ${atomics.join(', ')}`)
  const object = view.read(mergeObjects(type, shown as unknown as JsonObject, applied))
  return object.ok ? object : err(internalError(object.error))
}
