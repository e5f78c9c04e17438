const END = 'unexpected end of JSON input'
const INSIDE_TOKEN = /numeric literal|in literal|escape/
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const STRING_PART = /[^"\\\u0000-\u001f]*/y

/** Where a scan fails: the index of the character that does not fit, and what Go says about it. */
interface Misfit {
  readonly at: number
  readonly context: string
}

/**
 * Why a text is no JSON, in Go's words: `invalid character '}' looking for beginning of value`.
 * Only called after JSON.parse refused the text. Source: encoding/json scanner.go.
 */
export function jsonSyntaxError(text: string): string {
  const misfit = findMisfit(text)
  if (!misfit) return END
  // At the end Go tries a space, which fits everywhere but inside a token.
  if (misfit.at >= text.length) {
    return INSIDE_TOKEN.test(misfit.context) ? `invalid character ' ' ${misfit.context}` : END
  }
  return `invalid character ${quoted(text, misfit.at)} ${misfit.context}`
}

function findMisfit(text: string): Misfit | undefined {
  /** What is open around here: `}` for an object, `]` for an array. */
  const open: ('}' | ']')[] = []
  let at = 0
  for (;;) {
    at = skipSpace(text, at)
    const c = text[at]
    if (c === '{' || c === '[') {
      open.push(c === '{' ? '}' : ']')
      at = skipSpace(text, at + 1)
      if (text[at] !== open.at(-1)) {
        const key = c === '{' ? afterKey(text, at) : at
        if (typeof key !== 'number') return key
        at = key
        continue
      }
    } else {
      const literal = afterLiteral(text, at)
      if (typeof literal !== 'number') return literal
      at = literal
      const next = closeAll(text, at, open)
      if (typeof next !== 'number') return next
      at = next
      continue
    }
    const next = closeAll(text, at, open)
    if (typeof next !== 'number') return next
    at = next
  }
}

/** From the end of a value, over closing brackets and one comma, to where the next value begins. */
function closeAll(text: string, from: number, open: ('}' | ']')[]): number | Misfit {
  let at = from
  for (;;) {
    at = skipSpace(text, at)
    const top = open.at(-1)
    if (top === undefined) return { at, context: 'after top-level value' }
    if (text[at] === ',') {
      at = skipSpace(text, at + 1)
      return top === '}' ? afterKey(text, at) : at
    }
    if (text[at] !== top) {
      return { at, context: top === '}' ? 'after object key:value pair' : 'after array element' }
    }
    open.pop()
    at++
  }
}

/** From a key to the beginning of its value. */
function afterKey(text: string, at: number): number | Misfit {
  if (text[at] !== '"') return { at, context: 'looking for beginning of object key string' }
  const end = afterString(text, at)
  if (typeof end !== 'number') return end
  const colon = skipSpace(text, end)
  return text[colon] === ':' ? colon + 1 : { at: colon, context: 'after object key' }
}

function afterLiteral(text: string, at: number): number | Misfit {
  const c = text[at] ?? ''
  if (c === '"') return afterString(text, at)
  if (c === '-' || (c >= '0' && c <= '9')) return afterNumber(text, at)
  const word = { t: 'true', f: 'false', n: 'null' }[c]
  if (word === undefined) return { at, context: 'looking for beginning of value' }
  for (let i = 1; i < word.length; i++) {
    if (text[at + i] === word[i]) continue
    return { at: at + i, context: `in literal ${word} (expecting '${word[i]}')` }
  }
  return at + word.length
}

function afterNumber(text: string, at: number): number | Misfit {
  NUMBER.lastIndex = at
  const found = NUMBER.exec(text)?.[0]
  if (found === undefined) return { at: at + 1, context: 'in numeric literal' }
  const end = at + found.length
  if (text[end] === '.' && !/[.eE]/.test(found)) {
    return { at: end + 1, context: 'after decimal point in numeric literal' }
  }
  if (/[eE]/.test(text[end] ?? '') && !/[eE]/.test(found)) {
    const sign = /[+-]/.test(text[end + 1] ?? '') ? 1 : 0
    return { at: end + 1 + sign, context: 'in exponent of numeric literal' }
  }
  return end
}

function afterString(text: string, start: number): number | Misfit {
  const end = endOfString(text, start)
  for (let at = start + 1; at < end;) {
    STRING_PART.lastIndex = at
    at += STRING_PART.exec(text)![0].length
    if (at >= end) break
    if (text[at] !== '\\') return { at, context: 'in string literal' }
    if (/["\\/bfnrt]/.test(text[at + 1] ?? '')) at += 2
    else if (text[at + 1] !== 'u') return { at: at + 1, context: 'in string escape code' }
    else {
      const hex = /^[0-9a-fA-F]{0,4}/.exec(text.slice(at + 2, at + 6))![0].length
      if (hex < 4) return { at: at + 2 + hex, context: 'in \\u hexadecimal character escape' }
      at += 6
    }
  }
  return end + 1
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \t\r\n'.includes(text[at]!)) at++
  return at
}

/** Go looks at bytes, so a character beyond ASCII shows as its first byte. */
function quoted(text: string, at: number): string {
  const c = String.fromCharCode(Buffer.from(text.slice(at, at + 2))[0]!)
  if (c === "'") return "'\\''"
  if (c === '"') return `'"'`
  const escapes: Record<string, string> = {
    '\\': '\\\\',
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
  }
  const code = c.charCodeAt(0)
  const hex = code.toString(16).padStart(code < 0x80 ? 2 : 4, '0')
  const printable = (code >= 0x20 && code < 0x7f) || (code > 0xa0 && code !== 0xad)
  return `'${escapes[c] ?? (printable ? c : code < 0x80 ? `\\x${hex}` : `\\u${hex}`)}'`
}

/** Index of the quote that closes the string opened at `start`, or the text's end. */
export function endOfString(text: string, start: number): number {
  for (let end = start; ;) {
    end = text.indexOf('"', end + 1)
    if (end < 0) return text.length
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === 92) slashes++
    if (slashes % 2 === 0) return end
  }
}
