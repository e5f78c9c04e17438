import { err, ok, type Result } from '../base/result.ts'

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}
const INT64_MAX = 2n ** 63n - 1n

/** Nanoseconds of `1h15m30.918s`. Errors are Go's. Source: Go time.ParseDuration. */
export function parseDuration(text: string): Result<bigint, string> {
  const invalid = (why: string): Result<never, string> =>
    err(`time: ${why} duration ${JSON.stringify(text)}`)
  const negative = text.startsWith('-')
  let rest = text.replace(/^[+-]/, '')
  if (rest === '0') return ok(0n)
  if (rest === '') return invalid('invalid')
  let total = 0n
  while (rest !== '') {
    const match = /^(\d*)(?:\.(\d*))?([^\d.]*)/.exec(rest)!
    const [all, whole = '', fraction = '', unit = ''] = match
    if (whole === '' && fraction === '') return invalid('invalid')
    if (unit === '') return invalid('missing unit in')
    const size = UNITS[unit]
    if (size === undefined) return invalid(`unknown unit ${JSON.stringify(unit)} in`)
    if (whole.length > 19 || fraction.length > 100) return invalid('invalid')
    total += BigInt(whole || '0') * size + fractionOf(fraction, size)
    if (total > INT64_MAX + (negative ? 1n : 0n)) return invalid('invalid')
    rest = rest.slice(all.length)
  }
  return ok(negative ? -total : total)
}

const fractionOf = (digits: string, size: bigint): bigint =>
  (BigInt(digits || '0') * size) / 10n ** BigInt(digits.length)

/** `1h15m30.918s` for nanoseconds. Source: Go time.Duration.String. */
export function durationText(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : ''
  const u = nanoseconds < 0n ? -nanoseconds : nanoseconds
  if (u === 0n) return '0s'
  if (u < UNITS['us']!) return `${sign}${u}ns`
  if (u < UNITS['ms']!) return `${sign}${decimal(u, 3)}µs`
  if (u < UNITS['s']!) return `${sign}${decimal(u, 6)}ms`
  const minutes = u / UNITS['m']!
  const hours = minutes / 60n
  const seconds = `${decimal(u % UNITS['m']!, 9)}s`
  if (minutes === 0n) return `${sign}${seconds}`
  return hours === 0n
    ? `${sign}${minutes}m${seconds}`
    : `${sign}${hours}h${minutes % 60n}m${seconds}`
}

function decimal(value: bigint, places: number): string {
  const one = 10n ** BigInt(places)
  const fraction = String(value % one)
    .padStart(places, '0')
    .replace(/0+$/, '')
  return `${value / one}${fraction === '' ? '' : `.${fraction}`}`
}

/** A duration as Go writes it again. Errors are Go's. */
export function canonicalDuration(text: string): Result<string, string> {
  const parsed = parseDuration(text)
  return parsed.ok ? ok(durationText(parsed.value)) : parsed
}
