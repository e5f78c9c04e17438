import { describe, expect, test } from 'bun:test'
import { decodeYaml } from '../../src/meta/decode.ts'
import { parseYaml } from '../../src/meta/yaml.ts'
import { schemaFor } from '../../src/resources/schemas.ts'

const value = (text: string) => {
  const parsed = parseYaml(text)
  return parsed.ok ? parsed.value.value : parsed.error
}

describe('scalars follow Go’s YAML 1.1', () => {
  const cases: [string, unknown][] = [
    ['yes', true],
    ['Off', false],
    ['y', true],
    ['~', null],
    ['', null],
    ['Null', null],
    ['010', 8],
    ['0o10', 8],
    ['0x1F', 31],
    ['0b11', 3],
    ['1_000', 1000],
    ['-5', -5],
    ['+7', 7],
    ['1.5', 1.5],
    ['1.', 1],
    ['.5', 0.5],
    ['1e3', 1000],
    ['1:30', '1:30'],
    ['08', 8],
    ['2001-01-01', '2001-01-01'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['"5"', '5'],
    ["'yes'", 'yes'],
    ['!!str 5', '5'],
    ['!!binary QQ==', 'A'],
    ['abc', 'abc'],
    ['1.2.3', '1.2.3'],
    ['-', [null]],
    ['- a', ['a']],
    ['100000000000000000000', 1e20],
  ]
  test.each(cases)('%s', (text, want) => {
    expect(value(text)).toEqual(want as never)
  })

  test('integers beyond 2^53 keep their digits', () => {
    expect(JSON.stringify(value('a: 9007199254740993'))).toBe('{"a":9007199254740993}')
  })
})

describe('documents', () => {
  test('keys become texts, sorted as Go’s JSON encoder sorts them', () => {
    expect(JSON.stringify(value('b: 1\na: 2\n5: x\ntrue: z'))).toBe(
      '{"5":"x","a":2,"b":1,"true":"z"}',
    )
  })

  test('merge keys, and the key itself wins', () => {
    const text = 'base: &b {x: 1, w: 2}\none: {<<: *b, w: 3}\ntwo:\n  <<: [*b, {z: 4}]'
    expect(value(text)).toEqual({
      base: { x: 1, w: 2 },
      one: { x: 1, w: 3 },
      two: { x: 1, w: 2, z: 4 },
    })
  })

  test('what follows a second --- is ignored', () => {
    expect(value('a: 1\n---\nb: 2\n')).toEqual({ a: 1 })
  })

  test('repeated keys are one strict error with lines; the last wins', () => {
    const schema = schemaFor({ group: '', version: 'v1', kind: 'Pod' })!
    const text = 'kind: Pod\nspec:\n  zeta: 1\n  alpha: 2\n  nodeName: a\n  nodeName: b\n'
    const result = decodeYaml(schema, text)
    expect(result).toMatchObject({
      ok: true,
      value: {
        value: { spec: { nodeName: 'b' } },
        strict: [
          'yaml: unmarshal errors:\n  line 6: key "nodeName" already set in map',
          'unknown field "spec.alpha"',
          'unknown field "spec.zeta"',
        ],
      },
    })
  })

  test('`__proto__` is a plain key', () => {
    expect(JSON.stringify(value('__proto__: {a: 1}'))).toBe('{"__proto__":{"a":1}}')
  })
})

describe('what is refused', () => {
  test.each([
    ['a: b\n c: d\n', /^yaml: line \d+: /],
    ['a: [1\n', /^yaml: line \d+: /],
    ['&a [*a]', /^yaml: anchor 'a' value contains itself$/],
    ['a: *nothing', /^yaml: unknown anchor 'nothing' referenced|^yaml: line/],
    ['a: .inf', /unsupported value: \+Inf/],
    ['? {a: 1}\n: b', /unsupported map key/],
    ['<<: 5', /map merge requires map/],
  ])('%j', (text, error) => {
    expect(value(text)).toMatch(error)
  })

  test('a few lines of aliases to aliases do not become billions of nodes', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 12; i++) {
      const refs = Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')
      lines.push(`a${i}: &a${i} [${refs}]`)
    }
    expect(value(lines.join('\n'))).toBe('yaml: document contains excessive aliasing')
  })

  test('deep nesting is an error, not a crash', () => {
    const text = '['.repeat(20_000)
    expect(value(text)).toMatch(/^yaml: /)
  })
})
