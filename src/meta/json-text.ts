import { BODY_DEPTH_MAX } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import { endOfString, jsonSyntaxError } from './json-syntax.ts'
import type { Json } from './object.ts'
import { textOfUtf8 } from './utf8.ts'

/** Go's words for nesting beyond its limit, and ours for nesting beyond the stack. */
export const TOO_DEEP = 'exceeded max depth'

/** A JSON text, parsed, with what JSON.parse does not tell. */
export interface ParsedJson {
  readonly text: string
  /** Numbers whose text says more than a double are JSON.rawJSON (see raw-number.ts). */
  readonly value: Json
  /**
   * At least as many object keys as the text has; more keys than the value has may mean duplicates.
   */
  readonly keysMost: number
}

/**
 * Parses JSON as kube-apiserver reads it. One quick look decides whether the exact, slow way is
 * needed: for integers beyond 2^53, numbers like `1.0`, and lone surrogates. Errors are Go's texts.
 * Source: encoding/json scanner.go, decode.go.
 */
export function parseJson(body: string | Uint8Array): Result<ParsedJson, string> {
  const text = typeof body === 'string' ? body : textOfUtf8(body)
  const deep = text.length > BODY_DEPTH_MAX ? tooDeepAt(text) : undefined
  if (deep !== undefined) return err(`invalid character '${deep}' ${TOO_DEEP}`)
  try {
    if (SPACED_COLON.test(text) || !isOrdinary(text)) {
      return ok({ text, value: JSON.parse(text, revive) as Json, keysMost: mostKeys(text) })
    }
    return ok({ text, value: JSON.parse(text), keysMost: mostKeys(text) })
  } catch (error) {
    return err(error instanceof RangeError ? TOO_DEEP : jsonSyntaxError(text))
  }
}

/**
 * A number that is no plain integer of at most 15 digits. Inside strings `,1.5` and ` 1.5` look the
 * same, which only costs time; `:1.5` without a quote before it is inside a string (an image's
 * tag).
 */
const ODD_NUMBER = /[:,[\s](?<=":|[,[\s])-?\d+(?:[.eE][\d+-]|\d{15})/
const ODD_SURROGATE = /\\u[dD][89a-fA-F]/

const SPACED_COLON = /[ \n\t\r]:/

const isOrdinary = (text: string): boolean =>
  !ODD_NUMBER.test(text) && !(text.includes('\\') && ODD_SURROGATE.test(text))

function revive(
  this: unknown,
  _key: string,
  value: unknown,
  { source }: { source?: string },
): unknown {
  if (typeof value === 'number' && source !== undefined && String(value) !== source) {
    return JSON.rawJSON(source)
  }
  return typeof value === 'string' ? value.toWellFormed() : value
}

/**
 * Every key's closing quote stands before a colon, so counting `":` counts at least all keys,
 * unless white space is between them. Strings may add to the count, never take from it.
 */
function mostKeys(text: string): number {
  if (SPACED_COLON.test(text)) return Infinity
  const all = text.match(/":/g)?.length ?? 0
  if (!text.includes('\\')) return all
  // An escaped quote ends no key, unless the backslash before it is itself escaped.
  return text.includes('\\\\"') ? all : all - (text.match(/\\":/g)?.length ?? 0)
}

/** The bracket, outside strings, that nests too deep. */
function tooDeepAt(text: string): string | undefined {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 34) i = endOfString(text, i)
    else if (c === 123 || c === 91) {
      if (++depth > BODY_DEPTH_MAX) return text[i]
    } else if (c === 125 || c === 93) depth--
  }
  return undefined
}
