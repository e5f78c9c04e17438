const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u
const SHORT: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
])

/**
 * A text in quotes as Go's `%q` writes it, which messages of upstream carry. Source: strconv.Quote.
 */
export function goQuote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  let quoted = ''
  for (const character of text.toWellFormed()) quoted += SHORT.get(character) ?? shown(character)
  return `"${quoted}"`
}

/** A value as Go's encoding/json writes it: like JSON.stringify, but safe to stand in HTML. */
export function goJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null'
  return text.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${hex(c.charCodeAt(0), 4)}`)
}

/** Whether Go prints the character as it is. Source: unicode.IsPrint. */
export const isPrintable = (character: string): boolean =>
  character === ' ' || PRINTABLE.test(character)

function shown(character: string): string {
  if (isPrintable(character)) return character
  const code = character.codePointAt(0)!
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0')
