import { parseDuration } from '../meta/duration.ts'
import { parseTimeBy } from './time-text.ts'
import { durationOf, failure, timestampOf, type Value } from './values.ts'

const UNITS: readonly (readonly [size: bigint, ...names: string[]])[] = [
  [1n, 'ns', 'nano'],
  [1_000n, 'us', 'µs', 'micro'],
  [1_000_000n, 'ms', 'milli'],
  [1_000_000_000n, 's', 'sec'],
  [60_000_000_000n, 'm', 'min'],
  [3_600_000_000_000n, 'h', 'hr', 'hour'],
  [86_400_000_000_000n, 'd', 'day'],
  [604_800_000_000_000n, 'w', 'wk', 'week'],
]

/** A duration of a property with format: duration: Go's, or `3 days`. Source: strfmt.ParseDuration. */
export function readDurationText(text: string): Value {
  const plain = parseDuration(text)
  if (plain.ok) return durationOf(plain.value)
  let total: bigint | undefined
  for (const [, digits = '', word = ''] of text.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)) {
    if (BigInt(digits) >= 2n ** 63n)
      return failure(
        `Invalid duration ${text}: strconv.Atoi: parsing "${digits}": value out of range`,
      )
    const unit = word.toLowerCase()
    for (const [size, ...names] of UNITS)
      for (const [i, name] of names.entries())
        if (unit === name || (i === names.length - 1 && unit.startsWith(name)))
          total = BigInt.asIntN(64, (total ?? 0n) + BigInt(digits) * size)
  }
  if (total !== undefined) return durationOf(total)
  return failure(`Invalid duration ${text}: unable to parse ${text} as duration`)
}

/** A day of a property with format: date. */
export function readDate(text: string): Value {
  const parsed = parseTimeBy('2006-01-02', text)
  return parsed.ok ? parsed.value : failure(`Invalid date formatted string ${text}: ${parsed.error}`)
}

/** A time of a property with format: date-time. Source: strfmt.ParseDateTime. */
export function readDateTime(text: string): Value {
  if (text === '') return timestampOf(0, 0)
  const zoned = parseTimeBy('2006-01-02T15:04:05Z07:00', text)
  if (zoned.ok) return zoned.value
  const local = parseTimeBy('2006-01-02T15:04:05', text)
  if (local.ok) return local.value
  return failure(`Invalid date-time formatted string ${text}: ${local.error}`)
}

/** Bytes of a property with format: byte; upstream reads the alphabet of URLs. Source: strfmt.Base64. */
export function readByteText(text: string): Value {
  const bare = text.replace(/[\r\n]/g, '')
  const digits = /^[A-Za-z0-9_-]*/.exec(bare)![0]
  const padding = ['', undefined, '==', '='][digits.length % 4]
  if (padding !== undefined && bare === digits + padding)
    return new Uint8Array(Buffer.from(bare, 'base64url'))
  const at = corruptAt(text, digits.length, bare.slice(digits.length), padding)
  return failure(`Invalid byte formatted string ${text}: illegal base64 data at input byte ${at}`)
}

/** The byte Go's decoder stops at, line breaks counted. */
function corruptAt(text: string, digits: number, rest: string, padding: string | undefined): number {
  const place = (count: number): number => {
    let seen = 0
    for (let i = 0; i < text.length; i++)
      if (text[i] !== '\r' && text[i] !== '\n' && seen++ === count) return i
    return Buffer.byteLength(text)
  }
  if (rest === '') return place(digits - (digits % 4))
  if (!padding || !rest.startsWith('=')) return place(digits)
  return padding === '==' && rest[1] !== '=' ? place(digits + 1) : place(digits + padding.length)
}
