import { expect, test } from 'bun:test'
import { Closers } from '../../src/base/closers.ts'

test('closes last first, once, and goes on after a failure', async () => {
  const order: string[] = []
  const closers = new Closers()
  closers.add(() => void order.push('first'))
  closers.add(() => {
    throw new Error('stuck')
  })
  closers.add(async () => void order.push('last'))
  const failures = await closers.close()
  expect(order).toEqual(['last', 'first'])
  expect(failures.map(String)).toEqual(['Error: stuck'])
  expect(await closers.close()).toEqual([])
})
