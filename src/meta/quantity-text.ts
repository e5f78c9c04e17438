/** The texts of quantities, as far as they need no arithmetic. Source: api/resource suffix.go. */

/** How a quantity likes to be written: `12M`, `12Mi`, `12e6`. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** Powers of a thousand from nano up. */
export const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
/** Powers of 1024. */
export const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

/** What a suffix says. */
export interface Suffix {
  /** A power of ten, for BinarySI of two. */
  readonly exponent: number
  readonly format: QuantityFormat
}

/** Reads `m`, `Gi`, `e3`; undefined when it is none of them. Source: api/resource suffix.go. */
export function readSuffix(text: string): Suffix | undefined {
  const decimalAt = DECIMAL_SUFFIXES.indexOf(text)
  if (decimalAt >= 0) return { exponent: (decimalAt - 3) * 3, format: 'DecimalSI' }
  const binaryAt = BINARY_SUFFIXES.indexOf(text)
  if (binaryAt > 0) return { exponent: binaryAt * 10, format: 'BinarySI' }
  const match = /^[eE]([+-]?[0-9]+)$/.exec(text)
  if (!match) return undefined
  const exponent = Number(match[1])
  return Math.abs(exponent) < 2 ** 63 ? { exponent, format: 'DecimalExponent' } : undefined
}

/** Whether a common text is canonical already: a quick look without a regular expression. */
export function isCanonicalText(text: string): boolean {
  let end = 0
  while (end < text.length && isDigit(text.charCodeAt(end))) end++
  if (end === 0 || end > 9 || text.charCodeAt(0) === 48) return false
  if (end === text.length || end === text.length - 1) {
    const known = end === text.length || 'mkMG'.includes(text[end]!)
    return known && !text.startsWith('000', end - 3)
  }
  return binaryUnit(text, end) > 0 && Number(text.slice(0, end)) % 1024 !== 0
}

/** The bytes of `Ki`, `Mi`, `Gi` when just that stands at `at`, else 0. */
export function binaryUnit(text: string, at: number): number {
  if (text.length !== at + 2 || text[at + 1] !== 'i') return 0
  const power = 'KMG'.indexOf(text[at]!)
  return power < 0 ? 0 : 1024 ** (power + 1)
}

/** Digits with at most this one-letter suffix, as a number. */
export function plainNumber(text: string, suffix: '' | 'm'): number | undefined {
  let end = text.length
  if (suffix !== '' && text.endsWith(suffix)) end--
  if (end === 0 || end > 12) return undefined
  let number = 0
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i)
    if (!isDigit(code)) return undefined
    number = number * 10 + code - 48
  }
  return number
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57
