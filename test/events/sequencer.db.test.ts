import { afterEach, expect, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { openConnection } from '../../src/db/pool.ts'
import { prepareDatabase } from '../../src/db/prepare-database.ts'
import { mainLog } from '../../src/events/log-id.ts'
import { ensurePartitions } from '../../src/events/partitions.ts'
import type { Sequencer } from '../../src/events/proposal.ts'
import { privateServer, TEST_CLUSTER_KEY, testDatabase } from '../support/database.ts'
import { sequenced, type Sequenced } from '../support/sequenced.ts'
import { creating, requestOf } from './builders.ts'

const never = new AbortController().signal
const open: Sequenced[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const start = async (target: Parameters<typeof sequenced>[0], id: Parameters<typeof sequenced>[1]) => {
  const one = sequenced(target, id)
  open.push(one)
  return one
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await systemClock.sleep(5)
}

/** Writers that go on until told to stop; what was acknowledged is "name revision". */
const writers = (sequencer: () => Sequencer, who: string, count: number) => {
  const acked: string[] = []
  let stopping = false
  const running = Promise.all(Array.from({ length: count }, async (_, writer) => {
    for (let n = 0; !stopping; n++) {
      const name = `${who}-${writer}-${n}`
      const answer = await sequencer().submit(creating(name))
      if (answer.ok) acked.push(`${name} ${answer.value}`)
      else await systemClock.sleep(5)
    }
  }))
  return { acked, stop: async () => { stopping = true; await running } }
}

const everything = async (one: Sequenced): Promise<string[]> => {
  const found: string[] = []
  for (let at = 0; ;) {
    const page = await one.log.after(at, 2_000)
    if (page.length === 0) return found
    for (const event of page) {
      expect(event.revision).toBe(++at)
      found.push(`${event.name} ${event.revision}`)
    }
  }
}

test('64 submitters write without a gap, and the next process finds it all', async () => {
  const { app, id } = await testDatabase()
  const one = await start(app, id)
  await one.sequencer.lead(never)
  const load = writers(() => one.sequencer, 'w', 64)
  await until(() => load.acked.length > 2_000)
  await load.stop()
  expect(await everything(one)).toEqual(one.host.history.map((event) => `${event.name} ${event.revision}`))
  await open.pop()!.close()
  const two = await start(app, id)
  await two.sequencer.lead(never)
  expect(two.host.applied).toBe(one.host.applied)
})

test('a poisoned row is refused alone', async () => {
  const { app, id } = await testDatabase()
  const one = await start(app, id)
  await one.sequencer.lead(never)
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) =>
    one.sequencer.submit(creating(name, name === 'c' ? { resource: '' } : {}))))
  expect(answers.map((answer) => answer.ok)).toEqual([true, true, false, true])
  expect(one.host.applied).toBe(3)
})

test('a NUL in any text is stored as U+FFFD and fails nobody', async () => {
  const { app, id } = await testDatabase()
  const one = await start(app, id)
  await one.sequencer.lead(never)
  const request = requestOf({ agent: 'curl\0\ud800', path: '/api/\0' })
  const odd = one.sequencer.submit({ decide: () => ({ changes: [], request, answer: 0 }) })
  expect(await Promise.all([odd, one.sequencer.submit(creating('a'))])).toEqual([{ ok: true, value: 0 }, { ok: true, value: 1 }])
  const [kept] = await one.log.requests({ id: request.id, limit: 1 })
  expect(kept).toMatchObject({ agent: 'curl\uFFFD\uFFFD', path: '/api/\uFFFD' })
})

test('the second process names the first, and takes over when it ends', async () => {
  const { app, id } = await testDatabase()
  const one = await start(app, id)
  const two = await start(app, id)
  await one.sequencer.lead(never)
  const leads = two.sequencer.lead(never)
  await until(() => two.holders.length > 0)
  expect(two.holders[0]).toContain(`klio process ${process.pid} on `)
  await one.sequencer.submit(creating('a'))
  await one.sequencer.close()
  await leads
  expect(await two.sequencer.submit(creating('b'))).toEqual({ ok: true, value: 2 })
  expect(two.sequencer.confirmed()).toBe(true)
})

test('two sequencers that both believe they lead: the key fences one, nothing is lost', async () => {
  const { app, id, owner } = await testDatabase()
  const one = await start(app, id)
  const two = await start(app, id)
  await one.sequencer.lead(never)
  void two.sequencer.lead(never)
  const loads = [writers(() => one.sequencer, 'one', 8), writers(() => two.sequencer, 'two', 8)]
  const admin = openConnection(owner, { purpose: 'test' })
  for (let round = 0; round < 5; round++) {
    const before = one.host.applied + two.host.applied
    await admin`select pg_terminate_backend(l.pid) from pg_locks l where l.locktype = 'advisory'
      and l.database = (select oid from pg_database where datname = current_database())`
    await until(() => one.host.applied + two.host.applied > before + 50)
  }
  await admin.end()
  await Promise.all(loads.map((load) => load.stop()))
  const stored = new Set(await everything(one))
  expect(loads.flatMap((load) => load.acked).filter((one) => !stored.has(one))).toEqual([])
}, 30_000)

test('the append connection cut again and again: every acknowledged write is there, no gap', async () => {
  const { app, id, owner } = await testDatabase()
  const one = await start(app, id)
  await one.sequencer.lead(never)
  const load = writers(() => one.sequencer, 'w', 16)
  const admin = openConnection(owner, { purpose: 'test' })
  for (let round = 0; round < 20; round++) {
    const before = load.acked.length
    await until(() => load.acked.length > before + 20)
    await admin`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name like 'klio append%' and usename = ${app.user}`
  }
  await admin.end()
  await load.stop()
  const stored = await everything(one)
  const known = new Set(stored)
  expect(load.acked.filter((one) => !known.has(one))).toEqual([])
  expect(new Set(stored.map((entry) => entry.split(' ')[0])).size).toBe(stored.length)
}, 30_000)

test('kill -9 of PostgreSQL under writers: 0 acknowledged lost, 0 gaps, nobody intervenes', async () => {
  const server = await privateServer()
  const stop = new AbortController()
  const watching = server.watch(stop.signal, () => {})
  const prepared = await prepareDatabase(server.target, 'kills', TEST_CLUSTER_KEY)
  if (!prepared.ok) throw new Error(prepared.error.message)
  const owner = openConnection(server.target, { purpose: 'test' })
  await ensurePartitions(owner, prepared.value.schema, 0, Date.now())
  await owner.end()
  const one = await start(prepared.value.app, mainLog(prepared.value.schema))
  await one.sequencer.lead(never)
  const load = writers(() => one.sequencer, 'w', 16)
  for (let round = 0; round < 5; round++) {
    const before = load.acked.length
    await until(() => load.acked.length > before + 100)
    process.kill(server.pid(), 'SIGKILL')
  }
  const before = load.acked.length
  await until(() => load.acked.length > before + 100)
  await load.stop()
  const stored = new Set(await everything(one))
  expect(load.acked.filter((one) => !stored.has(one))).toEqual([])
  await open.pop()!.close()
  stop.abort()
  await watching
  await server.stop()
}, 60_000)

test('SIGSTOP of the holder: another process leads within 5 s, and the woken one is fenced, not believed', async () => {
  const { app, id } = await testDatabase()
  const holder = Bun.spawn(
    ['bun', `${import.meta.dir}/../support/sequencer-process.ts`, JSON.stringify(app), id.schema, 'holder'],
    { stdout: 'pipe', stderr: 'inherit' })
  let said = ''
  const listening = (async () => {
    const text = new TextDecoder()
    for await (const chunk of holder.stdout) said += text.decode(chunk)
  })()
  const lines = () => said.split('\n')
  await until(() => lines().length > 50)
  const one = await start(app, id)
  const leads = one.sequencer.lead(never)
  await until(() => one.holders.length > 0)
  expect(one.holders[0]).toContain(`klio process ${holder.pid} on`)

  holder.kill('SIGSTOP')
  const stopped = performance.now()
  await leads
  expect(performance.now() - stopped).toBeLessThan(5_000)
  const acked: string[] = []
  for (let n = 0; n < 20; n++) {
    const answer = await one.sequencer.submit(creating(`other-${n}`))
    if (answer.ok) acked.push(`other-${n} ${answer.value}`)
  }
  expect(acked).toHaveLength(20)
  holder.kill('SIGCONT')
  await until(() => lines().some((line) => line.startsWith('refused')))
  holder.kill('SIGTERM')
  await listening
  const stored = new Set(await everything(one))
  const theirs = lines().filter((line) => /^holder-\d+ \d+$/.test(line))
  expect([...acked, ...theirs].filter((line) => !stored.has(line))).toEqual([])
  expect(theirs.length).toBeGreaterThan(40)
}, 30_000)
