import { afterEach, describe, expect, test } from 'bun:test'
import { systemClock, type Clock } from '../../src/base/clock.ts'
import { mainLog } from '../../src/events/log-id.ts'
import type { Batch } from '../../src/events/log.ts'
import { memoryLockDomain } from '../../src/events/memory-lock.ts'
import { memoryLog, type AppendFault } from '../../src/events/memory-log.ts'
import type { Proposal, Sequencer } from '../../src/events/proposal.ts'
import { createSequencer } from '../../src/events/sequencer.ts'
import { batchAfter, changeOf, CountingHost, creating, requestOf } from './builders.ts'

const never = new AbortController().signal
const open: Sequencer[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((sequencer) => sequencer.close()))
})

/** A clock whose sleeps are short and whose time a test moves by what was slept. */
const hastyClock = (): Clock => {
  let slept = 0
  return {
    now: () => systemClock.now() + slept,
    monotonicMs: () => systemClock.monotonicMs() + slept,
    sleep: async (ms, signal) => {
      await systemClock.sleep(1, signal)
      slept += ms
    },
  }
}

type Fault = (batch: Batch) => AppendFault | undefined | Promise<AppendFault | undefined>

const leader = async (fault: Fault = () => undefined, over: { clock?: Clock; head?: () => Promise<void> } = {}) => {
  const log = memoryLog(mainLog('t'), { beforeAppend: async (batch) => fault(batch), beforeHead: over.head })
  const domain = memoryLockDomain()
  const host = new CountingHost()
  const lock = domain.lock('one')
  const clock = over.clock ?? systemClock
  const sequencer = createSequencer({ log, host, lock, clock, applied: () => host.applied })
  open.push(sequencer)
  await sequencer.lead(never)
  return { log, host, lock, domain, sequencer }
}

/** Answers the first append with a fault and lets the rest through. */
const once = (fault: AppendFault): Fault => {
  let done = false
  return () => {
    if (done) return undefined
    done = true
    return fault
  }
}

describe('batches', () => {
  test('a proposal is decided on arrival and answered when it is durable', async () => {
    const { log, host, sequencer } = await leader()
    const answer = sequencer.submit(creating('a'))
    expect(host.count('a')).toBe(1)
    expect(host.applied).toBe(0)
    expect(await answer).toEqual({ ok: true, value: 1 })
    expect(host.applied).toBe(1)
    expect((await log.head()).revision).toBe(1)
  })

  test('arrivals of one turn share a batch, later ones form the next, answers keep their order', async () => {
    const sizes: number[] = []
    const gate = Promise.withResolvers<void>()
    const { sequencer } = await leader(async (batch) => {
      sizes.push(batch.events.length)
      if (sizes.length === 1) await gate.promise
      return undefined
    })
    const order: number[] = []
    const submit = (n: number) => sequencer.submit(creating(`c${n}`)).then(() => order.push(n))
    const first = [1, 2, 3].map(submit)
    await new Promise(setImmediate)
    const second = [4, 5].map(submit)
    gate.resolve()
    await Promise.all([...first, ...second])
    expect(sizes).toEqual([3, 2])
    expect(order).toEqual([1, 2, 3, 4, 5])
  })

  test('a decision sees what is in flight: 100 increments of one counter lose none', async () => {
    const { host, sequencer } = await leader()
    const next: Proposal<number> = {
      decide: () => ({ changes: [changeOf('n')], request: requestOf(), answer: host.count('n') + 1 }),
    }
    const answers = await Promise.all(Array.from({ length: 100 }, () => sequencer.submit(next)))
    expect(answers.map((one) => one.ok && one.value)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  })

  test('the request row learns the revisions, and times rise though the clock stands still', async () => {
    const { log, sequencer } = await leader(undefined, { clock: { ...systemClock, now: () => 1_000 } })
    await sequencer.submit({
      decide: () => ({ changes: [changeOf('a'), changeOf('b')], request: requestOf({ user: 'x' }), answer: 0 }),
    })
    await sequencer.submit(creating('c'))
    const [request] = await log.requests({ user: 'x', limit: 1 })
    expect(request).toMatchObject({ firstRevision: 1, lastRevision: 2 })
    expect((await log.after(0, 9)).map((event) => event.time)).toEqual([1_000_000, 1_000_001, 1_000_002])
  })

  test('what changed nothing waits for what it saw, and for nothing when all is durable', async () => {
    const gate = Promise.withResolvers<void>()
    const { sequencer } = await leader(async () => { await gate.promise; return undefined })
    const order: string[] = []
    const look: Proposal<string> = { decide: () => ({ changes: [], answer: 'seen' }) }
    expect(await sequencer.submit(look)).toEqual({ ok: true, value: 'seen' })
    const write = sequencer.submit(creating('a')).then(() => order.push('write'))
    await new Promise(setImmediate)
    const read = sequencer.submit(look).then(() => order.push('read'))
    await new Promise(setImmediate)
    expect(order).toEqual([])
    gate.resolve()
    await Promise.all([write, read])
    expect(order).toEqual(['write', 'read'])
  })

  test('a refusal with a request row is durable before it is answered', async () => {
    const { log, sequencer } = await leader()
    await sequencer.submit({ decide: () => ({ changes: [], request: requestOf({ code: 422 }), answer: 422 }) })
    expect(await log.requests({ code: 422, limit: 9 })).toHaveLength(1)
    expect(sequencer.revision).toBe(0)
  })

  test('a throwing decision reaches its caller alone', async () => {
    const { sequencer } = await leader()
    const bug = sequencer.submit({ decide: () => { throw new Error('bug') } })
    const fine = sequencer.submit(creating('a'))
    expect(bug).rejects.toThrow('bug')
    expect(await fine).toEqual({ ok: true, value: 1 })
  })
})

describe('a batch that PostgreSQL refuses', () => {
  for (const { size, poison } of [{ size: 1, poison: [0] }, { size: 9, poison: [4] }, { size: 64, poison: [0, 31, 63] }]) {
    test(`${poison.length} culprit(s) of ${size} stand alone, the rest is written without a gap`, async () => {
      const { host, log, sequencer } = await leader((batch) =>
        batch.events.some((event) => event.name === 'poison')
          ? { kind: 'rejected', message: 'NUL' } : undefined)
      const names = Array.from({ length: size }, (_, i) => (poison.includes(i) ? 'poison' : `c${i}`))
      const answers = await Promise.all(names.map((name) => sequencer.submit(creating(name))))
      expect(answers.flatMap((answer, i) => (answer.ok ? [] : [i]))).toEqual(poison)
      const refused = answers[poison[0]!]!
      expect(refused).toEqual({ ok: false, error: { kind: 'rejected', message: 'NUL' } })
      expect(host.applied).toBe(size - poison.length)
      expect((await log.after(0, 99)).map((event) => event.revision))
        .toEqual(Array.from({ length: size - poison.length }, (_, i) => i + 1))
      expect(await sequencer.submit(creating('after'))).toMatchObject({ ok: true })
    })
  }
})

describe('an unclear commit', () => {
  for (const written of [true, false]) {
    test(`that ${written ? 'happened is answered' : 'did not happen is done again'}, never twice`, async () => {
      let lost = 0
      const breaking = once({ kind: 'unclear', message: 'reset', written })
      const fault: Fault = (batch) => {
        const answer = breaking(batch)
        if (answer) lost = 2
        return answer
      }
      const head = async () => { if (lost > 0 && lost-- > 0) throw new Error('away') }
      const { host, log, sequencer } = await leader(fault, { head })
      const answers = await Promise.all([sequencer.submit(creating('a')), sequencer.submit(creating('b'))])
      expect(answers).toEqual([{ ok: true, value: 1 }, { ok: true, value: 2 }])
      expect(host.aborts > 0).toBe(!written)
      expect((await log.head()).revision).toBe(2)
      expect(lost).toBe(0)
    })
  }

  test('of a request row alone is settled by its id', async () => {
    const { log, sequencer } = await leader(once({ kind: 'unclear', message: 'reset', written: true }))
    await sequencer.submit({ decide: () => ({ changes: [], request: requestOf({ code: 409 }), answer: 409 }) })
    expect(await log.requests({ code: 409, limit: 9 })).toHaveLength(1)
  })

  test('that PostgreSQL never explains is answered unclear after the request time-out', async () => {
    let away = false
    const { sequencer } = await leader(() => { away = true; return { kind: 'unclear', message: 'reset' } }, {
      clock: hastyClock(), head: async () => { if (away) throw new Error('away') },
    })
    expect(await sequencer.submit(creating('a')))
      .toMatchObject({ ok: false, error: { kind: 'unavailable', unclear: true } })
  })
})

describe('PostgreSQL away', () => {
  test('for a moment: the proposal waits and is written', async () => {
    const { sequencer } = await leader(once({ kind: 'unavailable', message: 'starting up' }))
    expect(await sequencer.submit(creating('a'))).toEqual({ ok: true, value: 1 })
  })

  test('for long: refused as unavailable, and the next one finds it again', async () => {
    let away = true
    const { sequencer } = await leader(() => (away ? { kind: 'unavailable', message: 'disk full' } : undefined), { clock: hastyClock() })
    expect(await sequencer.submit(creating('a')))
      .toEqual({ ok: false, error: { kind: 'unavailable', message: 'disk full' } })
    away = false
    expect(await sequencer.submit(creating('b'))).toEqual({ ok: true, value: 1 })
  })
})

describe('leadership', () => {
  test('nothing is taken before it leads, and nothing after close', async () => {
    const log = memoryLog(mainLog('t'))
    const host = new CountingHost()
    const sequencer = createSequencer({ log, host, lock: memoryLockDomain().lock('x'), clock: systemClock, applied: () => 0 })
    expect(await sequencer.submit(creating('a'))).toMatchObject({ ok: false, error: { kind: 'not-leader' } })
    await sequencer.lead(never)
    const last = sequencer.submit(creating('b'))
    await sequencer.close()
    expect(await last).toEqual({ ok: true, value: 1 })
    expect(await sequencer.submit(creating('c'))).toMatchObject({ ok: false, error: { kind: 'not-leader' } })
  })

  test('close while it catches up ends, and hands the lock on', async () => {
    const asked = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    const log = memoryLog(mainLog('t'), { beforeHead: async () => { asked.resolve(); await gate.promise } })
    const domain = memoryLockDomain()
    const sequencer = createSequencer({ log, host: new CountingHost(), lock: domain.lock('x'), clock: systemClock, applied: () => 0 })
    void sequencer.lead(never)
    await asked.promise
    const closing = sequencer.close()
    gate.resolve()
    await closing
    expect(sequencer.leading).toBe(false)
    expect(await domain.lock('y').acquire(never, () => {})).toBe(true)
  })

  test('a fenced sequencer steps down, catches up and leads again', async () => {
    const { log, host, sequencer } = await leader()
    await log.append(batchAfter(await log.head(), [changeOf('foreign')]))
    expect(await sequencer.submit(creating('a'))).toMatchObject({ ok: false, error: { kind: 'not-leader' } })
    await sequencer.lead(never)
    while (!sequencer.leading) await new Promise(setImmediate)
    expect(host.history.map((event) => event.name)).toEqual(['foreign'])
    expect(await sequencer.submit(creating('b'))).toEqual({ ok: true, value: 2 })
  })

  test('the second waits, says who leads, and takes over what the first wrote', async () => {
    const { log, host, domain, sequencer } = await leader()
    const mirror = new CountingHost()
    const holders: (string | undefined)[] = []
    const second = createSequencer({
      log, host: mirror, lock: domain.lock('two'), clock: systemClock, applied: () => mirror.applied,
      onHolder: (holder) => holders.push(holder),
    })
    open.push(second)
    const leads = second.lead(never)
    await sequencer.submit(creating('a'))
    expect(await second.submit(creating('b')))
      .toEqual({ ok: false, error: { kind: 'not-leader', message: 'the log is written by one' } })
    await sequencer.close()
    await leads
    expect(holders).toEqual(['one', undefined])
    expect(await second.submit(creating('b'))).toEqual({ ok: true, value: 2 })
    expect(mirror.history.map((event) => event.name)).toEqual(['a', 'b'])
    expect(host.applied).toBe(1)
  })

  test('an answer that no append backs needs a confirmed lock', async () => {
    const { lock, sequencer } = await leader()
    const look: Proposal<string> = { decide: () => ({ changes: [], answer: 'seen' }) }
    expect(sequencer.confirmed()).toBe(true)
    lock.freeze(true)
    expect(sequencer.confirmed()).toBe(false)
    expect(await sequencer.submit(look)).toMatchObject({ ok: false, error: { kind: 'not-leader' } })
  })

  test('two that race over a breaking lock lose no acknowledged write and leave no gap', async () => {
    const { log, host, domain, sequencer } = await leader()
    const mirror = new CountingHost()
    const second = createSequencer({ log, host: mirror, lock: domain.lock('two'), clock: systemClock, applied: () => mirror.applied })
    open.push(second)
    void second.lead(never)
    const acked: string[] = []
    const write = async (one: Sequencer, who: string) => {
      for (let i = 0; i < 200; i++) {
        const answer = await one.submit(creating(`${who}-${i}`))
        if (answer.ok) acked.push(`${who}-${i} ${answer.value}`)
        if (i % 20 === 0) domain.break()
        await new Promise(setImmediate)
      }
    }
    await Promise.all([write(sequencer, 'one'), write(second, 'two')])
    const events = await log.after(0, 1_000)
    expect(events.map((event) => event.revision)).toEqual(events.map((_, i) => i + 1))
    const stored = new Set(events.map((event) => `${event.name} ${event.revision}`))
    expect(acked.filter((one) => !stored.has(one))).toEqual([])
    expect(acked.length).toBeGreaterThan(50)
    expect(new Set(host.history.map((event) => event.revision)).size).toBe(host.history.length)
  })

  test('memory that is ahead of the log is an error, not a leader', async () => {
    const log = memoryLog(mainLog('t'))
    const sequencer = createSequencer({ log, host: new CountingHost(), lock: memoryLockDomain().lock('x'), clock: systemClock, applied: () => 7 })
    expect(sequencer.lead(never)).rejects.toThrow('the log ends at 0')
  })
})
