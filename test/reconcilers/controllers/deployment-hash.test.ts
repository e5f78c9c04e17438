import { expect, test } from 'bun:test'
import {
  fnv32a,
  podTemplateHash,
  safeEncoded,
} from '../../../src/reconcilers/controllers/deployment-hash.ts'
import { template } from '../../support/builders.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('FNV-32a of %j as the reference says', (text, expected) => {
  expect(fnv32a(0x811c9dc5, bytes(text))).toBe(expected)
})

test('digits are spelt with upstream’s alphabet', () => {
  // Source: apimachinery util/rand: '0' is 48, and 48 % 27 = 21 stands for '4'.
  expect(safeEncoded('0123456789')).toBe('456789bcdf')
})

test('equal templates have equal hashes, whatever the order of their fields', () => {
  const a = template({ x: '1', y: '2' })
  const b = { spec: a.spec, metadata: { labels: { y: '2', x: '1' } } }
  expect(podTemplateHash(b)).toBe(podTemplateHash(a))
  expect(podTemplateHash(template({ x: '1' }))).not.toBe(podTemplateHash(a))
})

test('each collision gives another', () => {
  const all = [0, 1, 2, 3].map((count) => podTemplateHash(template({}), count))
  expect(new Set(all).size).toBe(4)
})
