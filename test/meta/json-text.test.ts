import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseJson } from '../../src/meta/json-text.ts'

describe('syntax errors in Go’s words', () => {
  const cases: [string, string][] = [
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a":"b', 'unexpected end of JSON input'],
    ['{"a"}', "invalid character '}' after object key"],
    ['{"a":}', "invalid character '}' looking for beginning of value"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{,}', "invalid character ',' looking for beginning of object key string"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{"a":[}', "invalid character '}' looking for beginning of value"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['{"a":tru}', "invalid character '}' in literal true (expecting 'e')"],
    ['nul', "invalid character ' ' in literal null (expecting 'l')"],
    ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"],
    ['{"a":1e}', "invalid character '}' in exponent of numeric literal"],
    ['{"a":-}', "invalid character '}' in numeric literal"],
    ['-', "invalid character ' ' in numeric literal"],
    ['{"a":"\n"}', "invalid character '\\n' in string literal"],
    ['{"a":"\\x"}', "invalid character 'x' in string escape code"],
    ['{"a":"\\u12G4"}', "invalid character 'G' in \\u hexadecimal character escape"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['\u0000', "invalid character '\\x00' looking for beginning of value"],
  ]
  test.each(cases)('%j', (text, error) => {
    expect(parseJson(text)).toEqual({ ok: false, error })
  })

  test('every text that JSON.parse refuses has an error, and no other', () => {
    const mangled = fc.tuple(fc.json({ maxDepth: 3 }), fc.nat(60), fc.string({ maxLength: 2 }))
    fc.assert(
      fc.property(mangled, ([text, at, insert]) => {
        const given = text.slice(0, at) + insert + text.slice(at)
        const result = parseJson(given)
        let isJson = true
        try {
          JSON.parse(given)
        } catch {
          isJson = false
        }
        expect(result.ok).toBe(isJson)
        if (!result.ok) expect(result.error).toMatch(/^(invalid character|unexpected end)/)
      }),
      { numRuns: 500 },
    )
  })
})

describe('exactness', () => {
  test('numbers that a double cannot hold keep their text', () => {
    const text = '{"a":9007199254740993,"b":[-12345678901234567890],"c":1.5,"d":1}'
    const parsed = parseJson(text)
    expect(parsed.ok && JSON.stringify(parsed.value.value)).toBe(text)
  })

  test('bytes that are no UTF-8 become U+FFFD one by one, as in Go', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":"x'),
      Buffer.from([0xe2, 0x82, 0xff]),
      Buffer.from('ä"}'),
    ])
    const parsed = parseJson(bytes)
    expect(parsed.ok && parsed.value.value).toEqual({ a: 'x\ufffd\ufffd\ufffdä' })
  })

  test('a lone surrogate becomes U+FFFD', () => {
    const parsed = parseJson('{"a":"\\ud800z","b":"\\ud83d\\ude00"}')
    expect(parsed.ok && parsed.value.value).toEqual({ a: '\ufffdz', b: '😀' })
  })

  test('the count of keys is never below the text’s', () => {
    const count = (value: unknown): number =>
      typeof value !== 'object' || value === null
        ? 0
        : Object.entries(value).reduce(
            (n, [, v]) => n + (Array.isArray(value) ? 0 : 1) + count(v),
            0,
          )
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1), (value, indent) => {
        const parsed = parseJson(JSON.stringify(value, null, indent))
        expect(parsed.ok && parsed.value.keysMost).toBeGreaterThanOrEqual(count(value))
      }),
      { numRuns: 300 },
    )
  })
})
