import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  addQuantity,
  canonicalQuantity,
  compareQuantity,
  milliValueOf,
  parseQuantity,
  quantityFrom,
  quantityFromMilli,
  quantityMilliValue,
  quantityNumber,
  quantitySign,
  quantityText,
  quantityValue,
  roundUpQuantity,
  subQuantity,
  valueOf,
  ZERO_QUANTITY,
  type Quantity,
} from '../../src/meta/quantity.ts'
import golden from './golden/quantity.json'
import pairs from './golden/quantity-pairs.json'

const read = (text: string): Quantity => {
  const parsed = parseQuantity(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error}`)
  return parsed.value
}

/** Rows made with apimachinery v0.37.2 (Go). */
interface Row {
  text: string
  error?: string
  canonical?: string
  format?: string
  sign?: number
  roundedToMilli?: string
  value?: number
  milli?: number
}

describe('a text is read and written as Go does', () => {
  for (const row of (golden as Row[]).filter((r) => r.text === r.text.trim())) {
    test(JSON.stringify(row.text), () => {
      const parsed = parseQuantity(row.text)
      if (row.error !== undefined) {
        expect(parsed).toEqual({ ok: false, error: row.error })
        expect(canonicalQuantity(row.text)).toBe(row.text)
        return
      }
      const q = read(row.text)
      expect(quantityText(q)).toBe(row.canonical!)
      expect(canonicalQuantity(row.text)).toBe(row.canonical!)
      expect(q.format as string).toBe(row.format!)
      expect(quantitySign(q)).toBe(row.sign!)
      expect(quantityText(roundUpQuantity(q, -3))).toBe(row.roundedToMilli!)
      if (row.value !== undefined) {
        expect(quantityValue(q)).toBe(row.value)
        expect(valueOf(row.text)).toBe(row.value)
      }
      if (row.milli !== undefined) {
        expect(quantityMilliValue(q)).toBe(row.milli)
        expect(milliValueOf(row.text)).toBe(row.milli)
      }
    })
  }
})

describe('two quantities', () => {
  for (const { a, b, add, sub, cmp } of pairs) {
    test(`${a} and ${b}`, () => {
      expect(quantityText(addQuantity(read(a), read(b)))).toBe(add)
      expect(quantityText(subQuantity(read(a), read(b)))).toBe(sub)
      expect(compareQuantity(read(a), read(b))).toBe(cmp)
    })
  }
})

test('white space around it is dropped, as the JSON decoder does', () => {
  expect(canonicalQuantity(' 1000m ')).toBe('1')
})

test('hostile amounts are refused or rounded, never computed', () => {
  expect(parseQuantity('1e1000000000').ok).toBe(false)
  expect(parseQuantity(`1e${'9'.repeat(400)}`).ok).toBe(false)
  expect(parseQuantity('9'.repeat(2000)).ok).toBe(false)
  expect(quantityText(read('1e-1000000000'))).toBe('1e-9')
  expect(quantityText(read('1e1000'))).toBe('10e999')
})

test('amounts beyond 2^53 cancel out exactly', () => {
  const left = subQuantity(read('9223372036854775807'), read('9223372036854775806'))
  expect(quantityText(left)).toBe('1')
})

test('upstream loses the suffix above E; klio keeps the amount', () => {
  expect(canonicalQuantity('1000E')).toBe('1000E')
  expect(quantityText(read('1024Ei'))).toBe('9223372036854775807')
})

test.each([
  [undefined, 0, 0],
  ['', 0, 0],
  ['x', 0, 0],
  [1, 1000, 1],
  [16.1, 16100, 17],
  ['-1', -1000, -1],
  ['-1500m', -1500, -2],
  ['1e3', 1_000_000, 1000],
])('hot readers: %p', (text, milli, value) => {
  expect(milliValueOf(text)).toBe(milli)
  expect(valueOf(text)).toBe(value)
})

test('made amounts', () => {
  expect(quantityText(quantityFrom(2 ** 30, 'BinarySI'))).toBe('1Gi')
  expect(quantityText(quantityFromMilli(250))).toBe('250m')
  expect(quantityText(ZERO_QUANTITY)).toBe('0')
  expect(quantityNumber(read('1500m'))).toBe(1.5)
  expect(quantityNumber(read('2k'))).toBe(2000)
})

const SUFFIX: Record<string, bigint> = {
  '': 10n ** 9n, m: 10n ** 6n, u: 1000n, n: 1n, k: 10n ** 12n, M: 10n ** 15n, G: 10n ** 18n,
  Ki: 1024n * 10n ** 9n, Mi: 1024n ** 2n * 10n ** 9n, Gi: 1024n ** 3n * 10n ** 9n,
}

describe('laws, held against BigInt in nano units', () => {
  const amount = fc
    .record({
      digits: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      suffix: fc.constantFrom(...Object.keys(SUFFIX)),
    })
    .filter(({ digits, suffix }) => {
      const limit = 2n ** 63n * 10n ** 9n
      const nanos = digits * SUFFIX[suffix]!
      return nanos < limit && nanos > -limit
    })
    .map(({ digits, suffix }) => ({ text: `${digits}${suffix}`, nanos: digits * SUFFIX[suffix]! }))
  const nanosOf = (q: Quantity): bigint => BigInt(q.unscaled) * 10n ** BigInt(q.exponent + 9)

  test('reading is exact', () => {
    fc.assert(fc.property(amount, ({ text, nanos }) => nanosOf(read(text)) === nanos))
  })
  test('writing and reading again changes nothing', () => {
    fc.assert(
      fc.property(amount, ({ text, nanos }) => {
        const canonical = canonicalQuantity(text)
        return nanosOf(read(canonical)) === nanos && canonicalQuantity(canonical) === canonical
      }),
    )
  })
  test('sums, differences and order are exact', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        expect(nanosOf(addQuantity(read(a.text), read(b.text)))).toBe(a.nanos + b.nanos)
        expect(nanosOf(subQuantity(read(a.text), read(b.text)))).toBe(a.nanos - b.nanos)
        const order = a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0
        expect(compareQuantity(read(a.text), read(b.text))).toBe(order)
      }),
    )
  })
  test('whole and milli values round away from zero', () => {
    const ceil = (n: bigint, d: bigint) => n / d + (n % d === 0n ? 0n : n < 0n ? -1n : 1n)
    fc.assert(
      fc.property(amount, ({ text, nanos }) => {
        const whole = ceil(nanos, 10n ** 9n)
        const milli = ceil(nanos, 10n ** 6n)
        if (whole < 2n ** 53n && whole > -(2n ** 53n)) {
          expect(quantityValue(read(text))).toBe(Number(whole))
          expect(valueOf(text)).toBe(Number(whole))
        }
        if (milli < 2n ** 53n && milli > -(2n ** 53n)) {
          expect(quantityMilliValue(read(text))).toBe(Number(milli))
          expect(milliValueOf(text)).toBe(Number(milli))
        }
      }),
    )
  })
})
