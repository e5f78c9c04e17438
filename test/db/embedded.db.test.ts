import { afterAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { openEmbedded } from '../../src/db/embedded.ts'
import { openConnection } from '../../src/db/pool.ts'
import { privateServer } from '../support/database.ts'

/** A backend that ended between being listed and being read holds no memory. */
const memoryKb = (pid: number): number => {
  const path = `/proc/${pid}/smaps_rollup`
  if (!existsSync(path)) return 0
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(path, 'utf8'))?.[1] ?? 0)
}

describe('the embedded PostgreSQL', () => {
  test('is durable by name, private, small, and survives kill -9 of its postmaster', async () => {
    const server = await privateServer()
    const db = openConnection(server.target, { purpose: 'test' })
    const [settings] = await db`select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages,
      current_setting('synchronous_commit') as commit, current_setting('data_checksums') as checksums, current_setting('listen_addresses') as tcp`
    expect(settings).toEqual({ fsync: 'on', pages: 'on', commit: 'on', checksums: 'on', tcp: '' })
    expect(statSync(server.target.host).mode & 0o777).toBe(0o700)
    const children = readFileSync(`/proc/${server.pid()}/task/${server.pid()}/children`, 'utf8').trim().split(' ').map(Number)
    expect([server.pid(), ...children].reduce((sum, pid) => sum + memoryKb(pid), 0)).toBeLessThan(60_000)

    const wrong = openConnection({ ...server.target, password: 'guess' }, { purpose: 'test' })
    expect(wrong`select 1`).rejects.toThrow('password authentication failed')
    await wrong.end()

    await db`create table kept as select 1 as x`
    const adopted = await openEmbedded(server.directory, systemClock)
    expect(adopted.ok && adopted.value.adopted && adopted.value.pid()).toBe(server.pid())

    const stop = new AbortController()
    const restarts: boolean[] = []
    const watching = server.watch(stop.signal, (outcome) => restarts.push(outcome.ok))
    process.kill(server.pid(), 'SIGKILL')
    while (restarts.length === 0) await systemClock.sleep(10)
    stop.abort()
    await watching
    const again = openConnection(server.target, { purpose: 'test' })
    expect(await again<{ x: number }[]>`select x from kept`).toEqual([{ x: 1 }] as never)
    await Promise.all([again.end(), db.end({ timeout: 0 })])
    expect(await server.stop()).toEqual({ ok: true, value: undefined })
    expect(await server.stop()).toEqual({ ok: true, value: undefined })
  }, 30_000)

  test('a deep data directory gets its socket elsewhere', async () => {
    const directory = mkdtempSync(join(tmpdir(), `klio-${'deep-'.repeat(12)}`))
    const opened = await openEmbedded(directory, systemClock)
    if (!opened.ok) throw new Error(opened.error.message)
    expect(opened.value.target.host.startsWith(directory)).toBe(false)
    const db = openConnection(opened.value.target, { purpose: 'test' })
    expect(await db`select 1 as x`).toHaveLength(1)
    await db.end()
    await opened.value.stop()
    rmSync(directory, { recursive: true })
    rmSync(opened.value.target.host, { recursive: true })
  }, 30_000)

  test('data of another major version is refused with what to do', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'klio-old-'))
    afterAll(() => rmSync(directory, { recursive: true, force: true }))
    const data = join(directory, 'postgres', 'data')
    mkdirSync(data, { recursive: true })
    writeFileSync(join(data, 'PG_VERSION'), '13\n')
    const refused = await openEmbedded(directory, systemClock)
    expect(!refused.ok && refused.error.message).toContain('belongs to PostgreSQL 13')
  })
})
