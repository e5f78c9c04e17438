import type { Json } from './object.ts'
import { isJsonObject } from './own-property.ts'
import { isRawNumber, numberText } from './raw-number.ts'

/**
 * A JSON value as Go's `%v` prints it: `map[a:1 b:[x y]]`, keys sorted, nil as `<nil>`. Patch
 * errors carry whole maps in this form and clients match them. Source: Go fmt, printValue.
 */
export function goText(value: Json): string {
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (isJsonObject(value)) {
    const pairs = Object.keys(value).sort(byCodePoint)
    return `map[${pairs.map((key) => `${key}:${goText(value[key] ?? null)}`).join(' ')}]`
  }
  if (typeof value === 'number') return goNumber(value)
  if (isFraction(value)) return goFloat(Number(numberText(value)))
  return typeof value === 'object' ? numberText(value) : String(value)
}

/** Go's reflect type of a decoded JSON value, as error messages name it. */
export function goType(value: Json): string {
  if (value === null) return '%!s(<nil>)'
  if (Array.isArray(value)) return '[]interface {}'
  if (isJsonObject(value)) return 'map[string]interface {}'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int64' : 'float64'
  return isFraction(value) ? 'float64' : 'int64'
}

/** A value under `%s`: text stays, all else carries Go's complaint about the verb. */
export const goStringVerb = (value: Json): string => {
  if (typeof value === 'string') return value
  return value === null ? '%!s(<nil>)' : `%!s(${goType(value)}=${goText(value)})`
}

/** Sorts as Go compares strings: by UTF-8 bytes, which is by code point. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    // Surrogates stand for code points above every other code unit.
    const high = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff
    return high(x) === high(y) ? x - y : high(x) ? 1 : -1
  }
  return a.length - b.length
}

/** Whole numbers are int64. */
const goNumber = (value: number): string => (Number.isSafeInteger(value) ? String(value) : goFloat(value))

/** Go's %v of a float64: with an exponent of at least two digits from a million up and below 1e-4. */
export function goFloat(value: number): string {
  const size = Math.abs(value)
  const text = size !== 0 && (size < 1e-4 || size >= 1e6) ? value.toExponential() : String(value)
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

/** A number that Go decodes as a float64 although its value may be whole: `1.0`, `1e3`. */
const isFraction = (value: Json): boolean => isRawNumber(value) && /[.eE]/.test(numberText(value))
