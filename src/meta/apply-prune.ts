import { difference, EMPTY_SET, type FieldSet, intersection, isBare, union } from './field-set.ts'
import { mentionedFields } from './fields-of-object.ts'
import { fieldsOf, type ManagedEntry } from './managed-entry.ts'
import type { Versions } from './managed-update.ts'
import { type MergeMap, mergeTypeOf } from './merge-type.ts'
import type { JsonObject } from './object.ts'
import { removeFields, withNamedFields } from './remove-fields.ts'
import type { TypeSchema } from './schema.ts'

/** What is needed to take back what a manager no longer applies. */
export interface Prune {
  /** Live object and configuration, merged; in the request's version. */
  readonly merged: JsonObject
  readonly schema: TypeSchema
  readonly apiVersion: string
  /** The manager's entry before this apply. */
  readonly last: ManagedEntry | undefined
  /** All entries, with the manager's new one. */
  readonly entries: readonly ManagedEntry[]
  readonly versions: Versions | undefined
}

/**
 * The merged object without the fields that the manager applied before and does not now, unless
 * someone else owns them. Source: structured-merge-diff merge/update.go prune, addBackOwnedItems,
 * addBackDanglingItems.
 */
export function prune(request: Prune): JsonObject {
  const { merged, last, apiVersion } = request
  if (!last) return merged
  const lastFields = fieldsOf(last)
  if (isBare(lastFields)) return merged
  const then = inVersion(request, merged, last.apiVersion)
  if (!then) return merged
  const lost = withNamedFields(then.type, lastFields)
  const bare = removeFields(then.type, then.object, lost)
  const owned = addBackOwned(request, then.object, bare)
  const pruned = inVersion(request, owned, last.apiVersion)
  if (!pruned) return merged
  const kept = addBackDangling(then, pruned.object, lost)
  return inVersion(request, kept, apiVersion)?.object ?? merged
}

interface Typed {
  readonly object: JsonObject
  readonly type: MergeMap
}

function inVersion(request: Prune, object: JsonObject, apiVersion: string): Typed | undefined {
  const { versions, schema } = request
  if (!versions || object['apiVersion'] === apiVersion) {
    return { object, type: mergeTypeOf(schemaAt(request, object, apiVersion) ?? schema) }
  }
  const found = versions.at(object, apiVersion)
  return found && { object: found.object, type: mergeTypeOf(found.schema) }
}

const schemaAt = (
  { versions, apiVersion: requested }: Prune,
  object: JsonObject,
  apiVersion: string,
): TypeSchema | undefined =>
  apiVersion === requested ? undefined : versions?.at(object, apiVersion)?.schema

/** Puts back what any entry owns, the manager's new one included; its last version first. */
function addBackOwned(request: Prune, merged: JsonObject, pruned: JsonObject): JsonObject {
  const owned = new Map<string, FieldSet>()
  const first = request.last?.apiVersion ?? request.apiVersion
  owned.set(first, EMPTY_SET)
  for (const entry of request.entries) {
    const version = request.versions ? entry.apiVersion : first
    owned.set(version, union(owned.get(version) ?? EMPTY_SET, fieldsOf(entry)))
  }
  let current = pruned
  for (const [version, fields] of owned) {
    const whole = inVersion(request, merged, version)
    const left = inVersion(request, current, version)
    if (whole && left) current = keepOwned(whole, left.object, fields)
  }
  return current
}

function keepOwned({ object, type }: Typed, pruned: JsonObject, owned: FieldSet): JsonObject {
  const all = namedFields(type, object)
  const kept = union(namedFields(type, pruned), withNamedFields(type, owned))
  return removeFields(type, object, difference(all, kept))
}

/** Only what the manager owned before may go: fields that nobody owned stay. */
function addBackDangling({ object, type }: Typed, pruned: JsonObject, last: FieldSet): JsonObject {
  const gone = difference(namedFields(type, object), namedFields(type, pruned))
  return removeFields(type, object, intersection(gone, last))
}

const namedFields = (type: MergeMap, object: JsonObject): FieldSet =>
  withNamedFields(type, mentionedFields(type, object))
