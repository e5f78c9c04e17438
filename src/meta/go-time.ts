import { err, ok, type Result } from '../base/result.ts'
import { cannotParse, goTimeQuote, parsing, readTimeElements, TIME_ELEMENTS, ZONE } from './go-time-words.ts'
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

/** Go's words for why a text is no time. Source: Go time/format.go parse. */
function timeError(text: string, layout: string): string {
  const read = readTimeElements(TIME_ELEMENTS, text, layout)
  if (!read.ok) return read.error
  let { rest } = read.value
  const fraction = (layout.includes('.') ? /^\.\d{6}/ : /^(?:[.,]\d+)?/).exec(rest)?.[0]
  if (fraction === undefined) return cannotParse(text, layout, rest, '.000000')
  rest = rest.slice(fraction.length)
  const zone = ZONE.exec(rest)?.[0]
  if (zone === undefined) return cannotParse(text, layout, rest, 'Z07:00')
  if (zone.length < rest.length) return `${parsing(text)}: extra text: ${goTimeQuote(rest.slice(zone.length))}`
  return `${parsing(text)}: day out of range`
}
