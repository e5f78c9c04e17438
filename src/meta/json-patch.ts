import { JSON_PATCH_COPY_BYTES_MAX, JSON_PATCH_OPERATIONS_MAX } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import { cloneJson } from './clone-json.ts'
import { semanticallyEqual } from './equality.ts'
import { findTarget, insert, overwrite, read, takeOut } from './json-pointer.ts'
import { jsonName } from './merge-patch.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject, ownValue } from './own-property.ts'
import { MISSING, TEST_FAILED } from './patch-words.ts'
import { badRequest, tooLargeBody, type Status } from './status.ts'

/**
 * The document after a JSON patch (RFC 6902), as upstream's library applies it: negative indices
 * count from the end, `replace` of an absent key adds it. Neither argument is changed. 400 for what
 * is no patch, 413 for more than JSON_PATCH_OPERATIONS_MAX operations, 422 when an operation fails;
 * upstream answers the last one with a fixed sentence and keeps the reason (see patchReason) to
 * itself. Source: apiserver handlers/patch.go applyJSPatch.
 */
export function applyJsonPatch(document: Json, patch: Json): Result<Json, Status> {
  const operations = operationsOf(patch)
  if (!operations.ok) return err(badRequest(`error decoding patch: ${operations.error}`))
  const count = operations.value.length
  if (count > JSON_PATCH_OPERATIONS_MAX) {
    const why = `The allowed maximum operations in a JSON patch is ${JSON_PATCH_OPERATIONS_MAX}, got ${count}`
    return err(tooLargeBody(`Request entity too large: ${why}`))
  }
  const patched = patchedBy(document, operations.value)
  return patched.ok ? patched : err(rejected())
}

/** Why an operation fails, in the words of upstream's library; undefined when all succeed. */
export function patchReason(document: Json, patch: Json): string | undefined {
  const operations = operationsOf(patch)
  if (!operations.ok) return operations.error
  const patched = patchedBy(document, operations.value)
  return patched.ok ? undefined : patched.error
}

/** One step of a patch; texts that are absent are undefined. */
interface Operation {
  readonly op: string | undefined
  readonly path: string | undefined
  readonly from: string | undefined
  readonly value: Json | undefined
}

/** A document on its way, and how much copies have added. */
interface Progress {
  document: Json
  copiedBytes: number
}

type Outcome = Result<void, string>

const rejected = (): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'the server rejected our request due to an error in our request',
  reason: 'Invalid',
  details: {},
  code: 422,
})

function operationsOf(patch: Json): Result<Operation[], string> {
  if (patch === null) return ok([])
  if (!Array.isArray(patch))
    return err(cannotRead(patch, 'Go value of type []handlers.jsonPatchOp'))
  const operations: Operation[] = []
  for (const item of patch) {
    const operation = operationOf(item)
    if (!operation.ok) return operation
    operations.push(operation.value)
  }
  return ok(operations)
}

function operationOf(item: Json): Result<Operation, string> {
  if (item !== null && !isJsonObject(item))
    return err(cannotRead(item, 'Go value of type handlers.jsonPatchOp'))
  const fields = item ?? {}
  for (const name of ['op', 'path', 'from']) {
    const value = ownValue(fields, name) ?? ''
    if (typeof value !== 'string')
      return err(cannotRead(value, `Go struct field jsonPatchOp.${name} of type string`))
  }
  const text = (name: string): string | undefined => {
    const value = ownValue(fields, name)
    return typeof value === 'string' ? value : undefined
  }
  const value = ownValue(fields, 'value')
  return ok({ op: text('op'), path: text('path'), from: text('from'), value })
}

const cannotRead = (value: Json, into: string): string =>
  `json: cannot unmarshal ${jsonName(value)} into ${into}`

function patchedBy(document: Json, operations: readonly Operation[]): Result<Json, string> {
  const progress: Progress = { document: cloneJson(document), copiedBytes: 0 }
  for (const operation of operations) {
    const done = step(progress, operation)
    if (!done.ok) return done
  }
  return ok(progress.document)
}

function step(progress: Progress, operation: Operation): Outcome {
  switch (operation.op) {
    case 'add':
      return add(progress, operation)
    case 'remove':
      return remove(progress, operation)
    case 'replace':
      return replace(progress, operation)
    case 'move':
      return move(progress, operation)
    case 'test':
      return test(progress, operation)
    case 'copy':
      return copy(progress, operation)
    default:
      return err(`Unexpected kind: ${operation.op ?? 'unknown'}`)
  }
}

const NO_PATH = `operation missing path field: ${MISSING}`
const noDestination = (path: string): string =>
  `doc is missing destination path: ${path}: ${MISSING}`
const NO_FROM = `operation, missing from field: ${MISSING}`

function add(progress: Progress, { path, value }: Operation): Outcome {
  if (path === undefined) return err(`add operation failed to decode path: ${MISSING}`)
  const target = findTarget(progress.document, path)
  if (!target)
    return err(`add operation does not apply: doc is missing path: "${path}": ${MISSING}`)
  const done = insert(target.holder, target.key, cloneJson(value ?? null))
  return done.ok ? done : err(`error in add for path: '${path}': ${done.error}`)
}

function remove(progress: Progress, { path }: Operation): Outcome {
  if (path === undefined) return err(`remove operation failed to decode path: ${MISSING}`)
  const target = findTarget(progress.document, path)
  if (!target)
    return err(`remove operation does not apply: doc is missing path: "${path}": ${MISSING}`)
  const done = takeOut(target.holder, target.key)
  return done.ok ? done : err(`error in remove for path: '${path}': ${done.error}`)
}

function replace(progress: Progress, { path, value }: Operation): Outcome {
  if (path === undefined) return err(`replace operation failed to decode path: ${NO_PATH}`)
  if (path === '') return replaceAll(progress, value ?? null)
  const target = findTarget(progress.document, path)
  if (!target)
    return err(`replace operation does not apply: doc is missing path: ${path}: ${MISSING}`)
  if (!read(target.holder, target.key).ok)
    return err(`replace operation does not apply: doc is missing key: ${path}: ${MISSING}`)
  return overwrite(target.holder, target.key, cloneJson(value ?? null))
}

function replaceAll(progress: Progress, value: Json): Outcome {
  if (!isJsonObject(value) && !Array.isArray(value))
    return err('replace operation value must be object or array: %!w(<nil>)')
  progress.document = cloneJson(value)
  return ok(undefined)
}

function move(progress: Progress, { from, path }: Operation): Outcome {
  if (from === undefined) return err(`move operation failed to decode from: ${NO_FROM}`)
  const source = findTarget(progress.document, from)
  if (!source)
    return err(`move operation does not apply: doc is missing from path: ${from}: ${MISSING}`)
  const value = read(source.holder, source.key)
  const taken = value.ok ? takeOut(source.holder, source.key) : value
  if (!value.ok || !taken.ok)
    return err(`error in move for path: '${source.key}': ${taken.ok ? '' : taken.error}`)
  if (path === undefined) return err(`move operation failed to decode path: ${NO_PATH}`)
  const target = findTarget(progress.document, path)
  if (!target)
    return err(`move operation does not apply: ${noDestination(path)}`)
  const done = insert(target.holder, target.key, value.value ?? null)
  return done.ok ? done : err(`error in move for path: '${path}': ${done.error}`)
}

function test(progress: Progress, { path, value }: Operation): Outcome {
  if (path === undefined) return err(`test operation failed to decode path: ${NO_PATH}`)
  const failed = err(`testing value ${path} failed: ${TEST_FAILED}`)
  const wanted = value ?? null
  if (path === '') return sameJson(progress.document, wanted) ? ok(undefined) : failed
  const target = findTarget(progress.document, path)
  if (!target)
    return err(`test operation does not apply: is missing path: ${path}: ${MISSING}`)
  const found = read(target.holder, target.key)
  if (!found.ok) return err(`error in test for path: '${path}': ${found.error}`)
  return sameJson(found.value ?? null, wanted) ? ok(undefined) : failed
}

function copy(progress: Progress, { from, path }: Operation): Outcome {
  if (from === undefined) return err(`copy operation failed to decode from: ${NO_FROM}`)
  const source = findTarget(progress.document, from)
  if (!source)
    return err(`copy operation does not apply: doc is missing from path: ${from}: ${MISSING}`)
  const value = read(source.holder, source.key)
  if (!value.ok) return err(`error in copy for from: '${from}': ${value.error}`)
  if (path === undefined) return err(`copy operation failed to decode path: ${MISSING}`)
  const target = findTarget(progress.document, path)
  if (!target)
    return err(`copy operation does not apply: ${noDestination(path)}`)
  const copied = value.value ?? null
  progress.copiedBytes += value.value === undefined ? 0 : Buffer.byteLength(JSON.stringify(copied))
  if (progress.copiedBytes > JSON_PATCH_COPY_BYTES_MAX)
    return err(
      `Unable to complete the copy, the accumulated size increase of copy is ${progress.copiedBytes}, exceeding the limit ${JSON_PATCH_COPY_BYTES_MAX}`,
    )
  const done = insert(target.holder, target.key, cloneJson(copied))
  return done.ok ? done : err(`error while adding value during copy: ${done.error}`)
}

/** Exact sameness: null, a missing field and an empty list are three things here. */
function sameJson(a: Json, b: Json): boolean {
  if (a === b) return true
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => sameJson(item, b[i]!))
    )
  if (!isJsonObject(a) || !isJsonObject(b)) return semanticallyEqual(a, b)
  return sameFields(a, b)
}

function sameFields(a: JsonObject, b: JsonObject): boolean {
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key]!, b[key]!))
  )
}
