import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { JSON_PATCH_COPY_BYTES_MAX, JSON_PATCH_OPERATIONS_MAX } from '../../src/base/limits.ts'
import { unknownPatchFields } from '../../src/meta/json-patch-strict.ts'
import { applyJsonPatch, patchReason } from '../../src/meta/json-patch.ts'
import type { Json } from '../../src/meta/object.ts'
import rows from './golden/json-patch.json'

const DOCUMENT = { a: { b: [1, 2, { c: null }] }, d: 'x', n: null, '~/': 1 }

describe("operations do what upstream's library does", () => {
  for (const row of rows as { patch: Json; result?: Json; error?: string }[])
    test(JSON.stringify(row.patch), () => {
      const document = structuredClone(DOCUMENT) as Json
      const patch = structuredClone(row.patch)
      const patched = applyJsonPatch(document, patch)
      if (row.error === undefined) expect(patched).toEqual({ ok: true, value: row.result! })
      else {
        expect(patchReason(document, patch)).toBe(row.error)
        expect(patched.ok ? undefined : [patched.error.code, patched.error.message]).toEqual([
          422,
          'the server rejected our request due to an error in our request',
        ])
      }
      expect(document).toEqual(DOCUMENT)
      expect(patch).toEqual(row.patch)
    })
})

const refusal = (document: Json, patch: Json) => {
  const patched = applyJsonPatch(document, patch)
  return patched.ok ? undefined : { code: patched.error.code, message: patched.error.message }
}

test('what is no patch is 400, too many operations 413', () => {
  expect(refusal({}, {})).toEqual({
    code: 400,
    message:
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
  })
  expect(refusal({}, [1])?.code).toBe(400)
  expect(refusal({}, [{ op: 5 }])).toEqual({
    code: 400,
    message:
      'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string',
  })
  const many = Array.from({ length: JSON_PATCH_OPERATIONS_MAX + 1 }, () => ({
    op: 'test', path: '/a', value: null,
  }))
  expect(refusal({}, many)).toEqual({
    code: 413,
    message:
      'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
  })
  expect(refusal({}, many.slice(1))).toBeUndefined()
})

test('unknown fields of operations are named', () => {
  const patch: Json = [{ op: 'add', path: '/a', valu: 1 }, { Op: 'add', x: {} }]
  expect(unknownPatchFields(patch)).toEqual([
    'json patch unknown field "[0].valu"',
    'json patch unknown field "[1].Op"',
    'json patch unknown field "[1].x"',
  ])
  expect(unknownPatchFields(null)).toEqual([])
})

test('copies may not blow a document up', () => {
  const copy = { op: 'copy', from: '/a', path: '/a/-' }
  const patch = [{ op: 'add', path: '/a', value: ['x'.repeat(1000)] }, ...Array(40).fill(copy)]
  expect(patchReason({}, patch)).toStartWith('Unable to complete the copy')
  expect(patchReason({}, patch)).toEndWith(`exceeding the limit ${JSON_PATCH_COPY_BYTES_MAX}`)
})

test('prototypes are out of reach', () => {
  const patch: Json = [
    { op: 'add', path: '/__proto__', value: { polluted: true } },
    { op: 'add', path: '/constructor', value: 1 },
  ]
  const patched = applyJsonPatch({}, patch)
  if (!patched.ok) throw new Error('refused')
  expect(Object.keys(patched.value as object)).toEqual(['__proto__', 'constructor'])
  expect(Object.hasOwn({}, 'polluted')).toBe(false)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect(patchReason({}, [{ op: 'add', path: '/__proto__/x', value: 1 }])).toContain('missing path')
  expect(patchReason({}, [{ op: 'remove', path: '/toString' }])).toContain('nonexistent key')
  expect(patchReason({}, [{ op: 'test', path: '/toString', value: null }])).toBeUndefined()
})

test('integers beyond 2^53 stay what they are', () => {
  const big = JSON.parse('{"a":1}') as { [key: string]: Json }
  big['a'] = (JSON as unknown as { rawJSON(text: string): Json }).rawJSON('9007199254740993')
  const patched = applyJsonPatch(big, [{ op: 'copy', from: '/a', path: '/b' }])
  expect(JSON.stringify(patched.ok && patched.value)).toBe(
    '{"a":9007199254740993,"b":9007199254740993}',
  )
})

test('no patch throws', () => {
  const word = fc.constantFrom('a', 'b', '0', '-1', '-', '~0', '__proto__', '')
  const pointer = fc.array(word, { maxLength: 3 }).map((words) => words.map((w) => `/${w}`).join(''))
  const op = fc.record(
    {
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'),
      path: pointer,
      from: pointer,
      value: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(op, { maxLength: 4 }), (document, patch) => {
      const before = JSON.stringify([document, patch])
      const patched = applyJsonPatch(document as Json, patch as Json)
      expect(typeof patched.ok).toBe('boolean')
      expect(JSON.stringify([document, patch])).toBe(before)
    }),
  )
})
