import { err, ok, type Result } from '../base/result.ts'
import {
  EMPTY_SET,
  type FieldSet,
  type FieldSetDraft,
  inElementOrder,
  isBare,
  isMember,
  nodeOf,
  union,
} from './field-set.ts'
import { byCodePoint } from './go-text.ts'
import type { Json, JsonObject, ManagedFieldsEntry } from './object.ts'
import { isJsonObject } from './own-property.ts'
import { quotedText, readElement } from './path-element.ts'

/**
 * One manager's fields. The set stays the text it was read as until someone needs it, so an entry
 * that a write does not touch is never parsed. Entries are never changed once made.
 * Source: apimachinery meta/v1 ManagedFieldsEntry.
 */
export interface ManagedEntry {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  /** RFC 3339 with seconds, UTC. */
  readonly time: string | undefined
  /** Empty for the main resource. */
  readonly subresource: string
  /** FieldsV1 as JSON, in its order. */
  readonly fieldsText: string
}

/** The entry's set, parsed anew at each call. */
export const fieldsOf = (entry: ManagedEntry): FieldSet => JSON.parse(entry.fieldsText)

/** The entry with another set. */
export const withFields = (entry: ManagedEntry, fields: FieldSet): ManagedEntry => ({
  ...entry,
  fieldsText: JSON.stringify(fields),
})

/**
 * Two entries of the same identity are one: manager, operation, subresource and, for updates, the
 * version. Source: util/managedfields/internal BuildManagerIdentifier.
 */
export const sameIdentity = (a: ManagedEntry, b: ManagedEntry): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion)

/** The order in an object: operation, time, manager, version, subresource. */
export const sortEntries = (entries: readonly ManagedEntry[]): ManagedEntry[] =>
  entries.toSorted(
    (a, b) =>
      byCodePoint(a.operation, b.operation) ||
      secondsOf(a) - secondsOf(b) ||
      byCodePoint(a.manager, b.manager) ||
      byCodePoint(a.apiVersion, b.apiVersion) ||
      byCodePoint(a.subresource, b.subresource),
  )

/** Seconds since the epoch; 0 without a time. */
export const secondsOf = ({ time }: ManagedEntry): number =>
  time === undefined ? 0 : Math.floor(Date.parse(time) / 1000)

/** What stands before the set in an entry's JSON. Upstream leaves empty texts out. */
export function entryHead(entry: Omit<ManagedEntry, 'fieldsText' | 'subresource'>): string {
  const { manager, operation, apiVersion, time } = entry
  const name = manager === '' ? '' : `"manager":${quotedText(manager)},`
  const when = time === undefined ? '' : `,"time":${quotedText(time)}`
  return `{${name}"operation":"${operation}","apiVersion":${quotedText(apiVersion)}${when}${TYPE}`
}

/** What stands after the set. */
export const entryTail = (subresource: string): string =>
  subresource === '' ? '}' : `${SUBRESOURCE}${quotedText(subresource)}}`

const TYPE = ',"fieldsType":"FieldsV1","fieldsV1":'
const SUBRESOURCE = ',"subresource":'

/**
 * `metadata.managedFields` as JSON; empty text when there is none, for then the field is left out.
 */
export function managedText(entries: readonly ManagedEntry[]): string {
  if (entries.length === 0) return ''
  return `[${entries.map((e) => entryHead(e) + e.fieldsText + entryTail(e.subresource)).join(',')}]`
}

/** Reads what `managedText` wrote. Throws when the text is not JSON at all. */
export function parseManaged(text: string): ManagedEntry[] {
  if (text === '') return []
  // No FieldsV1 set can hold these characters outside of an escaped text, so splitting is exact.
  const entries = text.slice(1, -1).split(BETWEEN).map(splitEntry)
  return entries.every((entry) => entry !== undefined) ? entries : parseLoosely(text)
}

const BETWEEN = /,(?=\{"(?:manager|operation)":)/

function splitEntry(text: string): ManagedEntry | undefined {
  const set = text.indexOf(TYPE)
  if (set < 0 || !text.endsWith('}')) return undefined
  const head: Partial<ManagedEntry> = JSON.parse(`${text.slice(0, set)}}`)
  const sub = text.lastIndexOf(`}${SUBRESOURCE}"`)
  const end = sub < 0 ? text.length - 1 : sub + 1
  return {
    manager: head.manager ?? '',
    operation: head.operation ?? 'Update',
    apiVersion: head.apiVersion ?? '',
    time: head.time,
    subresource: sub < 0 ? '' : JSON.parse(text.slice(end + SUBRESOURCE.length, -1)),
    fieldsText: text.slice(set + TYPE.length, end),
  }
}

function parseLoosely(text: string): ManagedEntry[] {
  const decoded = decodeManagedFields(JSON.parse(text))
  return decoded.ok ? decoded.value : []
}

/**
 * Reads managed fields that a client sent; the error says what is wrong with them. A later entry of
 * the same identity replaces an earlier one. Source: util/managedfields/internal
 * DecodeManagedFields.
 */
export function decodeManagedFields(
  sent: readonly ManagedFieldsEntry[],
): Result<ManagedEntry[], string> {
  const entries: ManagedEntry[] = []
  for (const [place, raw] of sent.entries()) {
    const wrong = wrongEntry(raw, place)
    if (wrong !== undefined) return err(wrong)
    const set = readFieldSet(raw.fieldsV1 ?? {})
    if (!set.ok) return err(`error decoding set: ${set.error}`)
    const entry: ManagedEntry = {
      manager: raw.manager ?? '',
      operation: raw.operation === 'Apply' ? 'Apply' : 'Update',
      apiVersion: raw.apiVersion ?? '',
      time: raw.time ?? undefined,
      subresource: raw.subresource ?? '',
      fieldsText: JSON.stringify(set.value),
    }
    const twin = entries.findIndex((other) => sameIdentity(other, entry))
    if (twin < 0) entries.push(entry)
    else entries[twin] = entry
  }
  return ok(entries)
}

function wrongEntry(entry: ManagedFieldsEntry, place: number): string | undefined {
  if (entry.operation !== 'Apply' && entry.operation !== 'Update') {
    return 'operation must be `Apply` or `Update`'
  }
  if (!entry.apiVersion) return 'apiVersion must not be empty'
  if (!entry.fieldsType) return `missing fieldsType in managed fields entry ${place}`
  if (entry.fieldsType !== 'FieldsV1') {
    return `invalid fieldsType ${JSON.stringify(entry.fieldsType)} in managed fields entry ${place}`
  }
  return undefined
}

/**
 * Brings a FieldsV1 object someone else wrote to our form: elements in our text and order, unknown
 * kinds of elements dropped. Source: structured-merge-diff fieldpath/serialize.go FromJSON.
 */
export function readFieldSet(raw: JsonObject): Result<FieldSet, string> {
  const node = readNode(raw)
  if (!node.ok || isBare(node.value)) return node
  const { '.': _, ...children } = node.value
  return ok(children)
}

function readNode(raw: Json): Result<FieldSet, string> {
  if (raw === null) return ok(EMPTY_SET)
  if (!isJsonObject(raw)) return err('expect { or n')
  const children: FieldSetDraft = {}
  for (const [key, value] of Object.entries(raw)) {
    if (key === '.') continue
    const read = readElement(key)
    if ('wrong' in read) return err(read.wrong)
    if ('unknown' in read) continue
    const node = readNode(value)
    if (!node.ok) return node
    const twin = children[read.element]
    children[read.element] = twin ? both(twin, node.value) : node.value
  }
  return ok(nodeOf(Object.hasOwn(raw, '.'), inElementOrder(children)) ?? EMPTY_SET)
}

const both = (a: FieldSet, b: FieldSet): FieldSet =>
  nodeOf(isMember(a) || isMember(b), childrenOf(union(childrenOf(a), childrenOf(b)))) ?? EMPTY_SET

const childrenOf = (node: FieldSet): FieldSet => {
  const { '.': _, ...children } = node
  return children
}
