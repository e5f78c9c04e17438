import { err, ok, type Result } from '../base/result.ts'
import { QUANTITY_EXPONENT_MAX, QUANTITY_TEXT_BYTES_MAX } from '../base/limits.ts'
import {
  BINARY_SUFFIXES,
  binaryUnit,
  DECIMAL_SUFFIXES,
  isCanonicalText,
  plainNumber,
  readSuffix,
  type QuantityFormat,
  type Suffix,
} from './quantity-text.ts'

/**
 * An exact amount: `unscaled * 10^exponent`. `unscaled` is a number while it is a safe integer, so
 * that the common amounts cost no BigInt. Source: apimachinery api/resource quantity.go.
 */
export interface Quantity {
  readonly unscaled: number | bigint
  readonly exponent: number
  readonly format: QuantityFormat
  /** The text it was read from, where upstream writes that again instead of the canonical form. */
  readonly text?: string
}

/** Nothing. */
export const ZERO_QUANTITY: Quantity = { unscaled: 0, exponent: 0, format: 'DecimalSI' }

const WRONG_FORM =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const WRONG_NUMBER = 'unable to parse numeric part of quantity'
const WRONG_SUFFIX = "unable to parse quantity's suffix"

/** Sign, digits before and after the point, suffix; leading zeros are dropped as upstream does. */
const SHAPE = /^([+-]?)(0*)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/
const NANO = -9
const LETTER_I = 0x69
const DIGIT_9 = 0x39
const INT64_MAX = 2n ** 63n - 1n

/**
 * Reads `100m`, `1.5Gi`, `1e3`. White space around it is dropped, as upstream's JSON decoder does.
 * Amounts below a nano unit are rounded away from zero, binary ones capped at 2^63-1. Exponents
 * above QUANTITY_EXPONENT_MAX are refused (upstream computes them at any cost). Errors are
 * upstream's.
 */
export function parseQuantity(given: string): Result<Quantity, string> {
  return isCanonicalText(given) ? ok(common(given)) : parseAny(given)
}

/** Canonical texts are nearly all there are: read without a regular expression. */
function common(text: string): Quantity {
  const suffix = text.charCodeAt(text.length - 1)
  if (suffix !== LETTER_I) {
    const index = suffix <= DIGIT_9 ? 3 : DECIMAL_SUFFIXES.indexOf(text[text.length - 1]!)
    const unscaled = Number(index === 3 ? text : text.slice(0, -1))
    return { unscaled, exponent: (index - 3) * 3, format: 'DecimalSI', text }
  }
  const count = Number(text.slice(0, -2))
  const amount = count * binaryUnit(text, text.length - 2)
  const unscaled = Number.isSafeInteger(amount) ? amount : BigInt(amount)
  if ((count & 7) === 0) return { unscaled, exponent: 0, format: 'BinarySI' }
  return { unscaled, exponent: 0, format: 'BinarySI', text }
}

function parseAny(given: string): Result<Quantity, string> {
  const text = given.trim()
  const match = text === '' ? null : SHAPE.exec(text)
  if (!match) return err(WRONG_FORM)
  if (text.length > QUANTITY_TEXT_BYTES_MAX) return err(WRONG_NUMBER)
  const suffix = readSuffix(match[5]!)
  if (!suffix) return err(WRONG_SUFFIX)
  if (suffix.exponent > QUANTITY_EXPONENT_MAX) return err(WRONG_NUMBER)
  const parts = { negative: match[1] === '-', whole: match[3] || '0', fraction: match[4] ?? '' }
  // Upstream reads `Ki` as nothing, but only where its fast path applies.
  const digitless = match[2] === '' && match[3] === '' && parts.fraction === ''
  if (digitless && !isShort(parts, suffix)) return err(WRONG_NUMBER)
  const quantity =
    suffix.format === 'BinarySI' ? binary(parts, suffix.exponent) : decimal(parts, suffix)
  return ok(keepsText(parts, suffix) ? { ...quantity, text } : quantity)
}

/** The canonical text as Go writes it: `100m`, `1Gi`, `1500m`, `1e3`. */
export function quantityText(q: Quantity): string {
  if (q.text !== undefined) return q.text
  if (quantitySign(q) === 0) return '0'
  if (q.format === 'BinarySI') {
    const whole = wholeOf(q)
    if (whole !== undefined && (whole <= -1024n || whole >= 1024n)) return binaryText(whole)
  }
  return decimalText(q, q.format === 'DecimalExponent')
}

/** The canonical text of a text; what is no quantity comes back as it is. */
export function canonicalQuantity(text: string): string {
  if (isCanonicalText(text)) return text
  const parsed = parseQuantity(text)
  return parsed.ok ? quantityText(parsed.value) : text
}

/** -1, 0 or 1. */
export function compareQuantity(a: Quantity, b: Quantity): number {
  if (a.exponent === b.exponent) return order(a.unscaled, b.unscaled)
  const { left, right } = aligned(a, b)
  return order(left, right)
}

/** a + b, in a's format unless a is nothing. */
export function addQuantity(a: Quantity, b: Quantity): Quantity {
  const format = quantitySign(a) === 0 ? b.format : a.format
  const [x, y] = [a.unscaled, b.unscaled]
  if (a.exponent === b.exponent && typeof x === 'number' && typeof y === 'number') {
    if (Number.isSafeInteger(x + y)) return { unscaled: x + y, exponent: a.exponent, format }
  }
  const { left, right, exponent } = aligned(a, b)
  return quantityOf(left + right, exponent, format)
}

/** a - b, in a's format unless a is nothing. */
export const subQuantity = (a: Quantity, b: Quantity): Quantity => addQuantity(a, negated(b))

/** -1, 0 or 1. */
export const quantitySign = (q: Quantity): number => order(q.unscaled, 0)

/** Whole units, rounded away from zero; beyond 2^53 the nearest double. Source: Quantity.Value. */
export const quantityValue = (q: Quantity): number => scaled(q, 0)

/** Thousandths, rounded away from zero. Source: Quantity.MilliValue. */
export const quantityMilliValue = (q: Quantity): number => scaled(q, -3)

/** The nearest double, for ratios. Source: Quantity.AsApproximateFloat64. */
export const quantityNumber = (q: Quantity): number =>
  q.exponent < 0
    ? Number(q.unscaled) / 10 ** -q.exponent
    : Number(q.unscaled) * 10 ** q.exponent

/** Drops what is finer than 10^exponent, away from zero. Source: Quantity.RoundUp. */
export function roundUpQuantity(q: Quantity, exponent: number): Quantity {
  if (q.exponent >= exponent) return q
  return quantityOf(roundedDown(BigInt(q.unscaled), exponent - q.exponent), exponent, q.format)
}

/** Thousandths of a text for hot paths: `100m` is 100; absent or no quantity is 0. */
export function milliValueOf(text: string | number | undefined): number {
  if (text === undefined) return 0
  if (typeof text === 'string') {
    const plain = plainNumber(text, 'm')
    if (plain !== undefined) return text.endsWith('m') ? plain : plain * 1000
  }
  const parsed = parseQuantity(String(text))
  return parsed.ok ? quantityMilliValue(parsed.value) : 0
}

/** Whole units of a text for hot paths: `1Gi` is 1073741824; absent or no quantity is 0. */
export function valueOf(text: string | number | undefined): number {
  if (text === undefined) return 0
  const given = String(text)
  const plain = plainNumber(given, '')
  if (plain !== undefined) return plain
  const unit = binaryUnit(given, given.length - 2)
  const count = unit === 0 ? undefined : plainNumber(given.slice(0, -2), '')
  if (count !== undefined && Number.isSafeInteger(count * unit)) return count * unit
  const parsed = parseQuantity(given)
  return parsed.ok ? quantityValue(parsed.value) : 0
}

/** An amount from whole units. */
export const quantityFrom = (value: number, format: QuantityFormat = 'DecimalSI'): Quantity =>
  quantityOf(BigInt(Math.round(value)), 0, format)

/** An amount from thousandths. */
export const quantityFromMilli = (milli: number, format: QuantityFormat = 'DecimalSI'): Quantity =>
  quantityOf(BigInt(Math.round(milli)), -3, format)

interface Parts {
  readonly negative: boolean
  readonly whole: string
  readonly fraction: string
}

function decimal({ negative, whole, fraction }: Parts, { exponent, format }: Suffix): Quantity {
  const digits = unscaledOf(whole + fraction)
  const power = exponent - fraction.length
  if (power >= NANO) return quantityOf(negative ? -digits : digits, power, format)
  const nanos = roundedDown(digits, NANO - power)
  return quantityOf(negative ? -nanos : nanos, NANO, format)
}

function binary({ negative, whole, fraction }: Parts, power: number): Quantity {
  const digits = unscaledOf(whole + fraction)
  const raw = typeof digits === 'number' && power <= 20 ? digits * 2 ** power : undefined
  if (fraction === '' && raw !== undefined && Number.isSafeInteger(raw))
    return { unscaled: negative ? -raw : raw, exponent: 0, format: 'BinarySI' }
  let unscaled = BigInt(digits) << BigInt(power)
  let exponent = -fraction.length
  if (exponent < NANO) {
    unscaled = BigInt(roundedDown(unscaled, NANO - exponent))
    exponent = NANO
  }
  const one = 10n ** BigInt(-exponent)
  if (unscaled > INT64_MAX * one)
    return quantityOf(negative ? -INT64_MAX : INT64_MAX, 0, 'BinarySI')
  // Less than one unit has no binary form worth reading.
  const format = unscaled > 0n && unscaled < one ? 'DecimalSI' : 'BinarySI'
  return quantityOf(negative ? -unscaled : unscaled, exponent, format)
}

/**
 * Upstream keeps the text it read when a quick look says that it is canonical, and that look lets
 * `1.500` and `+5` pass. Clients see those texts again, so the same look is taken here.
 */
function keepsText(parts: Parts, suffix: Suffix): boolean {
  if (!isShort(parts, suffix)) return false
  const { whole, fraction } = parts
  if (suffix.format === 'BinarySI') return (Number(whole.slice(-3)) & 7) !== 0
  const digits = whole + fraction
  if ((suffix.exponent - fraction.length) % 3 !== 0) return false
  return !digits.endsWith('000') && !digits.startsWith('0')
}

/** Whether upstream's fast path with an int64 takes this text. */
function isShort({ whole, fraction }: Parts, { exponent, format }: Suffix): boolean {
  if (format !== 'BinarySI')
    return whole.length + fraction.length <= 18 && exponent - fraction.length >= NANO
  if (fraction !== '' || 14 - whole.length - Math.trunc((exponent * 3) / 10) < 0) return false
  return Number(whole) * 2 ** exponent < 2 ** 63
}

const unscaledOf = (digits: string): number | bigint =>
  digits.length <= 15 ? Number(digits) : BigInt(digits)

/** Makes the cheapest form of an amount. */
function quantityOf(unscaled: number | bigint, exponent: number, format: QuantityFormat): Quantity {
  const number = Number(unscaled)
  return { unscaled: Number.isSafeInteger(number) ? number + 0 : unscaled, exponent, format }
}

const negated = (q: Quantity): Quantity => quantityOf(-q.unscaled, q.exponent, q.format)

const order = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0)

function aligned(a: Quantity, b: Quantity): { left: bigint; right: bigint; exponent: number } {
  const exponent = Math.min(a.exponent, b.exponent)
  const at = (q: Quantity): bigint => BigInt(q.unscaled) * 10n ** BigInt(q.exponent - exponent)
  return { left: at(a), right: at(b), exponent }
}

/** Divides by 10^places, away from zero; never computes a power larger than the digits need. */
function roundedDown(unscaled: number | bigint, places: number): bigint {
  const value = BigInt(unscaled)
  if (value === 0n) return 0n
  const sign = value < 0n ? -1n : 1n
  if (places > value.toString().length) return sign
  const divisor = 10n ** BigInt(places)
  const rest = value % divisor
  return value / divisor + (rest === 0n ? 0n : sign)
}

function scaled(q: Quantity, exponent: number): number {
  const shift = q.exponent - exponent
  if (shift >= 0) {
    const fast = Number(q.unscaled) * 10 ** shift
    return Number.isSafeInteger(fast) ? fast : Number(BigInt(q.unscaled) * 10n ** BigInt(shift))
  }
  if (typeof q.unscaled !== 'number') return Number(roundedDown(q.unscaled, -shift))
  const divisor = 10 ** -shift
  const rest = q.unscaled % divisor
  return (q.unscaled - rest) / divisor + Math.sign(rest)
}

/** The amount as an integer; undefined when it has a fraction. */
function wholeOf(q: Quantity): bigint | undefined {
  const value = BigInt(q.unscaled)
  if (q.exponent >= 0) return value * 10n ** BigInt(q.exponent)
  const divisor = 10n ** BigInt(-q.exponent)
  return value % divisor === 0n ? value / divisor : undefined
}

function binaryText(whole: bigint): string {
  let power = 0
  while (power < BINARY_SUFFIXES.length - 1 && whole % 1024n === 0n) {
    whole /= 1024n
    power++
  }
  return `${whole}${BINARY_SUFFIXES[power]!}`
}

function decimalText(q: Quantity, asExponent: boolean): string {
  const negative = q.unscaled < 0
  const digits = String(negative ? -q.unscaled : q.unscaled)
  const bare = digits.replace(/0+$/, '')
  let exponent = q.exponent + digits.length - bare.length
  let zeros = ((exponent % 3) + 3) % 3
  exponent -= zeros
  if (!asExponent && exponent > 18) {
    zeros += exponent - 18
    exponent = 18
  }
  const suffix = asExponent
    ? exponent === 0
      ? ''
      : `e${exponent}`
    : DECIMAL_SUFFIXES[exponent / 3 + 3]!
  return `${negative ? '-' : ''}${bare}${'0'.repeat(zeros)}${suffix}`
}
