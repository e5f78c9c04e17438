import { expect, test } from 'bun:test'
import { idsFrom } from '../../src/base/ids.ts'

const key = new Uint8Array(32).fill(7)
const idsOf = idsFrom(key)

test('the same request makes the same ids, another makes others', () => {
  const [a, b, c] = [idsOf('r1'), idsOf('r1'), idsOf('r2')]
  const uid = a.uid()
  expect(b.uid()).toBe(uid)
  expect(c.uid()).not.toBe(uid)
})

test('every call gives another id, beyond one block too', () => {
  const ids = idsOf('r1')
  const made = Array.from({ length: 100 }, () => ids.uid())
  expect(new Set(made).size).toBe(100)
  for (const uid of made) expect(uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('suffixes have five letters of the alphabet without vowels', () => {
  const ids = idsOf('r1')
  for (let i = 0; i < 100; i++) expect(ids.suffix()).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/)
})

test('numbers stay below their bound', () => {
  const ids = idsOf('r1')
  for (let i = 0; i < 100; i++) expect(ids.number(7)).toBeLessThan(7)
})

test('ids are an HMAC of key and request', () => {
  const digest = new Bun.CryptoHasher('sha256', key).update('r1/0').digest('hex')
  const uid = idsOf('r1').uid()
  expect(uid.replaceAll('-', '')).toBe(digest.slice(0, 12) + '4' + digest.slice(13, 16) + uid[19]! + digest.slice(17, 32))
})
