import { expect, test } from 'bun:test'
import {
  intOrStringText,
  intValue,
  isPercent,
  parseIntOrString,
  scaledValue,
} from '../../src/meta/int-or-string.ts'
import rows from './golden/int-or-percent.json'

interface Row {
  text: string
  total: number
  up?: number
  down?: number
  error?: string
}

test.each(rows as Row[])('%o', ({ text, total, up, down, error }) => {
  const value = parseIntOrString(text)
  const given = [scaledValue(value, total, true), scaledValue(value, total, false)]
  if (error === undefined) expect(given).toEqual([up, down].map((v) => ({ ok: true, value: v! })))
  else expect(given).toEqual([error, error].map((e) => ({ ok: false, error: e })))
})

test('an absent value is an error', () => {
  expect(scaledValue(undefined, 1, true)).toEqual({
    ok: false,
    error: 'nil value for IntOrString',
  })
})

test('what is a percentage and what a number', () => {
  expect(['1%', '100%', 'a%', '%', '1.5%', '-1%', 5].map((v) => isPercent(v))).toEqual([
    true, true, false, false, false, false, false,
  ])
  expect(['5', 'http', '-3', 7].map(intValue)).toEqual([5, 0, -3, 7])
  expect(['2147483647', '2147483648', '-2147483648', '1.5', ''].map(parseIntOrString)).toEqual([
    2147483647, '2147483648', -2147483648, '1.5', '',
  ])
  expect([intOrStringText(5), intOrStringText('5%')]).toEqual(['5', '5%'])
})
