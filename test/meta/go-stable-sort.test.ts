import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { goStableSort } from '../../src/meta/go-stable-sort.ts'

test('sorts as any stable sort does when the order makes sense', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 200 }), (keys) => {
      const list = keys.map((key, place) => ({ key, place }))
      const wanted = list.toSorted((a, b) => a.key - b.key)
      goStableSort(list, (a, b) => a.key < b.key)
      expect(list).toEqual(wanted)
    }),
  )
})

/**
 * Lengths around Go's blocks of 20, and what sort.SliceStable makes of them when all is "before".
 */
test.each([1, 2, 19, 20])('reverses %i elements that each claim to go first', (length) => {
  const list = Array.from({ length }, (_, i) => i)
  goStableSort(list, () => true)
  expect(list).toEqual(Array.from({ length }, (_, i) => length - 1 - i))
})

test('ends when the order contradicts itself', () => {
  const list = Array.from({ length: 5_000 }, (_, i) => i)
  goStableSort(list, () => true)
  expect(list.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 5_000 }, (_, i) => i))
})
