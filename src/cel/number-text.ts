/** A double as Go's `%g` and `%v` write it: `1e+06`, `0.5`, `+Inf`. Source: strconv.FormatFloat 'g', -1. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  if (value === 0) return '0'
  const [digits = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= 6) return `${digits}e${exponentOf(exponent)}`
  return plainText(value)
}

/** A double without an exponent. Source: strconv.FormatFloat 'f', -1. */
export function plainText(value: number): string {
  if (!Number.isFinite(value)) return doubleText(value)
  const text = String(value)
  if (!text.includes('e')) return Object.is(value, -0) ? '-0' : text
  const [digits = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  const sign = digits.startsWith('-') ? '-' : ''
  const bare = digits.replace(/[-.]/g, '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${bare}`
  return `${sign}${bare}${'0'.repeat(exponent + 1 - bare.length)}`
}

const exponentOf = (exponent: number): string =>
  `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`

const INTEGER = /^[+-]?\d+$/
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
/** Underscores may stand between digits. */
const GROUPED = /^[^_]*(?:[0-9a-fA-FxX]_[0-9a-fA-F][^_]*)+$/
const HEX_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/

/** An int64 or uint64 from decimal text; undefined when it is none. Source: strconv.ParseInt base 10. */
export function parseInteger(text: string, signed: boolean): bigint | undefined {
  if (!INTEGER.test(text) || (!signed && !/^\d/.test(text)) || text.length > 400) return undefined
  const exact = BigInt(text.startsWith('+') ? text.slice(1) : text)
  const [low, high] = signed ? [-(2n ** 63n), 2n ** 63n] : [0n, 2n ** 64n]
  return exact >= low && exact < high ? exact : undefined
}

/** A double from text; undefined when it is none or too large. Source: strconv.ParseFloat. */
export function parseDouble(written: string): number | undefined {
  const text = GROUPED.test(written) ? written.replaceAll('_', '') : written
  const word = /^([+-]?)(?:(inf|infinity)|nan)$/i.exec(text)
  if (word) {
    if (!word[2]) return word[1] === '' ? NaN : undefined
    return word[1] === '-' ? -Infinity : Infinity
  }
  const hex = HEX_FLOAT.exec(text)
  if (hex) return hexDouble(hex)
  if (!FLOAT.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

function hexDouble([, sign, whole = '', fraction = '', power]: readonly (string | undefined)[]): number | undefined {
  if (whole + fraction === '') return undefined
  let value = 0
  for (const digit of whole + fraction) value = value * 16 + parseInt(digit, 16)
  value *= 2 ** (Number(power) - 4 * fraction.length)
  return Number.isFinite(value) ? (sign === '-' ? -value : value) : undefined
}
