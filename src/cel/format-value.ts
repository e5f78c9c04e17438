import { CEL_TEXT_CHARACTERS_MAX } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import { byCodePoint } from '../meta/go-text.ts'
import { goQuote } from '../meta/go-quote.ts'
import { toText } from './conversion.ts'
import { clauseError, formatText, type FormatVerb } from './format-text.ts'
import { listItems } from './lists.ts'
import { mapFind, mapKeys } from './maps.ts'
import { parseDouble } from './number-text.ts'
import { typeOf } from './type-of.ts'
import { failure, isList, isMap, tagged, type Value } from './values.ts'

type Text = Result<string, string>

/** Decimals of a double where none are asked for. */
const PRECISION = 6

/** `format.format(values)`. Source: cel-go ext/formatting.go. */
export function formatValues(format: string, values: readonly Value[]): Value {
  const text = formatText<string>(format, {
    size: values.length,
    clause: (index, verb, precision) => clauseText(values[index]!, verb, precision ?? PRECISION),
    error: (message) => message,
    within: (words, message) => `${words}: ${message}`,
  })
  return text.ok ? text.value : failure(text.error)
}

function clauseText(value: Value, verb: FormatVerb, precision: number): Text {
  const refused = (): Text => err(clauseError(verb, typeOf(value).name))
  const exact = integerOf(value)
  switch (verb) {
    case 's':
      return stringText(value) ?? refused()
    case 'd':
      return exact === undefined ? refused() : ok(String(exact))
    case 'f':
    case 'e': {
      const double = doubleOf(value)
      if (double === undefined) return refused()
      return ok(verb === 'f' ? fixedText(double, precision) : scientificText(double))
    }
    case 'b':
      if (typeof value === 'boolean') return ok(value ? '1' : '0')
      return exact === undefined ? refused() : ok(exact.toString(2))
    case 'o':
      return exact === undefined ? refused() : ok(exact.toString(8))
    default: {
      const hex = hexText(value, exact)
      if (hex === undefined) return refused()
      return ok(verb === 'X' ? hex.toUpperCase() : hex)
    }
  }
}

function integerOf(value: Value): bigint | number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  const other = tagged(value)
  return other?.tag === 'uint' ? other.value : undefined
}

function doubleOf(value: Value): number | undefined {
  const other = tagged(value)
  if (other?.tag === 'double') return other.value
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? parseDouble(value) : undefined
}

function hexText(value: Value, exact: bigint | number | undefined): string | undefined {
  if (typeof value === 'string') return Buffer.from(value).toString('hex')
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return exact?.toString(16)
}

/** A value under `%s`; undefined for those that have no text. */
function stringText(value: Value): Text | undefined {
  if (isList(value)) return listText(value)
  if (isMap(value)) return mapText(value)
  if (value === null) return ok('null')
  const tag = tagged(value)?.tag
  if (tag === 'object' || tag === 'optional') return undefined
  const text = toText(value)
  if (typeof text === 'string') return ok(text)
  // Upstream prints the failure of bytes that are no text in the message.
  return err(`could not convert argument ${goQuote('invalid UTF-8 in bytes, cannot convert to string')} to string`)
}

/** A value within a list or map. Source: clauseForType, quoteForCEL. */
function memberText(value: Value): Text {
  if (isList(value)) return listText(value)
  if (isMap(value)) return mapText(value)
  if (typeof value === 'string') return ok(goQuote(value))
  const other = tagged(value)
  switch (other?.tag) {
    case 'double': {
      const text = fixedText(other.value, PRECISION, 'Go')
      return ok(Number.isFinite(other.value) ? text : goQuote(text))
    }
    case 'timestamp':
    case 'duration':
      return ok(`${other.tag}(${goQuote(String(toText(value)))})`)
    case 'object':
    case 'optional':
      return err(`no formatting function for ${typeOf(value).name}`)
  }
  const text = stringText(value)!
  return text.ok && value instanceof Uint8Array ? ok(`b${goQuote(text.value)}`) : text
}

function listText(list: Parameters<typeof listItems>[0]): Text {
  const parts: string[] = []
  let length = 0
  for (const item of listItems(list)) {
    const text = memberText(item)
    if (!text.ok) return text
    parts.push(text.value)
    length += text.value.length
    if (length > CEL_TEXT_CHARACTERS_MAX) return err('formatted text is too long')
  }
  return ok(`[${parts.join(', ')}]`)
}

function mapText(map: Parameters<typeof mapKeys>[0]): Text {
  const pairs: (readonly [string, string])[] = []
  for (const key of mapKeys(map)) {
    const plain = typeof key === 'string' ? goQuote(key) : undefined
    const number = integerOf(key)
    const keyText = plain ?? (typeof key === 'boolean' ? String(key) : number?.toString())
    if (keyText === undefined) return err(`no formatting function for map key of type ${typeOf(key).name}`)
    const value = mapFind(map, key)
    if (value === undefined) return err(`could not find key: ${keyText}`)
    const text = memberText(value)
    if (!text.ok) return text
    pairs.push([keyText, text.value])
  }
  pairs.sort(([a], [b]) => byCodePoint(a, b))
  return ok(`{${pairs.map(([key, text]) => `${key}:${text}`).join(', ')}}`)
}

/** Words of Go's fmt and of its message package, whose texts are those of English. */
const WORDS = { Go: ['NaN', '+Inf', '-Inf'], English: ['NaN', '\u221e', '-\u221e'] } as const

function unusual(value: number, words: keyof typeof WORDS): string | undefined {
  if (Number.isFinite(value)) return undefined
  const [nan, up, down] = WORDS[words]
  return Number.isNaN(value) ? nan : value > 0 ? up : down
}

/** `%.Nf`; `%f` of the format itself groups digits as English does. */
function fixedText(value: number, precision: number, words: keyof typeof WORDS = 'English'): string {
  const word = unusual(value, words)
  if (word !== undefined) return word
  const text = exactFixed(value, precision)
  if (words === 'Go') return text
  if (value === 0) return text.replace('-', '')
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(.*)$/.exec(text)!
  return sign + whole.replace(/\B(?=(?:\d{3})+$)/g, ',') + rest
}

/** Decimals of the exact value of a double, rounded half to even on what is left. */
function exactFixed(value: number, precision: number): string {
  const [digits, scale] = exactOf(value)
  const shift = precision - scale
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : rounded(digits, 10n ** BigInt(-shift))
  const negative = value < 0 || Object.is(value, -0)
  const text = String(scaled < 0n ? -scaled : scaled).padStart(precision + 1, '0')
  const whole = text.slice(0, text.length - precision)
  const fraction = precision > 0 ? `.${text.slice(text.length - precision)}` : ''
  return `${negative ? '-' : ''}${whole}${fraction}`
}

function rounded(digits: bigint, divisor: bigint): bigint {
  const [quotient, rest] = [digits / divisor, digits % divisor]
  const twice = (rest < 0n ? -rest : rest) * 2n
  const up = twice > divisor || (twice === divisor && quotient % 2n !== 0n)
  return up ? quotient + (digits < 0n ? -1n : 1n) : quotient
}

/** A double as `digits / 10^scale`. */
function exactOf(value: number): [digits: bigint, scale: number] {
  let scale = 0
  let mantissa = value
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2
    scale++
  }
  return [BigInt(mantissa) * 5n ** BigInt(scale), scale]
}

/** Digits of exponents as English raises them. */
const RAISED = '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079'

/** `%e` as English has it, always with 6 decimals: `1.234560\u00d710\u2070\u00b3`. */
function scientificText(value: number): string {
  const word = unusual(value, 'English')
  if (word !== undefined) return word.padStart(PRECISION)
  const [digits = '', exponent = '0'] = value.toExponential(PRECISION).split('e')
  const power = Number(exponent)
  const raised = [...String(Math.abs(power)).padStart(2, '0')].map((digit) => RAISED[Number(digit)]).join('')
  return `${digits}\u00d710${power < 0 ? '\u207b' : ''}${raised}`
}
