import { byCodePoint } from './go-text.ts'
import type { MergeList } from './merge-type.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject, ownValue, setOwn } from './own-property.ts'

/**
 * One step of a path, in the text of FieldsV1: `f:name` a field or map key, `k:{"name":"web"}` the list
 * element with these keys, `v:"x"` the element of a set, `i:0` a place in a list.
 * Source: structured-merge-diff fieldpath/serialize-pe.go.
 */
export type PathElement = string

/** The step to a field or map key. */
export const fieldElement = (name: string): PathElement => `f:${name}`

/** The step to an element of an associative list; undefined when it cannot have one. */
export function itemElement(list: MergeList, item: Json): PathElement | undefined {
  if (list.keys.length > 0) return isJsonObject(item) ? keyElement(list, item) : undefined
  if (item === null || Array.isArray(item) || isJsonObject(item)) return undefined
  return `v:${jsonText(item)}`
}

function keyElement(list: MergeList, item: JsonObject): PathElement | undefined {
  let pairs = ''
  for (const { name, missing } of list.keys) {
    const own = ownValue(item, name)
    const value = own === undefined ? missing : own
    if (value === undefined) continue
    pairs += `${pairs === '' ? '' : ','}${quotedText(name)}:${jsonText(value)}`
  }
  return pairs === '' ? undefined : `k:{${pairs}}`
}

/** A text as JSON. Most need no escape, and then this is several times faster than JSON.stringify. */
export const quotedText = (text: string): string =>
  PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)

/** The same for an element, whose own quotes are its only escapes as a rule. */
export const quotedElement = (element: PathElement): string =>
  QUOTES_ONLY.test(element) ? `"${element.replaceAll('"', '\\"')}"` : JSON.stringify(element)

const PLAIN = /^[^"\\\x00-\x1f\ud800-\udfff]*$/
const QUOTES_ONLY = /^[^\\\x00-\x1f\ud800-\udfff]*$/

/** Go's encoder also escapes what HTML would read; the texts of elements must be the same bytes. */
function jsonText(value: Json): string {
  if (typeof value === 'string' && SIMPLE.test(value)) return `"${value}"`
  const text = JSON.stringify(value)
  return HTML.test(text) ? text.replace(HTML_ALL, escapeUnit) : text
}

const SIMPLE = /^[\w./:\- ]*$/
const HTML = /[<>&\u2028\u2029]/
const HTML_ALL = /[<>&\u2028\u2029]/g
const escapeUnit = (unit: string): string =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** An element someone else wrote, brought to our text. Unknown kinds are to be ignored. */
export type ReadElement =
  | { readonly element: PathElement }
  | { readonly unknown: true }
  | { readonly wrong: string }

/** Reads the text of an element. Source: fieldpath/serialize-pe.go DeserializePathElement. */
export function readElement(text: string): ReadElement {
  if (text.length < 2) return { wrong: 'key must be 2 characters long:' }
  if (text[1] !== ':') return { wrong: `missing colon: ${text}` }
  const rest = text.slice(2)
  if (text[0] === 'f') return { element: text }
  if (text[0] === 'i') {
    return /^[+-]?\d+$/.test(rest)
      ? { element: `i:${Number(rest)}` }
      : { wrong: `strconv.Atoi: parsing ${JSON.stringify(rest)}: invalid syntax` }
  }
  if (text[0] !== 'v' && text[0] !== 'k') return { unknown: true }
  const value = parsed(rest)
  if (value === undefined) return { wrong: `invalid JSON in path element: ${text}` }
  if (text[0] === 'v') return { element: `v:${jsonText(value)}` }
  if (!isJsonObject(value)) return { wrong: `expected a map of keys: ${text}` }
  const sorted: JsonObject = {}
  for (const key of Object.keys(value).sort(byCodePoint)) setOwn(sorted, key, value[key] ?? null)
  return { element: `k:${jsonText(sorted)}` }
}

/** Order of elements in FieldsV1: fields, keys, values, places. Source: fieldpath/element.go Compare. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0
  const kind = a.charCodeAt(0)
  if (kind !== b.charCodeAt(0)) return RANK.indexOf(a[0]!) - RANK.indexOf(b[0]!)
  if (kind === 0x66) return byCodePoint(a, b)
  const left = parsed(a.slice(2)) ?? null
  const right = parsed(b.slice(2)) ?? null
  return kind === 0x6b ? compareKeys(left, right) : compareValues(left, right)
}

const RANK = 'fkvi'

function compareKeys(a: Json, b: Json): number {
  const left = Object.entries(isJsonObject(a) ? a : {})
  const right = Object.entries(isJsonObject(b) ? b : {})
  for (let i = 0; i < left.length && i < right.length; i++) {
    const names = byCodePoint(left[i]![0], right[i]![0])
    if (names !== 0) return names
    const values = compareValues(left[i]![1], right[i]![1])
    if (values !== 0) return values
  }
  return left.length - right.length
}

/** Numbers, then texts, then truth values, then the rest. Source: value/value.go Compare. */
function compareValues(a: Json, b: Json): number {
  const ranks = valueRank(a) - valueRank(b)
  if (ranks !== 0) return ranks
  if (typeof a === 'string' && typeof b === 'string') return byCodePoint(a, b)
  if (typeof a === 'boolean' || typeof a === 'number') return Number(a) - Number(b)
  return byCodePoint(JSON.stringify(a), JSON.stringify(b))
}

const valueRank = (value: Json): number => {
  if (value === null) return 5
  if (Array.isArray(value)) return 3
  if (isJsonObject(value)) return 4
  return typeof value === 'string' ? 1 : typeof value === 'boolean' ? 2 : 0
}

/** A path for people: `.spec.containers[name="web"].image`. Source: fieldpath/path.go String. */
export const pathText = (path: readonly PathElement[]): string => path.map(elementText).join('')

function elementText(element: PathElement): string {
  const rest = element.slice(2)
  if (element[0] === 'f') return `.${rest}`
  if (element[0] === 'i') return `[${rest}]`
  const value = parsed(rest) ?? null
  if (element[0] === 'v') return `[=${valueText(value)}]`
  const pairs = Object.entries(isJsonObject(value) ? value : {})
  return `[${pairs.map(([name, each]) => `${name}=${valueText(each)}`).join(',')}]`
}

/** A value inside a path: texts quoted as Go's %q does. */
function valueText(value: Json): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(valueText).join(',')}]`
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

const SHORT: Readonly<Record<string, string>> = { '\b': '\\b', '\f': '\\f', '\v': '\\v', '\x07': '\\a' }

/** Source: Go strconv.Quote. */
const quoted = (text: string): string =>
  `"${text
    .replace(/[\\"]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(/[\x00-\x1f\x7f]/g, (c) => SHORT[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
