import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { DelayHeap } from '../../src/base/delay-heap.ts'
import { ShutDown, WorkQueue } from '../../src/base/work-queue.ts'
import { steppedClock } from '../support/stepped-clock.ts'

describe('WorkQueue', () => {
  test('hands out keys in order of arrival, each once', () => {
    const queue = new WorkQueue(steppedClock())
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key)
    expect([queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([
      'a',
      'b',
      'c',
      undefined,
    ])
  })

  test('a key is worked on by one worker; dirtied meanwhile it comes back after done', () => {
    const queue = new WorkQueue(steppedClock())
    queue.add('a')
    expect(queue.take()).toBe('a')
    queue.add('a')
    queue.add('a')
    expect(queue.take()).toBeUndefined()
    queue.done('a')
    expect(queue.take()).toBe('a')
    queue.done('a')
    expect(queue.take()).toBeUndefined()
  })

  test('next waits for a key and answers ShutDown at the end', async () => {
    const queue = new WorkQueue(steppedClock())
    const first = queue.next()
    const second = queue.next()
    queue.add('a')
    expect(await first).toBe('a')
    queue.close()
    expect(await second).toBe(ShutDown)
    expect(await queue.next()).toBe(ShutDown)
    queue.add('b')
    expect(queue.length).toBe(0)
  })

  test('of several delays of one key the earliest counts, and later ones bring nothing back', async () => {
    const clock = steppedClock()
    const queue = new WorkQueue(clock)
    queue.addAfter('a', 100)
    queue.addAfter('a', 50)
    queue.addAfter('a', 200)
    queue.addAfter('b', 10)
    await clock.step(10)
    expect([queue.take(), queue.take()]).toEqual(['b', undefined])
    await clock.step(40)
    expect(queue.take()).toBe('a')
    queue.done('a')
    await clock.step(500)
    expect(queue.take()).toBeUndefined()
    expect(queue.delayed).toBe(0)
    expect(clock.sleepers).toBe(0)
  })

  test('a closed queue leaves no timer behind', async () => {
    const clock = steppedClock()
    const queue = new WorkQueue(clock)
    queue.addAfter('a', 1_000)
    queue.close()
    expect(clock.sleepers).toBe(0)
    await clock.step(2_000)
    expect(queue.length).toBe(0)
  })

  test('onReady tells of keys that come by delay', async () => {
    const clock = steppedClock()
    let ready = 0
    const queue = new WorkQueue(clock, () => ready++)
    queue.addAfter('a', 5)
    expect(ready).toBe(0)
    await clock.step(5)
    expect(ready).toBe(1)
  })
})

test('DelayHeap gives back any sequence sorted', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000)), (times) => {
      const heap = new DelayHeap()
      times.forEach((at, i) => heap.push({ key: String(i), at }))
      const out: number[] = []
      for (let due = heap.pop(); due; due = heap.pop()) out.push(due.at)
      expect(out).toEqual(times.toSorted((a, b) => a - b))
      expect(heap.size).toBe(0)
    }),
  )
})
