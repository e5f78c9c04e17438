import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { cloneJson } from '../../src/meta/clone-json.ts'
import type { Json } from '../../src/meta/object.ts'

test('a copy is equal and shares no object', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const copy = cloneJson(value as Json)
      expect(JSON.stringify(copy)).toBe(JSON.stringify(value))
      if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value as Json)
    }),
  )
})

test('a key __proto__ stays a key', () => {
  const copy = cloneJson(JSON.parse('{"__proto__": {"x": 1}}') as Json)
  expect(JSON.stringify(copy)).toBe('{"__proto__":{"x":1}}')
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
})
