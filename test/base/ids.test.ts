import { expect, test } from 'bun:test'
import { derivedIds } from '../../src/base/ids.ts'

const key = new Uint8Array(32).fill(7)

test('the same request makes the same ids, another makes others', () => {
  const [a, b, c] = [derivedIds(key, 'r1'), derivedIds(key, 'r1'), derivedIds(key, 'r2')]
  const uid = a.uid()
  expect(b.uid()).toBe(uid)
  expect(c.uid()).not.toBe(uid)
})

test('every call gives another id, beyond one block too', () => {
  const ids = derivedIds(key, 'r1')
  const made = Array.from({ length: 100 }, () => ids.uid())
  expect(new Set(made).size).toBe(100)
  for (const uid of made) expect(uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('suffixes have five letters of the alphabet without vowels', () => {
  const ids = derivedIds(key, 'r1')
  for (let i = 0; i < 100; i++) expect(ids.suffix()).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/)
})

test('numbers stay below their bound', () => {
  const ids = derivedIds(key, 'r1')
  for (let i = 0; i < 100; i++) expect(ids.number(7)).toBeLessThan(7)
})
