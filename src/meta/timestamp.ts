import type { Instant } from '../base/clock.ts'

const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(Z|[+-]\d{2}:\d{2})$/

/** `2026-01-02T15:04:05Z`, the form of metav1.Time; parts of a second are cut off. */
export const timeText = (instant: Instant): string =>
  `${new Date(instant).toISOString().slice(0, 19)}Z`

/** `2026-01-02T15:04:05.123456Z`, the form of metav1.MicroTime; `instant` may have a fraction. */
export function microTimeText(instant: Instant): string {
  const whole = Math.floor(instant)
  const micros = Math.floor((instant - whole) * 1000)
  return `${new Date(whole).toISOString().slice(0, 23)}${String(micros).padStart(3, '0')}Z`
}

/**
 * Milliseconds since the epoch, with a fraction for microseconds; undefined when the text is no
 * RFC 3339 time (a day that does not exist is none). Source: Go's time.Parse with RFC3339.
 */
export function parseTime(text: string): Instant | undefined {
  const match = RFC3339.exec(text)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number)
  if (hour! > 23 || minute! > 59 || second! > 59) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year!, month! - 1, day!)
  if (date.getUTCMonth() !== month! - 1 || date.getUTCDate() !== day!) return undefined
  const offset = offsetMs(match[8]!)
  if (offset === undefined) return undefined
  const fraction = match[7] === undefined ? 0 : Number(match[7].padEnd(9, '0').slice(0, 9)) / 1e6
  return date.getTime() + ((hour! * 60 + minute!) * 60 + second!) * 1000 + fraction - offset
}

/** MicroTime is strict: exactly six digits. Source: apimachinery meta/v1 micro_time.go. */
export const parseMicroTime = (text: string): Instant | undefined =>
  /:\d{2}\.\d{6}(Z|[+-]\d{2}:\d{2})$/.test(text) ? parseTime(text) : undefined

/** Whether two texts name the same moment; an absent one equals null only. */
export function isMomentSame(
  a: string | null | undefined,
  b: string | null | undefined,
): boolean {
  if (!a || !b) return !a && !b
  return a === b || (parseTime(a) ?? a) === (parseTime(b) ?? b)
}

/** Age as kubectl's tables show it: `5m30s`, `2d3h`. Source: util/duration HumanDuration. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.trunc(seconds / 60)
  if (minutes < 10) return withRest(`${minutes}m`, seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.trunc(minutes / 60)
  if (hours < 8) return withRest(`${hours}h`, minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.trunc(hours / 24)
  if (hours < 24 * 8) return withRest(`${days}d`, hours % 24, 'h')
  if (hours < 24 * 365 * 2) return `${days}d`
  const years = Math.trunc(days / 365)
  return hours < 24 * 365 * 8 ? withRest(`${years}y`, days % 365, 'd') : `${years}y`
}

/** One unit only: `5m`, `2d`. Source: util/duration ShortHumanDuration. */
export function shortHumanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.trunc(seconds / 60)
  if (minutes < 60) return `${minutes}m`
  const hours = Math.trunc(minutes / 60)
  if (hours < 24) return `${hours}h`
  const days = Math.trunc(hours / 24)
  return hours < 24 * 365 ? `${days}d` : `${Math.trunc(days / 365)}y`
}

/**
 * The age cell of a table: `<unknown>` without a time. Source: printers translateTimestampSince.
 */
export function ageText(timestamp: string | null | undefined, now: Instant): string {
  const then = timestamp ? parseTime(timestamp) : undefined
  return then === undefined ? '<unknown>' : humanDuration(now - then)
}

/** How long until then: `<unknown>` without a time. Source: printers translateTimestampUntil. */
export function untilText(timestamp: string | null | undefined, now: Instant): string {
  const then = timestamp ? parseTime(timestamp) : undefined
  return then === undefined ? '<unknown>' : humanDuration(then - now)
}

const withRest = (text: string, rest: number, unit: string): string =>
  rest === 0 ? text : `${text}${rest}${unit}`

function offsetMs(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 24 || minutes > 60) return undefined
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
