import { err, ok, type Result } from '../base/result.ts'

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, "'": 39, '"': 34, '`': 96, '?': 63,
}
const DIGITS: Readonly<Record<string, number>> = { x: 2, X: 2, u: 4, U: 8 }
const WRONG = 'unable to unescape string'

/** The text of a string literal, quotes and prefix included. Source: cel-go parser/unescape.go. */
export function unescapeString(literal: string): Result<string, string> {
  const { body, raw } = bodyOf(literal)
  if (raw || !body.includes('\\')) return ok(body)
  let text = ''
  for (let i = 0; i < body.length;) {
    if (body[i] !== '\\') {
      text += body[i++]
      continue
    }
    const escape = escapeAt(body, i, false)
    if (!escape.ok) return escape
    text += String.fromCodePoint(escape.value.code)
    i = escape.value.end
  }
  return ok(text)
}

/** The bytes of a bytes literal without its `b`: text is UTF-8, `\xff` and `\377` are bytes. */
export function unescapeBytes(literal: string): Result<Uint8Array, string> {
  const { body, raw } = bodyOf(literal)
  if (raw || !body.includes('\\')) return ok(new Uint8Array(Buffer.from(body)))
  const parts: Uint8Array[] = []
  for (let i = 0; i < body.length;) {
    const next = body.indexOf('\\', i)
    if (next !== i) {
      const end = next < 0 ? body.length : next
      parts.push(Buffer.from(body.slice(i, end)))
      i = end
      continue
    }
    const escape = escapeAt(body, i, true)
    if (!escape.ok) return escape
    parts.push(Uint8Array.of(escape.value.code))
    i = escape.value.end
  }
  return ok(new Uint8Array(Buffer.concat(parts)))
}

/** What stands between the quotes, line breaks as `\n`. */
function bodyOf(literal: string): { body: string; raw: boolean } {
  const text = literal.replace(/\r\n?/g, '\n')
  const raw = /^[rR]/.test(text)
  const quoted = raw ? text.slice(1) : text
  const quotes = quoted.length >= 6 && /^(?:'''|""")/.test(quoted) ? 3 : 1
  return { body: quoted.slice(quotes, -quotes), raw }
}

function escapeAt(body: string, at: number, bytes: boolean): Result<{ code: number; end: number }, string> {
  const letter = body[at + 1]
  if (letter === undefined) return err("unable to unescape string, found '\\' as last character")
  const simple = SIMPLE[letter]
  if (simple !== undefined) return ok({ code: simple, end: at + 2 })
  if (/[0-3]/.test(letter)) {
    const digits = body.slice(at + 1, at + 4)
    if (!/^[0-3][0-7]{2}$/.test(digits)) return err('unable to unescape octal sequence in string')
    return ok({ code: parseInt(digits, 8), end: at + 4 })
  }
  const count = DIGITS[letter]
  if (count === undefined || (bytes && count > 2)) return err(WRONG)
  const digits = body.slice(at + 2, at + 2 + count)
  if (digits.length < count || !/^[0-9a-fA-F]+$/.test(digits)) return err(WRONG)
  const code = parseInt(digits, 16)
  const valid = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return valid ? ok({ code, end: at + 2 + count }) : err('invalid unicode code point')
}
