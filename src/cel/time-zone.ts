import { err, ok, type Result } from '../base/result.ts'
import { goQuote } from '../meta/go-quote.ts'

/**
 * Seconds east of UTC of a zone at an instant: `Europe/Berlin`, `-08:00`, `UTC`. Errors are Go's.
 * Source: cel-go stdlib inTimeZone.
 */
export function offsetOf(zone: string, seconds: number): Result<number, string> {
  const colon = zone.indexOf(':')
  if (colon < 0) return namedOffset(zone, seconds)
  const hours = atoi(zone.slice(0, colon))
  if (!hours.ok) return hours
  const minutes = atoi(zone.slice(colon + 1))
  if (!minutes.ok) return minutes
  const signed = zone.startsWith('-') ? -minutes.value : minutes.value
  return ok((hours.value * 60 + signed) * 60)
}

/** Source: Go strconv.Atoi. */
function atoi(text: string): Result<number, string> {
  const fail = (why: string): Result<never, string> =>
    err(`strconv.Atoi: parsing ${goQuote(text)}: ${why}`)
  if (!/^[+-]?\d+$/.test(text)) return fail('invalid syntax')
  const number = Number(text)
  return Math.abs(number) < 2 ** 63 ? ok(number) : fail('value out of range')
}

function namedOffset(zone: string, seconds: number): Result<number, string> {
  if (zone === '' || zone === 'UTC' || zone === 'Local') return ok(0)
  if (/^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(zone)) {
    const format = formatOf(zone)
    if (format) return ok(offsetBy(format, seconds))
  }
  return err(`unknown time zone ${zone}`)
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', era: 'short',
      year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    })
  } catch {
    // A RangeError: there is no such zone.
    return undefined
  }
}

function offsetBy(format: Intl.DateTimeFormat, seconds: number): number {
  const parts = new Map(format.formatToParts(seconds * 1000).map(({ type, value }) => [type, value]))
  const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
  const year = parts.get('era') === 'BC' ? 1 - of('year') : of('year')
  const local = Date.UTC(2000, of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
  // Years below 100 mean something else to Date.UTC: the year is set on its own.
  const shifted = new Date(local)
  shifted.setUTCFullYear(year, of('month') - 1, of('day'))
  return Math.round(shifted.getTime() / 1000) - seconds
}
