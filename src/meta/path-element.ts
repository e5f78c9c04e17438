import { goQuote } from './go-quote.ts'
import { byCodePoint } from './go-text.ts'
import type { MergeList } from './merge-type.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject, ownValue, setOwn } from './own-property.ts'
import { isRawNumber, numberText } from './raw-number.ts'

/**
 * One step of a path, in the text of FieldsV1: `f:name` a field or map key, `k:{"name":"web"}` the
 * list element with these keys, `v:"x"` the element of a set, `i:0` a place in a list.
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

/**
 * A text as JSON. Most need no escape, and then this is several times faster than JSON.stringify.
 */
export const quotedText = (text: string): string =>
  PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)

/** `"f:name"`: the step to a field as JSON. */
export const quotedField = (name: string): string =>
  PLAIN.test(name) ? `"f:${name}"` : JSON.stringify(fieldElement(name))

/** The step to a list element as JSON, without first making the element's own text if possible. */
export function quotedItem(list: MergeList, item: Json): string | undefined {
  if (list.keys.length > 0 && isJsonObject(item)) {
    const pairs = quotedPairs(list, item)
    if (pairs !== undefined) return pairs === '' ? undefined : `"k:{${pairs}}"`
  }
  const element = itemElement(list, item)
  return element === undefined ? undefined : JSON.stringify(element)
}

/** Undefined when a value needs more care than quotes. */
function quotedPairs(list: MergeList, item: JsonObject): string | undefined {
  let pairs = ''
  for (const { name, missing } of list.keys) {
    const own = item[name]
    const value = own === undefined ? missing : own
    if (value === undefined) continue
    if (pairs !== '') pairs += ','
    if (typeof value === 'string' && SIMPLE.test(value)) pairs += `\\"${name}\\":\\"${value}\\"`
    else if (Number.isSafeInteger(value)) pairs += `\\"${name}\\":${String(value)}`
    else return undefined
  }
  return pairs
}

const PLAIN = /^[^"\\\x00-\x1f\ud800-\udfff]*$/

/** Go's encoder also escapes what HTML would read; the texts of elements must be the same bytes. */
function jsonText(value: Json): string {
  if (typeof value === 'string' && SIMPLE.test(value)) return `"${value}"`
  const text = JSON.stringify(isRawNumber(value) ? plainNumber(value) : value)
  return HTML.test(text) ? text.replace(HTML_ALL, escapeUnit) : text
}

/** `80.0` is the same key as 80. */
const plainNumber = (raw: Json): Json => {
  const number = Number(numberText(raw))
  return Number.isSafeInteger(number) ? number : raw
}

const SIMPLE = /^[\w./:\- ]*$/
const HTML = /[<>&\u2028\u2029]/
const HTML_ALL = /[<>&\u2028\u2029]/g
const escapeUnit = (unit: string): string =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** An element someone else wrote, brought to our text. Unknown kinds are to be ignored. */
export type ReadElement =
  { readonly element: PathElement } | { readonly unknown: true } | { readonly wrong: string }

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

/**
 * Order of elements in FieldsV1: fields, keys, values, places. Source: fieldpath/element.go
 * Compare.
 */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0
  const kind = a.charCodeAt(0)
  if (kind !== b.charCodeAt(0)) return RANK.indexOf(a[0]!) - RANK.indexOf(b[0]!)
  if (kind === 0x66) return byCodePoint(a, b)
  const inText = compareTexts(a, b)
  if (inText !== 0) return inText
  const left = parsed(a.slice(2)) ?? null
  const right = parsed(b.slice(2)) ?? null
  return kind === 0x6b ? compareKeys(left, right) : compareValues(left, right)
}

/**
 * The order when the first difference lies inside a JSON text and nothing is escaped, which spares
 * the parsing of nearly all elements; 0 when it must be looked at closely.
 */
function compareTexts(a: PathElement, b: PathElement): number {
  if (a.includes('\\') || b.includes('\\')) return 0
  const end = Math.min(a.length, b.length)
  let inside = false
  let at = 2
  for (; at < end && a.charCodeAt(at) === b.charCodeAt(at); at++) {
    if (a.charCodeAt(at) === QUOTE) inside = !inside
  }
  if (!inside || at === end) return 0
  // The text that ends here is the shorter one.
  if (a.charCodeAt(at) === QUOTE) return -1
  return b.charCodeAt(at) === QUOTE ? 1 : byCodePoint(a.slice(at), b.slice(at))
}

const QUOTE = 0x22
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
  if (typeof value === 'string') return goQuote(value)
  if (Array.isArray(value)) return `[${value.map(valueText).join(',')}]`
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
