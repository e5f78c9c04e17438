import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openConnection } from '../../src/db/pool.ts'
import { prepareDatabase } from '../../src/db/prepare-database.ts'
import { createKeyStore } from '../../src/events/key-store.ts'
import { mainLog } from '../../src/events/log-id.ts'
import { ensurePartitions } from '../../src/events/partitions.ts'
import { postgresLog } from '../../src/events/postgres-log.ts'
import { privateServer, TEST_CLUSTER_KEY } from '../support/database.ts'
import { batchAfter, changeOf } from './builders.ts'

/** Every file under a directory, sockets left out. */
const filesUnder = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

test('1,000 planted secrets are in no data file, no WAL and no log of PostgreSQL; a plain value is', async () => {
  const server = await privateServer()
  const prepared = await prepareDatabase(server.target, 'canary', TEST_CLUSTER_KEY)
  if (!prepared.ok) throw new Error(prepared.error.message)
  const { schema, app } = prepared.value
  const owner = openConnection(server.target, { purpose: 'test' })
  await ensurePartitions(owner, schema, 0, Date.now())
  const log = postgresLog({ id: mainLog(schema), target: app, clusterKey: TEST_CLUSTER_KEY })
  const keys = createKeyStore(log.db, schema, TEST_CLUSTER_KEY)
  await keys.current('ca', () => Buffer.from('CANARY-wrapped-key'))

  const canary = (i: number) => `CANARY-${i}-${Bun.hash(`canary ${i}`).toString(36)}`
  const write = async (from: number, to: number, previous: (i: number) => number) => {
    const changes = Array.from({ length: to - from }, (_, i) => changeOf(`s${from + i}`, {
      resource: 'secrets', sensitive: true, previous: previous(from + i), encode: () => Buffer.from(JSON.stringify({ data: { token: canary(from + i) } })),
    }))
    const answer = await log.append(batchAfter(await log.head(), changes))
    expect(answer).toMatchObject({ ok: true })
  }
  await write(0, 500, () => 0)
  await write(500, 1_000, () => 0)
  // A second version of each: its key is read back, not made again.
  await write(0, 500, (i) => i + 1)
  await log.append(batchAfter(await log.head(), [changeOf('plain', { encode: () => Buffer.from('{"x":"PLAIN-CANARY"}') })]))

  const read = await log.after(0, 2_000)
  expect(read.slice(0, 1_000).every((event, i) => event.body.toString().includes(canary(i)))).toBe(true)
  const again = postgresLog({ id: mainLog(schema), target: app, clusterKey: TEST_CLUSTER_KEY })
  expect((await again.events({ limit: 1, name: 's7', newestFirst: true }))[0]!.body.toString()).toContain(canary(7))
  await again.close()

  await owner.unsafe('checkpoint')
  const files = filesUnder(server.directory).map((file) => readFileSync(file))
  expect(files.some((bytes) => bytes.includes('PLAIN-CANARY'))).toBe(true)
  const leaks = files.filter((bytes) => bytes.includes('CANARY-') && bytes.toString('latin1').replaceAll('PLAIN-CANARY', '').includes('CANARY-'))
  expect(leaks.length).toBe(0)

  // Erasing one object's key is forgetting that object and nothing else.
  await owner.unsafe(`delete from ${schema}.keys where purpose = 'data' and kid = 'uid-of-s7'`)
  const fresh = postgresLog({ id: mainLog(schema), target: app, clusterKey: TEST_CLUSTER_KEY })
  const bodies = await fresh.events({ limit: 2, fromRevision: 8 })
  expect(bodies.map((event) => event.body.byteLength > 0)).toEqual([false, true])
  await fresh.close()
  await log.close()
  await owner.end()
  await server.stop()
}, 30_000)
