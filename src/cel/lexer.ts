import type { CelError, SourceText } from './source-text.ts'
import { placeAt } from './source-text.ts'

/** Kinds of tokens; punctuation is its own kind. */
export type TokenKind =
  | 'int'
  | 'uint'
  | 'float'
  | 'string'
  | 'bytes'
  | 'identifier'
  | 'escaped'
  | 'end'
  | 'in'
  | 'true'
  | 'false'
  | 'null'
  | (string & {})

/** A token. */
export interface Token {
  readonly kind: TokenKind
  readonly text: string
  /** Offset of its first character, in characters. */
  readonly offset: number
}

const SPACE = /(?:[\t \r\n\f]+|\/\/[^\n]*)+/y
const NUMBER = /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?|0x[0-9a-fA-F]+[uU]?|\d+[uU]?/y
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
const ESCAPED = /`[A-Za-z0-9_.\-/ ]+`/y
const PUNCTUATION = /==|!=|<=|>=|&&|\|\||[[\]{}().,\-!?:+*/%<>]/y
const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?${'`'}]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})`
const STRING = new RegExp(
  [
    String.raw`[bB]?[rR](?:"""[^]*?"""|'''[^]*?'''|"[^"\n\r]*"|'[^'\n\r]*')`,
    String.raw`[bB]?(?:"""(?:${ESCAPE}|[^\\])*?"""|'''(?:${ESCAPE}|[^\\])*?'''|"(?:${ESCAPE}|[^\\"\n\r])*"|'(?:${ESCAPE}|[^\\'\n\r])*')`,
  ].join('|'),
  'y',
)
const KEYWORDS = new Set(['in', 'true', 'false', 'null'])

/** The tokens of a text, and what is none. Source: cel-go parser/gen/CEL.g4. */
export function tokensOf(source: SourceText): { tokens: Token[]; errors: CelError[] } {
  const { text } = source
  const tokens: Token[] = []
  const errors: CelError[] = []
  let at = 0
  let offset = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  const advance = (found: string): void => {
    at += found.length
    offset += charactersIn(found)
  }
  while (at < text.length) {
    const space = match(SPACE)
    if (space !== undefined) {
      advance(space)
      continue
    }
    const found = nextToken(match)
    if (found) {
      tokens.push({ ...found, offset })
      advance(found.text)
      continue
    }
    const wrong = unknownText(text, at)
    errors.push({
      ...placeAt(source, offset),
      message: `Syntax error: token recognition error at: '${wrong}'`,
    })
    advance(wrong)
  }
  tokens.push({ kind: 'end', text: '<EOF>', offset })
  return { tokens, errors }
}

function nextToken(
  match: (pattern: RegExp) => string | undefined,
): { kind: TokenKind; text: string } | undefined {
  const text = match(STRING)
  if (text !== undefined) return { kind: /^[bB]/.test(text) ? 'bytes' : 'string', text }
  const number = match(NUMBER)
  if (number !== undefined) return { kind: numberKind(number), text: number }
  const word = match(WORD)
  if (word !== undefined) return { kind: KEYWORDS.has(word) ? word : 'identifier', text: word }
  const punctuation = match(PUNCTUATION)
  if (punctuation !== undefined) return { kind: punctuation, text: punctuation }
  const escaped = match(ESCAPED)
  return escaped === undefined ? undefined : { kind: 'escaped', text: escaped }
}

function numberKind(text: string): TokenKind {
  if (/[uU]$/.test(text)) return 'uint'
  if (text.startsWith('0x')) return 'int'
  return /[.eE]/.test(text) ? 'float' : 'int'
}

/**
 * The characters that a lexer of longest match gives up on at once: an unfinished text as far as it
 * could have been one, or the one character that begins nothing.
 */
function unknownText(text: string, at: number): string {
  const first = String.fromCodePoint(text.codePointAt(at)!)
  if (first === '&' || first === '|' || first === '=') {
    const next = text.codePointAt(at + 1)
    return next === undefined ? first : first + String.fromCodePoint(next)
  }
  if (first === '"' || first === "'") return unfinishedString(text, at)
  if (first === '`') return unfinishedName(text, at)
  return first
}

const UNFINISHED = {
  '"': new RegExp(`"(?:${ESCAPE}|[^\\\\"\\n\\r])*`, 'y'),
  "'": new RegExp(`'(?:${ESCAPE}|[^\\\\'\\n\\r])*`, 'y'),
  '"""': new RegExp(`"""(?:${ESCAPE}|[^\\\\])*`, 'y'),
  "'''": new RegExp(`'''(?:${ESCAPE}|[^\\\\])*`, 'y'),
}

function unfinishedString(text: string, at: number): string {
  const quote = text[at] as '"' | "'"
  const triple = text.startsWith(quote.repeat(3), at)
  const pattern = UNFINISHED[(triple ? quote.repeat(3) : quote) as keyof typeof UNFINISHED]
  pattern.lastIndex = at
  let end = at + pattern.exec(text)![0].length
  // What follows a backslash is read until it cannot be an escape.
  if (text[end] === '\\') end += partialEscape(text, end)
  if (end >= text.length) return text.slice(at)
  return text.slice(at, end + String.fromCodePoint(text.codePointAt(end)!).length)
}

function partialEscape(text: string, at: number): number {
  const shape = /\\(?:[0-3][0-7]?|[xX][0-9a-fA-F]?|u[0-9a-fA-F]{0,3}|U[0-9a-fA-F]{0,7})?/y
  shape.lastIndex = at
  return shape.exec(text)![0].length
}

function unfinishedName(text: string, at: number): string {
  const shape = /`[A-Za-z0-9_.\-/ ]*/y
  shape.lastIndex = at
  const end = at + shape.exec(text)![0].length
  if (end >= text.length) return text.slice(at)
  return text.slice(at, end + String.fromCodePoint(text.codePointAt(end)!).length)
}

/** Line breaks and tabs as ANTLR writes them in messages. */
function charactersIn(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
