import { describe, expect, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { mainLog } from '../../src/events/log-id.ts'
import { memoryLog } from '../../src/events/memory-log.ts'
import { tail } from '../../src/events/tail.ts'
import { batchAfter, changeOf } from './builders.ts'

const logOf = (count: number) => {
  const log = memoryLog(mainLog('t'))
  const write = async (n: number) => {
    for (let i = 0; i < n; i++) await log.append(batchAfter(await log.head(), [changeOf(`c${i}`)]))
  }
  return { log, write, ready: write(count) }
}

/** Runs a tail until it has seen `until` revisions. */
const follow = async (options: Omit<Parameters<typeof tail>[0], 'onEvents' | 'clock'>, until: number) => {
  const stop = new AbortController()
  const seen: number[] = []
  const at = await tail({
    clock: systemClock,
    ...options,
    onEvents: (events) => {
      seen.push(...events.map((event) => event.revision))
      if (seen.length >= until) stop.abort()
    },
  }, stop.signal)
  return { seen, at }
}

const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => from + i)

describe('tail', () => {
  test('reads what is there from its checkpoint', async () => {
    const { log, ready } = logOf(5)
    await ready
    expect(await follow({ log, from: 2, hints: () => () => {} }, 3)).toEqual({ seen: [3, 4, 5], at: 5 })
  })

  test('more than one page arrives whole and in order', async () => {
    const { log, ready } = logOf(2_500)
    await ready
    expect((await follow({ log, from: 0, hints: () => () => {} }, 2_500)).seen).toEqual(upTo(2_500))
  })

  test('a hint wakes it long before the poll', async () => {
    const { log, write } = logOf(0)
    const started = performance.now()
    const following = follow({ log, from: 0, hints: (onHint) => log.subscribe(onHint) }, 10)
    for (let i = 0; i < 10; i++) await write(1)
    expect((await following).seen).toEqual(upTo(10))
    expect(performance.now() - started).toBeLessThan(400)
  })

  test('without any hint the poll finds it', async () => {
    const { log, write } = logOf(0)
    const following = follow({ log, from: 0, hints: () => () => {} }, 3)
    await write(3)
    expect((await following).seen).toEqual(upTo(3))
  })

  test('a log that cannot be read for a while loses nothing', async () => {
    const { log, ready } = logOf(4)
    await ready
    let failures = 3
    const shaky = { ...log, after: async (revision: number, limit: number) => {
      if (failures-- > 0) throw new Error('away')
      return log.after(revision, limit)
    } }
    const problems: unknown[] = []
    const { seen } = await follow({ log: shaky, from: 0, hints: () => () => {}, onProblem: (error) => problems.push(error) }, 4)
    expect(seen).toEqual(upTo(4))
    expect(problems.map((one) => one === undefined)).toEqual([false, false, false, true])
  })

  test('a page with a hole is delivered up to the hole, the rest later', async () => {
    const { log, ready } = logOf(6)
    await ready
    let first = true
    const holed = { ...log, after: async (revision: number, limit: number) => {
      const page = await log.after(revision, limit)
      if (!first) return page
      first = false
      return page.filter((event) => event.revision !== 3)
    } }
    expect((await follow({ log: holed, from: 0, hints: () => () => {} }, 6)).seen).toEqual(upTo(6))
  })
})
