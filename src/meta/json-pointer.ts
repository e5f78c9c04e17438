import { err, ok, type Result } from '../base/result.ts'
import { MISSING, MISSING_INDEX } from './patch-words.ts'
import type { Json, JsonObject } from './object.ts'
import { isJsonObject, ownValue, setOwn } from './own-property.ts'
import { goQuote } from './go-quote.ts'

/**
 * Places in a document that is being patched. Only own properties are seen, and lists take negative
 * indices from their end, as upstream's library (evanphx json-patch v4) allows.
 */

/** The list or object that holds a place, and the last word of the pointer. */
export interface Target {
  readonly holder: Json[] | JsonObject
  readonly key: string
}

/**
 * Follows a JSON pointer (RFC 6901) to the holder of its place; undefined when the way breaks off.
 */
export function findTarget(document: Json, pointer: string): Target | undefined {
  const words = pointer.split('/')
  if (words.length < 2) return undefined
  let at: Json | undefined = document
  for (const word of words.slice(1, -1)) {
    if (!isHolder(at)) return undefined
    const next = read(at, unescapeWord(word))
    if (!next.ok) return undefined
    at = next.value
  }
  return isHolder(at) ? { holder: at, key: unescapeWord(words[words.length - 1]!) } : undefined
}

/** The value at a key or index; an absent key is undefined, an index outside an error. */
export function read(holder: Json[] | JsonObject, key: string): Result<Json | undefined, string> {
  if (!Array.isArray(holder)) return ok(ownValue(holder, key))
  const index = indexIn(key, holder.length)
  if (!index.ok) return index
  return index.value < holder.length ? ok(holder[index.value]) : err(outside(key))
}

/** Puts a value in: a list's later items move up, `-` appends. */
export function insert(
  holder: Json[] | JsonObject,
  key: string,
  value: Json,
): Result<void, string> {
  if (!Array.isArray(holder)) return ok(setOwn(holder, key, value))
  if (key === '-') {
    holder.push(value)
    return ok(undefined)
  }
  if (atoi(key) === undefined)
    return err(`value was not a proper array index: '${key}': ${atoiError(key)}`)
  const index = indexIn(key, holder.length + 1)
  if (!index.ok) return index
  if (index.value > holder.length) return err(outside(key))
  holder.splice(index.value, 0, value)
  return ok(undefined)
}

/** Replaces the value at a place that was read before. */
export function overwrite(
  holder: Json[] | JsonObject,
  key: string,
  value: Json,
): Result<void, string> {
  if (!Array.isArray(holder)) return ok(setOwn(holder, key, value))
  const index = indexIn(key, holder.length)
  if (!index.ok) return index
  holder[index.value] = value
  return ok(undefined)
}

/** Takes a value out; it must be there. */
export function takeOut(holder: Json[] | JsonObject, key: string): Result<void, string> {
  if (!Array.isArray(holder)) {
    if (!Object.hasOwn(holder, key))
      return err(`Unable to remove nonexistent key: ${key}: ${MISSING}`)
    delete holder[key]
    return ok(undefined)
  }
  const index = indexIn(key, holder.length)
  if (!index.ok) return index
  if (index.value >= holder.length) return err(outside(key))
  holder.splice(index.value, 1)
  return ok(undefined)
}

const isHolder = (value: Json | undefined): value is Json[] | JsonObject =>
  Array.isArray(value) || isJsonObject(value)

const unescapeWord = (word: string): string =>
  word.includes('~') ? word.replace(/~[01]/g, (c) => (c === '~1' ? '/' : '~')) : word

/** An index that may count from the end; above the end is for the caller to judge. */
function indexIn(key: string, length: number): Result<number, string> {
  const number = atoi(key)
  if (number === undefined) return err(atoiError(key))
  if (number < -length) return err(outside(key))
  return ok(number < 0 ? number + length : number)
}

const outside = (key: string): string =>
  `Unable to access invalid index: ${atoi(key)}: ${MISSING_INDEX}`

function atoi(text: string): number | undefined {
  return /^[+-]?[0-9]{1,18}$/.test(text) ? Number(text) : undefined
}

const atoiError = (text: string): string => {
  const why = /^[+-]?[0-9]+$/.test(text) ? 'value out of range' : 'invalid syntax'
  return `strconv.Atoi: parsing ${goQuote(text)}: ${why}`
}
