import { describe, expect, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { NOTE_ROWS_MAX } from '../../src/base/limits.ts'
import { coalesce, RequestNotes, type ReadNote, type RefusalNote } from '../../src/events/request-notes.ts'
import { requestOf } from './builders.ts'

const at = (second: number, over: object = {}) => requestOf({ time: second * 1_000_000 + 7, verb: 'get', code: 200, ...over })

describe('coalesce', () => {
  for (const { what, requests, counts } of [
    { what: 'the same read in one second is one row', requests: [at(1), at(1), at(1)], counts: [3] },
    { what: 'another second is another row', requests: [at(1), at(2)], counts: [1, 1] },
    { what: 'so is another user, agent, verb, resource, namespace or code', requests: [
      at(1), at(1, { user: 'x' }), at(1, { agent: 'x' }), at(1, { verb: 'list' }), at(1, { resource: 'pods' }), at(1, { namespace: 'x' }), at(1, { code: 404 }),
    ], counts: [1, 1, 1, 1, 1, 1, 1] },
    { what: 'another name is not', requests: [at(1, { name: 'a' }), at(1, { name: 'b' })], counts: [2] },
  ]) {
    test(what, () => expect(coalesce(requests).map((note) => note.count)).toEqual(counts))
  }
})

const sink = () => {
  const reads: ReadNote[] = []
  const refusals: RefusalNote[] = []
  return {
    reads, refusals,
    sink: { reads: async (notes: readonly ReadNote[]) => { reads.push(...notes) }, refusals: async (notes: readonly RefusalNote[]) => { refusals.push(...notes) } },
  }
}

describe('RequestNotes', () => {
  test('what is noted is written at close', async () => {
    const kept = sink()
    const notes = new RequestNotes(kept.sink, systemClock)
    notes.start()
    notes.read(at(1))
    notes.read(at(1))
    await notes.close()
    expect(kept.reads.map((note) => note.count)).toEqual([2])
  })

  test('refusals are counted per address, code and minute', async () => {
    const kept = sink()
    const notes = new RequestNotes(kept.sink, { ...systemClock, now: () => 600_000 })
    for (const [address, code] of [['a', 401], ['a', 401], ['b', 401], ['a', 429]] as const) notes.refused(address, code)
    await notes.flush()
    expect(kept.refusals).toEqual([
      { minute: 10, address: 'a', code: 401, count: 2 }, { minute: 10, address: 'b', code: 401, count: 1 },
      { minute: 10, address: 'a', code: 429, count: 1 },
    ])
  })

  test('buffers are bounded and what finds no room is counted', async () => {
    const kept = sink()
    const notes = new RequestNotes(kept.sink, systemClock)
    for (let i = 0; i < NOTE_ROWS_MAX + 5; i++) notes.read(at(1, { user: `u${i}` }))
    notes.read(at(1, { user: 'u0' }))
    expect(notes.dropped).toBe(5)
    for (let i = 0; i < NOTE_ROWS_MAX + 5; i++) notes.refused(`10.0.${i >> 8}.${i & 255}`, 401)
    expect(notes.dropped).toBe(10)
  })

  test('a failing sink loses notes, counted, and nothing else', async () => {
    const notes = new RequestNotes({ reads: () => Promise.reject(new Error('away')), refusals: async () => {} }, systemClock)
    notes.read(at(1))
    notes.read(at(1))
    await notes.flush()
    expect(notes.dropped).toBe(2)
  })
})
