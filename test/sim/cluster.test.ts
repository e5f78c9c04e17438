import { describe, expect, test } from 'bun:test'
import { simulate } from './cluster.ts'

/** A number replays that seed alone: `SEED=123 bun test test/sim/cluster.test.ts`. */
const wanted = process.env['SEED']
const SEEDS = wanted ? [Number(wanted)] : Array.from({ length: 10 }, (_, i) => i + 1)

describe('the whole cluster in one process keeps its promises', () => {
  test.each(SEEDS)('seed %i', async (seed) => {
    const { failure } = await simulate(seed)
    if (failure) console.error(failure)
    expect(failure?.split('\n')[0]).toBeUndefined()
  }, 60_000)

  test('a seed gives the same log again, to the last byte', async () => {
    const seed = SEEDS[0]!
    const [first, second] = [await simulate(seed), await simulate(seed)]
    expect(second).toEqual(first)
    expect(first.revisions).toBeGreaterThan(100)
    expect((await simulate(seed + 1_000_000)).hash).not.toBe(first.hash)
  }, 60_000)
})
