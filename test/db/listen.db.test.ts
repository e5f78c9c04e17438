import { afterEach, expect, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { listen } from '../../src/db/listen.ts'
import { openConnection } from '../../src/db/pool.ts'
import { testServer } from '../support/database.ts'

let stop = new AbortController()
afterEach(() => {
  stop.abort()
  stop = new AbortController()
})

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await systemClock.sleep(5)
}

test('hints arrive, heartbeats do not; a cut connection is made again and says so', async () => {
  const target = await testServer()
  const channel = `c_${Bun.randomUUIDv7().slice(-8)}`
  const admin = openConnection(target, { purpose: 'test' })
  const hints: string[] = []
  let connected = 0
  const listening = listen(target, channel, { onHint: (hint) => hints.push(hint), onConnected: () => connected++ }, systemClock, stop.signal)
  await until(() => connected === 1)
  await admin`select pg_notify(${channel}, '7')`
  await until(() => hints.length === 1)
  await admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'klio listen%'`
  await until(() => connected === 2)
  await admin`select pg_notify(${channel}, '8')`
  await until(() => hints.length === 2)
  expect(hints).toEqual(['7', '8'])
  stop.abort()
  await listening
  await admin.end()
}, 15_000)

test('a frozen backend is given up after two silent heartbeats', async () => {
  const target = await testServer()
  if (!target.host.startsWith('/')) return // The backend is a process of another machine.
  const channel = `c_${Bun.randomUUIDv7().slice(-8)}`
  const admin = openConnection(target, { purpose: 'test' })
  let connected = 0
  const listening = listen(target, channel, { onHint: () => {}, onConnected: () => connected++ }, systemClock, stop.signal)
  await until(() => connected === 1)
  const [backend] = await admin<{ pid: number }[]>`
    select pid from pg_stat_activity where application_name like 'klio listen%' and query ilike '%listen%' order by backend_start desc limit 1`
  process.kill(backend!.pid, 'SIGSTOP')
  const frozen = performance.now()
  await until(() => connected === 2)
  process.kill(backend!.pid, 'SIGCONT')
  expect(performance.now() - frozen).toBeLessThan(6_000)
  stop.abort()
  await listening
  await admin.end()
}, 15_000)
