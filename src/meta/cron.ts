import { err, ok, type Result } from '../base/result.ts'
import { goQuote } from './go-quote.ts'
import { parseDuration } from './duration.ts'
import { timeZoneProblem } from './time-zone.ts'

/** When a schedule fires: the values of each field, or a fixed time apart. */
export type CronSchedule = CronFields | { readonly everySeconds: number; readonly timeZone: string | undefined }

/** The values each field may have; `any` when a star stood there, which joins the two day fields. */
export interface CronFields {
  readonly minutes: CronSet
  readonly hours: CronSet
  readonly days: CronSet
  readonly months: CronSet
  readonly weekdays: CronSet
  /** Of a `TZ=` before the schedule. */
  readonly timeZone: string | undefined
}

/** Values of one field. */
export interface CronSet {
  readonly values: ReadonlySet<number>
  readonly any: boolean
}

interface Bounds {
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const MONTHS = ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const BOUNDS: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: WEEKDAYS },
]
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}
const EVERY = '@every '
const INT64_MAX = 2n ** 63n

/** A schedule of a CronJob. Errors are upstream's. Source: robfig/cron/v3 ParseStandard. */
export function parseCron(text: string): Result<CronSchedule, string> {
  if (text === '') return err('empty spec string')
  const zone = splitZone(text)
  if (!zone.ok) return zone
  const { timeZone, rest } = zone.value
  if (rest.startsWith(EVERY)) return everyOf(rest, timeZone)
  const plain = rest.startsWith('@') ? own(DESCRIPTORS, rest) : rest
  if (plain === undefined) return err(`unrecognized descriptor: ${rest}`)
  const words = plain.split(/\s+/u).filter((word) => word !== '')
  if (words.length !== BOUNDS.length)
    return err(`expected exactly 5 fields, found ${words.length}: [${words.join(' ')}]`)
  const sets: CronSet[] = []
  for (const [i, word] of words.entries()) {
    const set = setOf(word, BOUNDS[i]!)
    if (!set.ok) return set
    sets.push(set.value)
  }
  const [minutes, hours, days, months, weekdays] = sets as [CronSet, CronSet, CronSet, CronSet, CronSet]
  return ok({ minutes, hours, days, months, weekdays, timeZone })
}

const own = (map: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined

function splitZone(text: string): Result<{ timeZone: string | undefined; rest: string }, string> {
  if (!text.startsWith('TZ=') && !text.startsWith('CRON_TZ='))
    return ok({ timeZone: undefined, rest: text })
  const space = text.indexOf(' ')
  if (space < 0) return err('invalid schedule format: runtime error: slice bounds out of range [:-1]')
  const timeZone = text.slice(text.indexOf('=') + 1, space)
  const problem = timeZoneProblem(timeZone)
  if (problem !== undefined) return err(`provided bad location ${timeZone}: ${problem}`)
  return ok({ timeZone, rest: text.slice(space).trim() })
}

/** Below a second is a second. Source: cron.Every. */
function everyOf(text: string, timeZone: string | undefined): Result<CronSchedule, string> {
  const duration = parseDuration(text.slice(EVERY.length))
  if (!duration.ok) return err(`failed to parse duration ${text}: ${duration.error}`)
  const seconds = Number(duration.value / 1_000_000_000n)
  return ok({ everySeconds: Math.max(seconds, 1), timeZone })
}

function setOf(word: string, bounds: Bounds): Result<CronSet, string> {
  const values = new Set<number>()
  let any = false
  for (const part of word.split(',')) {
    if (part === '') continue
    const range = rangeOf(part, bounds)
    if (!range.ok) return range
    any ||= range.value.any
    for (const value of range.value.values) values.add(value)
  }
  return ok({ values, any })
}

/** `5`, `1-5`, `1-5/2`, `*`, `5/2`. Source: cron parser.go getRange. */
function rangeOf(part: string, bounds: Bounds): Result<CronSet, string> {
  const [lowAndHigh = '', stepText, ...more] = part.split('/')
  const ends = endsOf(lowAndHigh, part, bounds)
  if (!ends.ok) return ends
  let { end } = ends.value
  const { start, star, single } = ends.value
  let step = 1
  if (more.length > 0) return err(`too many slashes: ${part}`)
  if (stepText !== undefined) {
    const parsed = numberOf(stepText)
    if (!parsed.ok) return parsed
    step = parsed.value
    if (single) end = bounds.max
  }
  if (start < bounds.min) return err(`beginning of range (${start}) below minimum (${bounds.min}): ${part}`)
  if (end > bounds.max) return err(`end of range (${end}) above maximum (${bounds.max}): ${part}`)
  if (start > end) return err(`beginning of range (${start}) beyond end of range (${end}): ${part}`)
  if (step === 0) return err(`step of range should be a positive number: ${part}`)
  const values = new Set<number>()
  for (let value = start; value <= end; value += step) values.add(value)
  return ok({ values, any: star && step === 1 })
}

interface Ends {
  readonly start: number
  readonly end: number
  readonly star: boolean
  readonly single: boolean
}

function endsOf(text: string, part: string, bounds: Bounds): Result<Ends, string> {
  const [low = '', high, ...more] = text.split('-')
  const single = high === undefined
  if (low === '*' || low === '?') return ok({ start: bounds.min, end: bounds.max, star: true, single })
  const start = numberOrName(low, bounds)
  if (!start.ok) return start
  if (more.length > 0) return err(`too many hyphens: ${part}`)
  if (high === undefined) return ok({ start: start.value, end: start.value, star: false, single })
  const end = numberOrName(high, bounds)
  return end.ok ? ok({ start: start.value, end: end.value, star: false, single }) : end
}

function numberOrName(text: string, { names }: Bounds): Result<number, string> {
  const named = text === '' ? -1 : (names?.indexOf(text.toLowerCase()) ?? -1)
  return named >= 0 ? ok(named) : numberOf(text)
}

function numberOf(text: string): Result<number, string> {
  const problem = (why: string): Result<never, string> =>
    err(`failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: ${why}`)
  if (!/^[+-]?\d+$/.test(text)) return problem('invalid syntax')
  const value = BigInt(text.replace('+', ''))
  if (value >= INT64_MAX || value < -INT64_MAX) return problem('value out of range')
  if (value < 0n) return err(`negative number (${value}) not allowed: ${text}`)
  return ok(Number(value))
}
