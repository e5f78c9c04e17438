import { err } from '../base/result.ts'
import { goText, goType } from './go-text.ts'
import type { Json, JsonObject } from './object.ts'
import { badRequest, type Status } from './status.ts'

/**
 * Why a strategic merge patch cannot be applied. Sources: apimachinery util/mergepatch/errors.go
 * for the words, apiserver handlers/patch.go interpretStrategicMergePatchError for the codes.
 */

/** 500 without a reason: how upstream answers every patch error it has no code for. */
export const plainFailure = (message: string): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  code: 500,
})

/** 422: upstream drops its own words here and sends the code's standard sentence. */
export const listOfLists = (): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'the server rejected our request due to an error in our request',
  reason: 'Invalid',
  details: {},
  code: 422,
})

/** `$deleteFromPrimitiveList` without a field's name. */
export const badPrimitiveList = (): Status => badRequest('invalid patch format of primitive list')

/** `$setElementOrder` that is no list, or without a field's name. */
export const badElementOrder = (): Status =>
  badRequest('invalid patch format of setElementOrder list')

/** `$retainKeys` that is no list, or misses a field which the patch sets. */
export const badRetainKeys = (): Status => badRequest('invalid patch format of retainKeys')

/** An element of a merge list lacks the key that identifies it. */
export const noMergeKey = (map: JsonObject, key: string): Status =>
  plainFailure(`map: ${goText(map)} does not contain declared merge key: ${key}`)

/** A map or list was needed and something else stands there. */
export const badType = (expected: 'map[string]interface {}' | '[]interface {}', actual: Json) =>
  plainFailure(`expected a ${expected}, but received a ${goType(actual)}`)

/** `refuse(noMergeKey(...))`: the failed half of a Result. */
export const refuse = (status: Status): { readonly ok: false; readonly error: Status } =>
  err(status)
