import { err, ok, type Result } from '../base/result.ts'
import { parseMicroTime, parseTime, timeText } from './timestamp.ts'

const LAYOUTS = {
  time: '2006-01-02T15:04:05Z07:00',
  microTime: '2006-01-02T15:04:05.000000Z07:00',
}
/** What nearly every time looks like; days beyond 28 take the exact way. */
const USUAL = {
  time: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/,
  microTime:
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/,
}
const ZERO = '0001-01-01T00:00:00'

/**
 * A time as Go writes it again: in UTC, a Time without fraction; undefined for Go's zero time,
 * which stands for absent. Errors are those of Go's time.Parse.
 */
export function canonicalTime(
  text: string,
  scalar: 'time' | 'microTime',
): Result<string | undefined, string> {
  if (USUAL[scalar].test(text)) return ok(text.startsWith(ZERO) ? zero(text) : text)
  const instant = scalar === 'time' ? parseTime(text) : parseMicroTime(text)
  if (instant === undefined) return err(timeError(text, LAYOUTS[scalar]))
  const seconds = timeText(Math.floor(instant / 1000) * 1000)
  if (scalar === 'time') return ok(zero(seconds))
  return ok(`${seconds.slice(0, -1)}${/\.\d{6}/.exec(text)?.[0]}Z`)
}

const zero = (text: string): string | undefined =>
  /^0001-01-01T00:00:00(\.0+)?Z$/.test(text) ? undefined : text

interface Element {
  readonly layout: string
  readonly shape: RegExp
  readonly range?: { readonly name: string; readonly from: number; readonly below: number }
}

const ELEMENTS: readonly Element[] = [
  { layout: '2006', shape: /^\d{4}/ },
  { layout: '-', shape: /^-/ },
  { layout: '01', shape: /^\d{2}/, range: { name: 'month', from: 1, below: 13 } },
  { layout: '-', shape: /^-/ },
  { layout: '02', shape: /^\d{2}/ },
  { layout: 'T', shape: /^T/ },
  { layout: '15', shape: /^\d{1,2}/, range: { name: 'hour', from: 0, below: 24 } },
  { layout: ':', shape: /^:/ },
  { layout: '04', shape: /^\d{2}/, range: { name: 'minute', from: 0, below: 60 } },
  { layout: ':', shape: /^:/ },
  { layout: '05', shape: /^\d{2}/, range: { name: 'second', from: 0, below: 60 } },
]

/** Go's words for why a text is no time. Source: Go time/format.go parse. */
function timeError(text: string, layout: string): string {
  const head = `parsing time ${quoted(text)}`
  const cannot = (rest: string, element: string): string =>
    `${head} as ${quoted(layout)}: cannot parse ${quoted(rest)} as ${quoted(element)}`
  let rest = text
  for (const { layout: element, shape, range } of ELEMENTS) {
    const found = shape.exec(rest)?.[0]
    if (found === undefined) return cannot(rest, element)
    if (range && (Number(found) < range.from || Number(found) >= range.below)) {
      return `${head}: ${range.name} out of range`
    }
    rest = rest.slice(found.length)
  }
  const fraction = (layout.includes('.') ? /^\.\d{6}/ : /^(?:[.,]\d+)?/).exec(rest)?.[0]
  if (fraction === undefined) return cannot(rest, '.000000')
  rest = rest.slice(fraction.length)
  const zone = /^(?:Z|[+-]\d{2}:\d{2})/.exec(rest)?.[0]
  if (zone === undefined) return cannot(rest, 'Z07:00')
  if (zone.length < rest.length) return `${head}: extra text: ${quoted(rest.slice(zone.length))}`
  return `${head}: day out of range`
}

/** Go's time package quotes by bytes: all beyond printable ASCII as `\xNN`. */
function quoted(text: string): string {
  const bytes = [...Buffer.from(text)].map((byte) => {
    const c = String.fromCharCode(byte)
    if (byte < 0x20 || byte >= 0x80) return `\\x${byte.toString(16).padStart(2, '0')}`
    return c === '"' || c === '\\' ? `\\${c}` : c
  })
  return `"${bytes.join('')}"`
}
