import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { isNothing, semanticallyEqual } from '../../src/meta/equality.ts'
import type { FieldSchema, TypeSchema, ValueType } from '../../src/meta/schema.ts'

const typeOf = (name: string, fields: Partial<FieldSchema>[]): TypeSchema => {
  const full = fields.map((f) => f as FieldSchema)
  return {
    name, description: '', fields: full,
    byName: new Map(full.map((f) => [f.name, f])), byNumber: new Map(),
  }
}
const text: ValueType = { of: 'string' }
const inner = typeOf('Inner', [
  { name: 'text', value: text },
  { name: 'map', value: { of: 'map', values: text } },
])
const outer = typeOf('Outer', [
  { name: 'map', value: { of: 'map', values: text } },
  { name: 'pointer', value: { of: 'object', type: inner } },
  { name: 'struct', value: { of: 'object', type: inner }, byValue: true },
  { name: 'list', value: { of: 'list', items: { of: 'object', type: inner } } },
])

describe('without a schema', () => {
  test.each([
    [{}, {}, true],
    [{ a: null }, {}, true],
    [{}, { a: null }, true],
    [{ a: [] }, {}, true],
    [{ a: [] }, { a: null }, true],
    [{ a: {} }, {}, false],
    [{ a: {} }, { a: [] }, false],
    [{ a: '' }, {}, false],
    [{ a: 0 }, {}, false],
    [{ a: false }, { a: 0 }, false],
    [{ a: 1 }, { a: '1' }, false],
    [{ a: [1, 2] }, { a: [2, 1] }, false],
    [{ a: [1] }, { a: [1, 2] }, false],
    [{ a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 1 }] } }, true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ constructor: 'x' }, {}, false],
    [{}, { toString: 'x' }, false],
    [JSON.parse('{"__proto__": {}}'), { a: {} }, false],
    [undefined, undefined, true],
    [undefined, null, true],
    [null, [], true],
  ])('%j and %j: %p', (a, b, same) => {
    expect(semanticallyEqual(a, b)).toBe(same)
    expect(semanticallyEqual(b, a)).toBe(same)
  })
})

describe('with a schema', () => {
  test.each([
    [{ map: {} }, {}, true],
    [{ pointer: {} }, {}, false],
    [{ struct: {} }, {}, true],
    [{ struct: { map: {}, text: null } }, {}, true],
    [{ struct: { text: '' } }, {}, false],
    [{ pointer: { map: {} } }, { pointer: {} }, true],
    [{ list: [{ map: {} }] }, { list: [{}] }, true],
    [{ list: [{}] }, {}, false],
    [{ unknown: {} }, {}, false],
  ])('%j and %j: %p', (a, b, same) => {
    expect(semanticallyEqual(a, b, outer)).toBe(same)
    expect(semanticallyEqual(b, a, outer)).toBe(same)
  })
})

test('what stands for nothing', () => {
  expect([undefined, null, [], {}, '', 0, false].map((v) => isNothing(v))).toEqual([
    true, true, true, false, false, false, false,
  ])
})

test('a copy is equal; a change of one leaf is not', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(semanticallyEqual(value, JSON.parse(JSON.stringify(value)))).toBe(true)
      expect(semanticallyEqual({ a: [value, 'x'] }, { a: [value, 'y'] })).toBe(false)
    }),
  )
})

test('large integers compare by their digits', () => {
  const raw = (text: string) => (JSON as unknown as { rawJSON(t: string): unknown }).rawJSON(text)
  expect(semanticallyEqual({ a: raw('9007199254740993') }, { a: raw('9007199254740993') })).toBe(true)
  expect(semanticallyEqual({ a: raw('9007199254740993') }, { a: raw('9007199254740995') })).toBe(false)
  expect(semanticallyEqual({ a: raw('9007199254740993') }, { a: 9007199254740992 })).toBe(false)
})
