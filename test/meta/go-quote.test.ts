import { expect, test } from 'bun:test'
import { goJson, goQuote, isPrintable } from '../../src/meta/go-quote.ts'

test.each([
  ['', '""'],
  ['plain', '"plain"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ['\n\t\r\v\f\b\x07', '"\\n\\t\\r\\v\\f\\b\\a"'],
  ['\x01\x7f', '"\\x01\\x7f"'],
  ['é漢😀', '"é漢😀"'],
  ['\u00a0\u2028', '"\\u00a0\\u2028"'],
  ['\u{e0001}', '"\\U000e0001"'],
  ['\ud800', '"\ufffd"'],
])('%j', (text, quoted) => {
  expect(goQuote(text)).toBe(quoted)
})

test('values as Go writes JSON', () => {
  expect(goJson({ a: '<b>&\u2028' })).toBe('{"a":"\\u003cb\\u003e\\u0026\\u2028"}')
  expect([goJson(null), goJson(undefined), goJson(5), goJson([])]).toEqual(['null', 'null', '5', '[]'])
})

test('printable characters', () => {
  expect([' ', 'a', 'é', '\u00a0', '\n'].map(isPrintable)).toEqual([true, true, true, false, false])
})
