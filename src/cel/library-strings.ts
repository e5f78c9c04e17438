import { CEL_TEXT_CHARACTERS_MAX } from '../base/limits.ts'
import { functionOf, overload, type FunctionDecl, type Implementation } from './declarations.ts'
import { formatValues } from './format-value.ts'
import { listItems } from './lists.ts'
import { valueText } from './value-text.ts'
import { COST_EXCEEDED, NO_OVERLOAD, failure, isList, madeList, type Value } from './values.ts'

/** A function of texts and ints; arguments of other kinds are no overload. */
const texts =
  (run: (text: string, ...args: readonly (string | number)[]) => Value): Implementation =>
  (a, b, c, d) => {
    if (typeof a !== 'string') return NO_OVERLOAD
    const args: (string | number)[] = []
    for (const value of [b, c, d]) {
      if (value === undefined) break
      if (typeof value === 'string' || typeof value === 'number') args.push(value)
      else if (typeof value === 'bigint') args.push(Number(value))
      else return NO_OVERLOAD
    }
    return run(a, ...args)
  }

const outOfRange = (index: number): Value => failure(`index out of range: ${index}`)

const charAt = texts((text, index) => {
  const characters = [...text]
  const at = Number(index)
  return at < 0 || at > characters.length ? outOfRange(at) : (characters[at] ?? '')
})

const indexOf = texts((text, part, offset = 0) => {
  const from = Number(offset)
  if (from < 0) return outOfRange(from)
  const characters = [...text]
  if (part === '') return Math.min(from, characters.length)
  if (from >= characters.length) return -1
  const wanted = [...String(part)]
  for (let i = from; i + wanted.length <= characters.length; i++)
    if (isAt(characters, wanted, i)) return i
  return -1
})

const lastIndexOf = texts((text, part, offset) => {
  const characters = [...text]
  const wanted = [...String(part)]
  if (offset === undefined) {
    if (part === '') return characters.length
    if (Buffer.byteLength(text) < Buffer.byteLength(String(part))) return -1
    return lastFrom(characters, wanted, characters.length - 1)
  }
  const from = Number(offset)
  if (from < 0) return outOfRange(from)
  if (part === '') return Math.min(from, characters.length)
  return from >= characters.length ? -1 : lastFrom(characters, wanted, from)
})

function lastFrom(characters: readonly string[], wanted: readonly string[], from: number): number {
  for (let i = Math.min(from, characters.length - wanted.length); i >= 0; i--)
    if (isAt(characters, wanted, i)) return i
  return -1
}

const isAt = (characters: readonly string[], wanted: readonly string[], at: number): boolean =>
  wanted.every((character, i) => characters[at + i] === character)

/** Source: Go strings.Replace. */
const replace = texts((text, old, made, limit = -1) => {
  const count = Number(limit)
  if (text.length * String(made).length > CEL_TEXT_CHARACTERS_MAX) return replaceLong(text, String(old), String(made))
  if (old === made || count === 0) return text
  const parts = split(text, String(old), count < 0 ? -1 : count + 1)
  if (old !== '') return parts.join(String(made))
  // An empty text is found before each character and at the end.
  const characters = [...text]
  const most = count < 0 ? characters.length + 1 : Math.min(count, characters.length + 1)
  return Array.from({ length: characters.length + 1 }, (_, i) => (i < most ? made : '') + (characters[i] ?? '')).join('')
})

/** A replacement whose result may be too long: only those that find little are made. */
function replaceLong(text: string, old: string, made: string): Value {
  const found = old === '' ? text.length + 1 : text.split(old).length - 1
  return found * made.length > CEL_TEXT_CHARACTERS_MAX ? COST_EXCEEDED : text.replaceAll(old, () => made)
}

/** Source: Go strings.SplitN: -1 is all parts, and none are made of 0. */
function split(text: string, separator: string, limit: number): string[] {
  if (limit === 0) return []
  const all = separator === '' ? [...text] : text.split(separator)
  if (limit < 0 || all.length <= limit) return all
  return [...all.slice(0, limit - 1), all.slice(limit - 1).join(separator)]
}

const substring = texts((text, start, end) => {
  const characters = [...text]
  const { length } = characters
  const [from, to] = [Number(start), end === undefined ? length : Number(end)]
  if (end !== undefined && from > to) return failure(`invalid substring range. start: ${from}, end: ${to}`)
  if (from < 0 || from > length) return outOfRange(from)
  if (to < 0 || to > length) return outOfRange(to)
  return characters.slice(from, to).join('')
})

/** White space of Unicode. Source: Go unicode.IsSpace. */
const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+'
const ENDS = new RegExp(`^${SPACE}|${SPACE}$`, 'g')

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\', '"': '\\"',
}

const quote = texts((text) => {
  const escaped = text.toWellFormed().replace(/[\x07\b\f\n\r\t\v\\"]/g, (character) => ESCAPES[character]!)
  return `"${escaped}"`
})

const join: Implementation = (list, separator) => {
  if (!isList(list)) return NO_OVERLOAD
  const parts: string[] = []
  const between = typeof separator === 'string' ? separator : ''
  let length = 0
  for (const item of listItems(list)) {
    if (typeof item !== 'string') return failure(`join: invalid input: ${valueText(item)}`)
    parts.push(item)
    length += item.length + between.length
    if (length > CEL_TEXT_CHARACTERS_MAX) return COST_EXCEEDED
  }
  return parts.join(between)
}

const format: Implementation = (text, list) =>
  typeof text === 'string' && isList(list) ? formatValues(text, listItems(list)) : NO_OVERLOAD

const ascii = (text: string, change: (part: string) => string): string =>
  text.replace(/[A-Za-z]+/g, change)

/** Functions of texts, version 2. Source: cel-go ext/strings.go. */
export const STRING_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('charAt', [overload('string_char_at_int', 'string.(int) -> string', charAt)]),
  functionOf('indexOf', [
    overload('string_index_of_string', 'string.(string) -> int', indexOf),
    overload('string_index_of_string_int', 'string.(string, int) -> int', indexOf),
  ]),
  functionOf('lastIndexOf', [
    overload('string_last_index_of_string', 'string.(string) -> int', lastIndexOf),
    overload('string_last_index_of_string_int', 'string.(string, int) -> int', lastIndexOf),
  ]),
  functionOf('lowerAscii', [
    overload('string_lower_ascii', 'string.() -> string', texts((text) => ascii(text, (part) => part.toLowerCase()))),
  ]),
  functionOf('replace', [
    overload('string_replace_string_string', 'string.(string, string) -> string', replace),
    overload('string_replace_string_string_int', 'string.(string, string, int) -> string', replace),
  ]),
  functionOf('split', [
    overload('string_split_string', 'string.(string) -> list(string)',
      texts((text, separator) => madeList(split(text, String(separator), -1)))),
    overload('string_split_string_int', 'string.(string, int) -> list(string)',
      texts((text, separator, limit) => madeList(split(text, String(separator), Number(limit))))),
  ]),
  functionOf('substring', [
    overload('string_substring_int', 'string.(int) -> string', substring),
    overload('string_substring_int_int', 'string.(int, int) -> string', substring),
  ]),
  functionOf('trim', [overload('string_trim', 'string.() -> string', texts((text) => text.replace(ENDS, '')))]),
  functionOf('upperAscii', [
    overload('string_upper_ascii', 'string.() -> string', texts((text) => ascii(text, (part) => part.toUpperCase()))),
  ]),
  functionOf('format', [overload('string_format', 'string.(list(dyn)) -> string', format)]),
  functionOf('strings.quote', [overload('strings_quote', '(string) -> string', quote)]),
  functionOf('join', [
    overload('list_join', 'list(string).() -> string', join),
    overload('list_join_string', 'list(string).(string) -> string', join),
  ]),
]

