import { err, ok, type Result } from '../base/result.ts'

/** One part of a layout: Go's words for it, how it looks, and what its number may be. */
export interface TimeElement {
  readonly layout: string
  readonly shape: RegExp
  readonly range?: { readonly name: string; readonly from: number; readonly below: number }
}

/** `2006-01-02`. */
export const DATE_ELEMENTS: readonly TimeElement[] = [
  { layout: '2006', shape: /^\d{4}/ },
  { layout: '-', shape: /^-/ },
  { layout: '01', shape: /^\d{2}/, range: { name: 'month', from: 1, below: 13 } },
  { layout: '-', shape: /^-/ },
  { layout: '02', shape: /^\d{2}/ },
]

/** `2006-01-02T15:04:05`. */
export const TIME_ELEMENTS: readonly TimeElement[] = [
  ...DATE_ELEMENTS,
  { layout: 'T', shape: /^T/ },
  { layout: '15', shape: /^\d{1,2}/, range: { name: 'hour', from: 0, below: 24 } },
  { layout: ':', shape: /^:/ },
  { layout: '04', shape: /^\d{2}/, range: { name: 'minute', from: 0, below: 60 } },
  { layout: ':', shape: /^:/ },
  { layout: '05', shape: /^\d{2}/, range: { name: 'second', from: 0, below: 60 } },
]

/** A time's zone. */
export const ZONE = /^(?:Z|[+-]\d{2}:\d{2})/

/** Reads a time's elements: their numbers, and the text after them. Source: Go time/format.go parse. */
export function readTimeElements(
  elements: readonly TimeElement[], text: string, layout: string,
): Result<{ readonly numbers: readonly number[]; readonly rest: string }, string> {
  const numbers: number[] = []
  let rest = text
  for (const { layout: element, shape, range } of elements) {
    const found = shape.exec(rest)?.[0]
    if (found === undefined) return err(cannotParse(text, layout, rest, element))
    const number = Number(found)
    if (range && (number < range.from || number >= range.below))
      return err(`${parsing(text)}: ${range.name} out of range`)
    if (element.length > 1) numbers.push(number)
    rest = rest.slice(found.length)
  }
  return ok({ numbers, rest })
}

/** `parsing time "x"`: how each of Go's errors begins. */
export const parsing = (text: string): string => `parsing time ${goTimeQuote(text)}`

/** What is left of a text is not the layout's next element. */
export const cannotParse = (text: string, layout: string, rest: string, element: string): string =>
  `${parsing(text)} as ${goTimeQuote(layout)}: cannot parse ${goTimeQuote(rest)} as ${goTimeQuote(element)}`

/** Go's time package quotes by bytes: all beyond printable ASCII as `\xNN`. */
export function goTimeQuote(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) => {
    const c = String.fromCharCode(byte)
    if (byte < 0x20 || byte >= 0x80) return `\\x${byte.toString(16).padStart(2, '0')}`
    return c === '"' || c === '\\' ? `\\${c}` : c
  })
  return `"${bytes.join('')}"`
}
