import { functionOf, overload, type FunctionDecl, type Overload } from './declarations.ts'
import { momentOf, type Moment } from './time-text.ts'
import { offsetOf } from './time-zone.ts'
import { NO_OVERLOAD, failure, intOf, tagged, type CelTimestamp, type Value } from './values.ts'

type Part = (moment: Moment, time: CelTimestamp) => number

/** `time.getHours()` in UTC, `time.getHours('Europe/Berlin')`. */
function partOverloads(id: string, part: Part, withZone = `${id}_with_tz`): Overload[] {
  const at = (time: Value, zone: string): Value => {
    const timestamp = tagged(time)
    if (timestamp?.tag !== 'timestamp') return NO_OVERLOAD
    const offset = offsetOf(zone, timestamp.seconds)
    return offset.ok ? part(momentOf(timestamp.seconds, offset.value), timestamp) : failure(offset.error)
  }
  return [
    overload(id, 'timestamp.() -> int', (time) => at(time, 'UTC')),
    overload(withZone, 'timestamp.(string) -> int', (time, zone) =>
      typeof zone === 'string' ? at(time, zone) : NO_OVERLOAD,
    ),
  ]
}

/** `duration.getHours()`: whole hours, toward zero. */
const whole = (id: string, unit: bigint): Overload =>
  overload(id, 'duration.() -> int', (value) => {
    const duration = tagged(value)
    return duration?.tag === 'duration' ? intOf(duration.nanoseconds / unit) : NO_OVERLOAD
  })

/** Parts of times and durations. Source: cel-go common/stdlib. */
export const TIME_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('getFullYear', partOverloads('timestamp_to_year', ({ year }) => year)),
  functionOf('getMonth', partOverloads('timestamp_to_month', ({ month }) => month - 1)),
  functionOf('getDayOfYear', partOverloads('timestamp_to_day_of_year', ({ dayOfYear }) => dayOfYear)),
  functionOf('getDayOfMonth', partOverloads('timestamp_to_day_of_month', ({ day }) => day - 1)),
  functionOf('getDate', partOverloads('timestamp_to_day_of_month_1_based', ({ day }) => day)),
  functionOf('getDayOfWeek', partOverloads('timestamp_to_day_of_week', ({ weekday }) => weekday)),
  functionOf('getHours', [
    ...partOverloads('timestamp_to_hours', ({ hour }) => hour),
    whole('duration_to_hours', 3_600_000_000_000n),
  ]),
  functionOf('getMinutes', [
    ...partOverloads('timestamp_to_minutes', ({ minute }) => minute),
    whole('duration_to_minutes', 60_000_000_000n),
  ]),
  functionOf('getSeconds', [
    ...partOverloads('timestamp_to_seconds', ({ second }) => second, 'timestamp_to_seconds_tz'),
    whole('duration_to_seconds', 1_000_000_000n),
  ]),
  functionOf('getMilliseconds', [
    ...partOverloads('timestamp_to_milliseconds', (_, { nanos }) => Math.floor(nanos / 1_000_000)),
    whole('duration_to_milliseconds', 1_000_000n),
  ]),
]
