import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { mergePatch } from '../../src/meta/merge-patch.ts'
import type { Json, JsonObject } from '../../src/meta/object.ts'
import rows from './golden/merge-patch.json'

const merge = (document: JsonObject, patch: JsonObject): JsonObject => {
  const merged = mergePatch(document, patch)
  if (!merged.ok) throw new Error(merged.error.message)
  return merged.value
}

test.each(rows as unknown as { document: JsonObject; patch: JsonObject; result: JsonObject }[])(
  '%o',
  ({ document, patch, result }) => expect(merge(document, patch)).toEqual(result),
)

test.each([
  [null, 'Invalid JSON Patch'],
  [[], 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
  ['x', 'error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}'],
  [1, 'error decoding patch: json: cannot unmarshal number into Go value of type map[string]interface {}'],
])('%o is no merge patch', (patch, message) => {
  const merged = mergePatch({}, patch as Json)
  expect(merged.ok ? undefined : [merged.error.code, merged.error.message]).toEqual([400, message])
})

test('prototypes are out of reach', () => {
  const patch = JSON.parse('{"__proto__": {"polluted": 1}, "a": {"constructor": null}}') as JsonObject
  const merged = merge({}, patch)
  expect(Object.keys(merged)).toEqual(['__proto__', 'a'])
  expect(({} as JsonObject)['polluted']).toBeUndefined()
})

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** Without lists: where an object gives way to a list upstream keeps nulls, the next time it drops them. */
const object = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  object: fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 4 }),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, 1, 'x', true),
    fc.constant<Json>(null),
    tie('object'),
  ),
})).object

test('a second time changes nothing, and nothing given is changed', () => {
  fc.assert(
    fc.property(object, object, (document, patch) => {
      const before = JSON.stringify([document, patch])
      const once = merge(document, patch)
      expect(merge(once, patch)).toEqual(once)
      expect(JSON.stringify([document, patch])).toBe(before)
    }),
  )
})

test('each key of the patch is there, gone or merged; each other key is as before', () => {
  fc.assert(
    fc.property(object, object, (document, patch) => {
      const after = merge(document, patch)
      for (const key of Object.keys(document))
        if (!Object.hasOwn(patch, key)) expect(after[key]).toEqual(document[key]!)
      for (const [key, wish] of Object.entries(patch)) {
        if (wish === null) expect(Object.hasOwn(after, key)).toBe(false)
        else if (!isObject(wish)) expect(after[key]).toEqual(wish)
        else expect(Object.hasOwn(after, key)).toBe(true)
      }
    }),
  )
})
