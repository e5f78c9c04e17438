import { expect, test } from 'bun:test'
import { backoffMs, keyBackoff } from '../../src/base/backoff.ts'
import { recentMap } from '../../src/base/recent-map.ts'

const CLIENT_GO = { baseMs: 5, maxMs: 1_000_000 }

test('doubles from 5 ms to 1000 s, as client-go', () => {
  expect([0, 1, 2, 10, 17, 18, 5_000].map((n) => backoffMs(CLIENT_GO, n))).toEqual([
    5, 10, 20, 5_120, 655_360, 1_000_000, 1_000_000,
  ])
})

test('counts per key and forgets on success', () => {
  const backoff = keyBackoff()
  expect([backoff.next('a', CLIENT_GO), backoff.next('a', CLIENT_GO)]).toEqual([5, 10])
  expect(backoff.next('b', CLIENT_GO)).toBe(5)
  backoff.forget('a')
  expect(backoff.failures('a')).toBe(0)
  expect(backoff.next('a', CLIENT_GO)).toBe(5)
})

test('a recent map drops the least recently used', () => {
  const map = recentMap<number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.get('a')
  map.set('c', 3)
  expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2])
})
