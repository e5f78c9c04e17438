import { describe, expect, test } from 'bun:test'
import { byCodePoint, goStringVerb, goText, goType } from '../../src/meta/go-text.ts'
import type { Json } from '../../src/meta/object.ts'

const raw = (text: string): Json => JSON.rawJSON(text) as unknown as Json

/** value | %v | type | %s, as Go prints what sigs.k8s.io/json decoded. */
const SHOWN: [Json, string, string, string][] = [
  [null, '<nil>', '%!s(<nil>)', '%!s(<nil>)'],
  [true, 'true', 'bool', '%!s(bool=true)'],
  ['a b', 'a b', 'string', 'a b'],
  [5, '5', 'int64', '%!s(int64=5)'],
  [1.5, '1.5', 'float64', '%!s(float64=1.5)'],
  [1e21, '1e+21', 'float64', '%!s(float64=1e+21)'],
  [0.00001, '1e-05', 'float64', '%!s(float64=1e-05)'],
  [1.5e-7, '1.5e-07', 'float64', '%!s(float64=1.5e-07)'],
  [raw('9007199254740993'), '9007199254740993', 'int64', '%!s(int64=9007199254740993)'],
  [raw('1.0'), '1', 'float64', '%!s(float64=1)'],
  [[1, null, ['x']], '[1 <nil> [x]]', '[]interface {}', '%!s([]interface {}=[1 <nil> [x]])'],
  [
    { b: 1, a: { c: 'd' } },
    'map[a:map[c:d] b:1]',
    'map[string]interface {}',
    '%!s(map[string]interface {}=map[a:map[c:d] b:1])',
  ],
]

test.each(SHOWN)('%j is shown as Go does', (value, text, type, verb) => {
  expect(goText(value)).toBe(text)
  expect(goType(value)).toBe(type)
  expect(goStringVerb(value)).toBe(verb)
})

describe('byCodePoint', () => {
  test('sorts like UTF-8 bytes', () => {
    const words = [
      '',
      'a',
      'a\u0000',
      'ab',
      'b',
      'é',
      '\ue000',
      '\uffff',
      '\u{10000}',
      '\u{10ffff}',
    ]
    expect(words.toReversed().sort(byCodePoint)).toEqual(words)
    const bytes = words.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect(bytes).toEqual(words)
  })
})
