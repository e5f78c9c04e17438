import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { decodeContinue, encodeContinue } from '../../src/meta/continue-token.ts'

const token = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a token is what upstream writes', () => {
  const written = encodeContinue({ start: 'default/web\0', revision: 12 })
  expect(Buffer.from(written, 'base64url').toString()).toBe(
    '{"v":"meta.k8s.io/v1","rv":12,"start":"default/web\\u0000"}',
  )
})

test.each([
  ['!', 'continue key is not valid: illegal base64 data at input byte 0'],
  ['abcde', 'continue key is not valid: illegal base64 data at input byte 4'],
  ['', 'continue key is not valid: unexpected end of JSON input'],
  [Buffer.from('{').toString('base64url'), 'continue key is not valid: unexpected end of JSON input'],
  [token({}), 'continue key is not valid: server does not recognize this encoded version '],
  [token(null), 'continue key is not valid: server does not recognize this encoded version '],
  [token({ v: 'x', rv: 1, start: 'a' }), 'continue key is not valid: server does not recognize this encoded version x'],
  [token({ v: 'meta.k8s.io/v1', rv: 0, start: 'a' }), 'continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
  [token({ v: 'meta.k8s.io/v1', rv: 1, start: '' }), 'continue key is not valid: encoded start key empty (version meta.k8s.io/v1)'],
  [token({ v: 'meta.k8s.io/v1', rv: 1, start: '../x' }), 'continue key is not valid: ../x'],
  [token({ v: 'meta.k8s.io/v1', rv: 1, start: 'a/../../b' }), 'continue key is not valid: a/../../b'],
  [token({ v: 'meta.k8s.io/v1', rv: 1, start: 'a//b' }), 'continue key is not valid: a//b'],
])('%p', (text, error) => {
  expect(decodeContinue(text)).toEqual({ ok: false, error })
})

test('wrong types are an error, a leading slash is not, -1 goes on with what is current', () => {
  expect(decodeContinue(token({ v: 'meta.k8s.io/v1', rv: 'x', start: 'a' })).ok).toBe(false)
  expect(decodeContinue(token({ v: 'meta.k8s.io/v1', rv: -1, start: '/a' }))).toEqual({
    ok: true, value: { start: 'a', revision: -1 },
  })
})

test('what is written is read again', () => {
  const name = fc.stringMatching(/^[a-z0-9]{1,20}$/)
  fc.assert(
    fc.property(name, name, fc.integer({ min: 1 }), (namespace, object, revision) => {
      const point = { start: `${namespace}/${object}\0`, revision }
      expect(decodeContinue(encodeContinue(point))).toEqual({ ok: true, value: point })
    }),
  )
})
