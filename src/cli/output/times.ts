import { humanDuration } from '../../meta/timestamp.ts'

/** `2026-11-23 20:02:22 CET`: an RFC 3339 time as the clock on the wall shows it. */
export function localText(time: string): string {
  const date = new Date(time)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${zoneOf(date)}`
}

/** `2026-11-23 19:02:22 UTC`. */
export const utcText = (time: string): string =>
  `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** Local and UTC; once when they are the same. */
export function bothTexts(time: string): string {
  const local = localText(time)
  const utc = utcText(time)
  return local === utc ? utc : `${local} (${utc})`
}

/** `5m30s`, as kubectl's ages. */
export const ageOf = (time: string, nowMs: number): string =>
  humanDuration(Math.max(0, nowMs - Date.parse(time)))

/** Name of the zone, else its distance from UTC. */
function zoneOf(date: Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(date)
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'UTC'
}
