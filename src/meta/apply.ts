import { err, ok, type Result } from '../base/result.ts'
import { type ApplyConflict, applyConflict, conflictsOf, unexcused } from './apply-conflict.ts'
import { prune } from './apply-prune.ts'
import type { Comparison } from './compare-objects.ts'
import {
  difference,
  EMPTY_SET,
  type FieldSet,
  intersection,
  isBare,
  recursiveDifference,
  union,
} from './field-set.ts'
import { mentionedFields } from './fields-of-object.ts'
import { fieldsOfLastApplied, withLastApplied } from './last-applied.ts'
import {
  fieldsOf,
  type ManagedEntry,
  sameIdentity,
  sortEntries,
  withFields,
} from './managed-entry.ts'
import {
  comparisonAt,
  loseFrom,
  UNTRACKED,
  updateManagedFields,
  type Versions,
} from './managed-update.ts'
import { isUnchanged, mergeObjects } from './merge-objects.ts'
import { mergeTypeOf } from './merge-type.ts'
import type { JsonObject } from './object.ts'
import { isJsonObject, ownValue } from './own-property.ts'
import { reconcileSet } from './remove-fields.ts'
import type { TypeSchema } from './schema.ts'
import { badRequest, type Status } from './status.ts'
import { plainFailure } from './strategic-failure.ts'
import { validateApplied } from './validate-applied.ts'

/** One server-side apply. */
export interface Apply {
  /**
   * The live object in the request's version, without managed fields; `{}` when there is none yet.
   */
  readonly live: JsonObject
  /** The configuration as sent: only what the manager cares for. */
  readonly applied: JsonObject
  readonly schema: TypeSchema
  /** The `fieldManager` parameter; apply demands one. */
  readonly manager: string
  /** Takes fields from other owners instead of refusing. */
  readonly force: boolean
  /** The live object's entries. */
  readonly managed: readonly ManagedEntry[]
  /** RFC 3339 with seconds. */
  readonly time: string
  readonly apiVersion: string
  readonly kind: string
  /** Empty for the main resource. */
  readonly subresource?: string
  readonly resetFields?: FieldSet
  readonly versions?: Versions
}

/** What an apply leads to. */
export interface Applied {
  /** Still to be decoded, which drops nulls, and defaulted; `live` itself when nothing changed. */
  readonly object: JsonObject
  readonly managed: readonly ManagedEntry[]
}

/**
 * Merges a configuration into the live object: the manager owns what it applies, fields that it
 * applied before and does not now go unless another owns them, and a field that another manager
 * owns with another value is a 409 unless forced. Other refusals: 400 for a wrong version or
 * managed fields in the configuration, 500 (as upstream) for what does not fit the schema.
 * Sources: structured-merge-diff merge/update.go Apply; util/managedfields/internal
 * fieldmanager.go, structuredmerge.go, lastappliedmanager.go;
 * kubernetes.io/docs/reference/using-api/server-side-apply.
 */
export function applyConfiguration(request: Apply): Result<Applied, Status> {
  const refused = refuse(request)
  if (refused) return err(refused)
  const apply = { ...request, managed: startingEntries(request) }
  const first = merge(apply, request.force)
  const outcome = first.ok ? first : retryAfterClientSide(apply, first.error)
  if (!outcome.ok) return err(applyConflict(outcome.error))
  const { object, managed } = outcome.value
  return ok({
    object: request.manager === 'kubectl' ? withLastApplied(object, request.applied) : object,
    managed,
  })
}

function refuse({ applied, apiVersion, kind, schema }: Apply): Status | undefined {
  if (applied['apiVersion'] !== apiVersion || applied['kind'] !== kind) {
    return badRequest(`invalid object type: ${kindText(applied)}`)
  }
  const metadata = ownValue(applied, 'metadata')
  const managed = isJsonObject(metadata) ? ownValue(metadata, 'managedFields') : undefined
  if (managed !== undefined && managed !== null) {
    return badRequest('metadata.managedFields must be nil')
  }
  const wrong = validateApplied(mergeTypeOf(schema), applied)
  if (wrong === undefined) return undefined
  return plainFailure(`failed to create typed patch object (${nameText(applied)}): ${wrong}`)
}

const textAt = (object: JsonObject, key: string): string => {
  const value = ownValue(object, key)
  return typeof value === 'string' ? value : ''
}

/** `apps/v1, Kind=Deployment`, for the core group `/v1, Kind=Pod`. */
const kindText = (object: JsonObject): string => {
  const version = textAt(object, 'apiVersion')
  return `${version.includes('/') ? version : `/${version}`}, Kind=${textAt(object, 'kind')}`
}

const nameText = (object: JsonObject): string => {
  const metadata = ownValue(object, 'metadata')
  const named = isJsonObject(metadata) ? metadata : {}
  return `${textAt(named, 'namespace')}/${textAt(named, 'name')}; ${kindText(object)}`
}

/** An object nobody tracked gets an owner for what it has. Source: skipnonapplied.go. */
function startingEntries(request: Apply): readonly ManagedEntry[] {
  const { live, managed, schema } = request
  if (managed.length > 0) {
    return managed.map((entry) => {
      const fields = fieldsOf(entry)
      const type = mergeTypeOf(request.versions?.at(live, entry.apiVersion)?.schema ?? schema)
      const reconciled = reconcileSet(type, fields)
      return reconciled === fields ? entry : withFields(entry, reconciled)
    })
  }
  const before = { ...request, before: {}, after: live, entries: [], manager: 'before-first-apply' }
  return isBare(live as FieldSet) ? [] : updateManagedFields(before)
}

type Outcome = Result<Applied, readonly ApplyConflict[]>

/** kubectl may take over what its own client-side apply set. */
function retryAfterClientSide(request: Apply, conflicts: readonly ApplyConflict[]): Outcome {
  if (request.manager !== 'kubectl') return err(conflicts)
  const own = fieldsOfLastApplied(request.live, request.schema, request.apiVersion)
  if (!own) return err(conflicts)
  const left = unexcused(conflicts, own)
  return left.length === 0 ? merge(request, true) : err(left)
}

function merge(request: Apply, force: boolean): Outcome {
  const { live, applied, schema, apiVersion, versions, resetFields = EMPTY_SET } = request
  const type = mergeTypeOf(schema)
  const own: ManagedEntry = {
    manager: request.manager,
    operation: 'Apply',
    apiVersion,
    time: undefined,
    subresource: request.subresource ?? '',
    fieldsText: '{}',
  }
  const last = request.managed.find((entry) => sameIdentity(entry, own))
  const others = request.managed.filter((entry) => entry !== last)
  const fields = recursiveDifference(mentionedFields(type, applied), resetFields)
  const mine = { ...withFields(own, fields), time: last?.time }
  const object = prune({
    merged: mergeObjects(type, live, applied),
    schema,
    apiVersion,
    last,
    entries: [...others, mine],
    versions,
  })
  const left = othersAfter({ ...request, others, object }, force)
  if (!left.ok) return left
  const unchanged = isUnchanged(live, object)
  const tracked = difference(fields, UNTRACKED)
  const time = unchanged ? mine.time : request.time
  const entries = isBare(tracked)
    ? left.value
    : [...left.value, { ...withFields(mine, tracked), time }]
  return ok({ object: unchanged ? live : object, managed: sortEntries(entries) })
}

interface Others extends Apply {
  readonly others: readonly ManagedEntry[]
  readonly object: JsonObject
}

/** Finds conflicts, or takes the changed and removed fields from the other entries. */
function othersAfter(
  request: Others,
  force: boolean,
): Result<ManagedEntry[], readonly ApplyConflict[]> {
  const comparisons = new Map<string, Comparison | undefined>()
  const conflicts: ApplyConflict[] = []
  const left: ManagedEntry[] = []
  for (const entry of request.others) {
    const version = request.versions ? entry.apiVersion : request.apiVersion
    if (!comparisons.has(version)) comparisons.set(version, compareAt(request, version))
    const found = comparisons.get(version)
    if (!found) continue
    const changed = union(found.modified, found.added)
    conflicts.push(...conflictsOf(entry, intersection(fieldsOf(entry), changed)))
    const kept = loseFrom(entry, union(changed, found.removed))
    if (kept) left.push(kept)
  }
  return force || conflicts.length === 0 ? ok(left) : err(conflicts)
}

const compareAt = ({ live, object, ...request }: Others, version: string): Comparison | undefined =>
  comparisonAt({ ...request, before: live, after: object, merged: true }, version)
