import { MANAGED_UPDATERS_MAX } from '../base/limits.ts'
import { type Comparison, compareObjects, SAME } from './compare-objects.ts'
import {
  difference,
  EMPTY_SET,
  type FieldSet,
  isBare,
  recursiveDifference,
  setOfPaths,
  union,
} from './field-set.ts'
import {
  fieldsOf,
  type ManagedEntry,
  sameIdentity,
  secondsOf,
  sortEntries,
  withFields,
} from './managed-entry.ts'
import { mergeTypeOf } from './merge-type.ts'
import type { JsonObject } from './object.ts'
import { isJsonObject } from './own-property.ts'
import type { TypeSchema } from './schema.ts'

/** Other versions of a kind, for managers that wrote in one. A kind of one version needs none. */
export interface Versions {
  /** The object in that version with its schema; undefined when no longer served. */
  at(object: JsonObject, apiVersion: string): VersionedObject | undefined
}

/** An object and the schema of its version. */
export interface VersionedObject {
  readonly object: JsonObject
  readonly schema: TypeSchema
}

/** One write that is no apply. Both objects are defaulted and in the request's version. */
export interface ManagedUpdate {
  /** `{}` for a create. */
  readonly before: JsonObject
  readonly after: JsonObject
  readonly schema: TypeSchema
  /** The entries before the write; see `entriesToStartFrom`. */
  readonly entries: readonly ManagedEntry[]
  /** See `managerName`; empty stands for `unknown`. */
  readonly manager: string
  readonly apiVersion: string
  /** RFC 3339 with seconds. */
  readonly time: string
  /** Empty for the main resource. */
  readonly subresource?: string
  /** Fields this resource or subresource does not write: `status`, or `spec` for status. */
  readonly resetFields?: FieldSet
  readonly versions?: Versions
}

/**
 * The entries after a write: its manager owns what it changed or added, everyone loses what was
 * changed or removed, empty entries vanish, and the time moves only when something was taken. Gives
 * `entries` itself when nothing changes. An existing object without entries stays untracked until
 * someone applies (skipnonapplied.go).
 * Sources: structured-merge-diff merge/update.go Update, util/managedfields/internal
 * managedfieldsupdater.go, stripmeta.go, capmanagers.go.
 */
export function updateManagedFields(update: ManagedUpdate): readonly ManagedEntry[] {
  if (update.entries.length === 0 && exists(update.before)) return update.entries
  const own = comparisonAt(update, update.apiVersion) ?? SAME
  const kept = loseFields(update, own)
  const taken = difference(union(own.modified, own.added), UNTRACKED)
  if (isBare(taken)) return kept
  const entry: ManagedEntry = {
    manager: update.manager === '' ? 'unknown' : update.manager,
    operation: 'Update',
    apiVersion: update.apiVersion,
    time: update.time,
    subresource: update.subresource ?? '',
    fieldsText: '{}',
  }
  const previous = kept.find((other) => sameIdentity(other, entry))
  const fields = previous ? union(taken, fieldsOf(previous)) : taken
  const others = kept.filter((other) => other !== previous)
  return sortEntries(capUpdaters([...others, withFields(entry, fields)]))
}

const exists = ({ metadata }: JsonObject): boolean =>
  isJsonObject(metadata) && metadata['uid'] !== undefined && metadata['uid'] !== ''

/**
 * Fields that are in nobody's set.
 * Source: util/managedfields/internal/stripmeta.go.
 */
export const UNTRACKED: FieldSet = setOfPaths([
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ['f:metadata', 'f:clusterName'],
  ['f:metadata', 'f:creationTimestamp'],
  ['f:metadata', 'f:generation'],
  ['f:metadata', 'f:managedFields'],
  ['f:metadata', 'f:name'],
  ['f:metadata', 'f:namespace'],
  ['f:metadata', 'f:resourceVersion'],
  ['f:metadata', 'f:selfLink'],
  ['f:metadata', 'f:uid'],
])

/** What the comparison of two objects needs. */
export type Compared = Pick<
  ManagedUpdate,
  'before' | 'after' | 'schema' | 'apiVersion' | 'resetFields' | 'versions'
> & {
  /** `after` is a merge result: what is missing there was taken away. */
  readonly merged?: boolean
}

/** What changed, without what this resource may not write; undefined for a version that is gone. */
export function comparisonAt(update: Compared, apiVersion: string): Comparison | undefined {
  const { before, after, schema, versions, resetFields = EMPTY_SET, merged } = update
  if (apiVersion === update.apiVersion || !versions) {
    return filtered(compareObjects(mergeTypeOf(schema), before, after, merged), resetFields)
  }
  const old = versions.at(before, apiVersion)
  const now = versions.at(after, apiVersion)
  if (!old || !now) return undefined
  const type = mergeTypeOf(now.schema)
  return filtered(compareObjects(type, old.object, now.object, merged), resetFields)
}

const filtered = (found: Comparison, reset: FieldSet): Comparison =>
  isBare(reset)
    ? found
    : {
        removed: recursiveDifference(found.removed, reset),
        modified: recursiveDifference(found.modified, reset),
        added: recursiveDifference(found.added, reset),
      }

/** Takes what changed or went from every entry. */
function loseFields(update: ManagedUpdate, own: Comparison): readonly ManagedEntry[] {
  const gone = new Map<string, FieldSet | undefined>([[update.apiVersion, allOf(own)]])
  const goneAt = (apiVersion: string): FieldSet | undefined => {
    if (!update.versions) return gone.get(update.apiVersion)
    if (!gone.has(apiVersion)) {
      const found = comparisonAt(update, apiVersion)
      gone.set(apiVersion, found && allOf(found))
    }
    return gone.get(apiVersion)
  }
  let changed = false
  const kept: ManagedEntry[] = []
  for (const entry of update.entries) {
    const lost = goneAt(entry.apiVersion)
    const left = lost && loseFrom(entry, lost)
    if (left) kept.push(left)
    changed ||= left !== entry
  }
  return changed ? kept : update.entries
}

const allOf = ({ removed, modified, added }: Comparison): FieldSet =>
  union(union(modified, added), removed)

/**
 * The entry without the lost fields; itself when it has none of them, undefined when nothing is
 * left.
 */
export function loseFrom(entry: ManagedEntry, lost: FieldSet): ManagedEntry | undefined {
  if (entry.fieldsText === '{}') return undefined
  if (!mayShare(entry.fieldsText, lost)) return entry
  const fields = fieldsOf(entry)
  const left = difference(fields, lost)
  if (left === fields) return entry
  return isBare(left) ? undefined : withFields(entry, left)
}

/** Looks for the lost fields' first steps in the text: saves most entries from being parsed. */
function mayShare(text: string, lost: FieldSet): boolean {
  for (const element in lost) if (text.includes(JSON.stringify(element))) return true
  return false
}

/** Merges the oldest updaters of a version into one entry while there are too many. */
function capUpdaters(entries: readonly ManagedEntry[]): readonly ManagedEntry[] {
  if (entries.length <= MANAGED_UPDATERS_MAX) return entries
  const updaters = entries
    .filter(({ operation }) => operation === 'Update')
    .toSorted((a, b) => secondsOf(a) - secondsOf(b) || byIdentity(a, b))
  const current = new Set(entries)
  const first = new Map<string, ManagedEntry>()
  let count = updaters.length
  for (const updater of updaters) {
    if (count <= MANAGED_UPDATERS_MAX) break
    const { apiVersion } = updater
    const eldest = first.get(apiVersion)
    if (!eldest) {
      first.set(apiVersion, updater)
      continue
    }
    const bucket = [...current].find((entry) => isBucket(entry, apiVersion))
    const held = bucket ?? eldest
    current.delete(held)
    current.delete(updater)
    const fields = union(fieldsOf(updater), fieldsOf(held))
    current.add(withFields({ ...updater, manager: ANCIENT, subresource: '' }, fields))
    count--
  }
  return [...current]
}

/** Source: util/managedfields/internal/capmanagers.go. */
const ANCIENT = 'ancient-changes'

const isBucket = (entry: ManagedEntry, apiVersion: string): boolean =>
  entry.manager === ANCIENT &&
  entry.operation === 'Update' &&
  entry.apiVersion === apiVersion &&
  entry.subresource === ''

const byIdentity = (a: ManagedEntry, b: ManagedEntry): number => {
  const left = JSON.stringify([a.manager, a.apiVersion, a.subresource])
  const right = JSON.stringify([b.manager, b.apiVersion, b.subresource])
  return left < right ? -1 : left > right ? 1 : 0
}
