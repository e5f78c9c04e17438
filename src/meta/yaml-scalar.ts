import type { Json } from './object.ts'
import { int64From } from './raw-number.ts'

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word): [string, Json] => [word, true],
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word): [string, Json] => [word, false],
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((word): [string, Json] => [word, null]),
])
const NOT_JSON = /^[-+]?\.(?:nan|NaN|NAN|inf|Inf|INF)$/
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/
const UINT64_MAX = 2n ** 64n - 1n
const INT64_MIN = -(2n ** 63n)

/**
 * The value of an unquoted YAML scalar. Throws for `.nan` and `.inf`, which JSON cannot say.
 * Source: go.yaml.in/yaml/v2 resolve.go (YAML 1.1 words, no base 60, times stay text).
 */
export function plainScalar(text: string): Json {
  const word = WORDS.get(text)
  if (word !== undefined) return word
  if (!/^[-+.0-9]/.test(text)) return text
  if (NOT_JSON.test(text)) throw new Error(`json: unsupported value: ${infinite(text)}`)
  const plain = text.startsWith('.') ? text : text.replaceAll('_', '')
  const integer = integerFrom(plain)
  if (integer !== undefined) return integer
  const float = FLOAT.test(plain) ? Number(plain) : Number.NaN
  return Number.isFinite(float) ? float : text
}

function integerFrom(text: string): Json | undefined {
  const match = INTEGER.exec(text)
  if (!match) return undefined
  const [, sign, hex, binary, octal, decimal] = match
  const digits = hex ? `0x${hex}` : binary ? `0b${binary}` : octal ? `0o${octal}` : decimal!
  if (digits.length > 70) return undefined
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits)
  if (value > UINT64_MAX || value < INT64_MIN) return undefined
  const exact = int64From(value.toString())
  return exact ?? (JSON.rawJSON(value.toString()) as unknown as Json)
}

const infinite = (text: string): string =>
  /nan/i.test(text) ? 'NaN' : text.startsWith('-') ? '-Inf' : '+Inf'
