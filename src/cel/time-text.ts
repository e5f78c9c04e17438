import { err, ok, type Result } from '../base/result.ts'
import {
  cannotParse, DATE_ELEMENTS, goTimeQuote, parsing, readTimeElements, TIME_ELEMENTS, ZONE,
} from '../meta/go-time-words.ts'
import { timestampOf, type CelTimestamp } from './values.ts'

/** How a time is written, in Go's words. */
export type TimeLayout = '2006-01-02T15:04:05Z07:00' | '2006-01-02T15:04:05' | '2006-01-02'

/** Reads a time. Errors are Go's. Source: Go time.Parse. */
export function parseTimeBy(layout: TimeLayout, text: string): Result<CelTimestamp, string> {
  const head = parsing(text)
  const read = readTimeElements(layout === '2006-01-02' ? DATE_ELEMENTS : TIME_ELEMENTS, text, layout)
  if (!read.ok) return read
  const { numbers } = read.value
  const fraction = layout === '2006-01-02' ? '' : (/^[.,]\d+/.exec(read.value.rest)?.[0] ?? '')
  let rest = read.value.rest.slice(fraction.length)
  let offset = 0
  if (layout === '2006-01-02T15:04:05Z07:00') {
    const zone = ZONE.exec(rest)?.[0]
    if (zone === undefined) return err(cannotParse(text, layout, rest, 'Z07:00'))
    if (zone !== 'Z') {
      const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))]
      if (hours > 24) return err(`${head}: time zone offset hour out of range`)
      if (minutes > 60) return err(`${head}: time zone offset minute out of range`)
      offset = (zone.startsWith('-') ? -60 : 60) * (hours * 60 + minutes)
    }
    rest = rest.slice(zone.length)
  }
  if (rest !== '') return err(`${head}: extra text: ${goTimeQuote(rest)}`)
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = numbers
  if (day < 1 || day > daysIn(year, month)) return err(`${head}: day out of range`)
  const seconds = daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
  return ok(timestampOf(seconds, Number(fraction.slice(1, 10).padEnd(9, '0')), offset))
}

const daysIn = (year: number, month: number): number => {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** Days from 1970-01-01 in the Gregorian calendar, also before it began. */
export function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** A moment as calendars and clocks of a zone show it. */
export interface Moment {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  /** 0 is the first of January. */
  readonly dayOfYear: number
  /** 0 is Sunday. */
  readonly weekday: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** The moment at seconds since 1970, `offset` seconds east of UTC. */
export function momentOf(seconds: number, offset: number): Moment {
  const local = seconds + offset
  const days = Math.floor(local / 86_400)
  const rest = local - days * 86_400
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const part = Math.floor((5 * dayOfYear + 2) / 153)
  const month = part < 10 ? part + 3 : part - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return {
    year,
    month,
    day: dayOfYear - Math.floor((153 * part + 2) / 5) + 1,
    dayOfYear: days - daysSince1970(year, 1, 1),
    weekday: (((days + 4) % 7) + 7) % 7,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
  }
}

/** `2026-11-28T01:26:35.5Z`, in the zone it was written in. Source: Go time.RFC3339Nano. */
export function timestampText({ seconds, nanos, offset }: CelTimestamp): string {
  const at = momentOf(seconds, offset)
  const two = (number: number): string => String(number).padStart(2, '0')
  const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`
  const minutes = Math.trunc(Math.abs(offset) / 60)
  const zone =
    offset === 0 ? 'Z' : `${offset < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`
  const date = `${String(at.year).padStart(4, '0')}-${two(at.month)}-${two(at.day)}`
  return `${date}T${two(at.hour)}:${two(at.minute)}:${two(at.second)}${fraction}${zone}`
}
