import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { openConnection, type Database } from '../../src/db/pool.ts'
import { ensurePartitions } from '../../src/events/partitions.ts'
import { postgresLog } from '../../src/events/postgres-log.ts'
import { TEST_CLUSTER_KEY, testDatabase, type TestDatabase } from '../support/database.ts'
import { batchAfter, changeOf } from './builders.ts'

let database: TestDatabase
let app: Database
let owner: Database

beforeAll(async () => {
  database = await testDatabase()
  app = openConnection(database.app, { purpose: 'test' })
  owner = openConnection(database.owner, { purpose: 'test' })
  const log = postgresLog({ id: database.id, target: database.app, clusterKey: TEST_CLUSTER_KEY })
  await log.append(batchAfter(await log.head(), [changeOf('a')]))
  await log.observe([{ node: 'n', sequence: 1, time: 1, kind: 'exit', podUid: '', container: '', revision: 0, detail: {} }])
  await log.close()
})

afterAll(async () => {
  await Promise.all([app.end(), owner.end()])
})

const codeOf = (db: Database, sql: string): Promise<string> =>
  db.unsafe(sql).then(() => 'done', (error: { code: string }) => error.code)

for (const table of ['events', 'bodies', 'requests', 'observations', 'roots', 'actors']) {
  describe(table, () => {
    for (const sql of ['update TABLE set ROW', 'delete from TABLE', 'truncate TABLE', 'alter table TABLE disable trigger all']) {
      const text = () => sql.replace('TABLE', `${database.schema}.${table}`).replace('ROW', table === 'actors' ? "agent = ''" : table === 'roots' ? 'first = 0' : 'time = now()'.replace('time', table === 'bodies' ? 'form' : 'time').replace('now()', table === 'bodies' ? '0' : 'now()'))
      test(`${sql.split(' ')[0]}: the app role has no right to`, async () => {
        expect(await codeOf(app, text())).toBe('42501')
      })
      if (sql.startsWith('alter') || table === 'roots') continue
      test(`${sql.split(' ')[0]}: the owner meets a trigger`, async () => {
        expect(await codeOf(owner, text())).toBe('KL001')
      })
    }
  })
}

test('a partition cannot be truncated or reached past its parent either', async () => {
  expect(await codeOf(owner, `truncate ${database.schema}.events_0`)).toBe('KL001')
  expect(await codeOf(app, `select * from ${database.schema}.events_0`)).toBe('42501')
  expect(await codeOf(app, `drop table ${database.schema}.events_0`)).toBe('42501')
})

test('what was refused changed nothing', async () => {
  expect(await owner.unsafe(`select revision, name from ${database.schema}.events`)).toEqual([{ revision: 1, name: 'a' }] as never)
})

test('partitions are made ahead, once, also when two make them at a time', async () => {
  const far = 4_194_304 * 3
  const other = openConnection(database.owner, { purpose: 'test' })
  await Promise.all([owner, other].map((db) => ensurePartitions(db, database.schema, far, Date.now())))
  await other.end()
  const rows = await owner<{ name: string }[]>`select relname as name from pg_class
    where relnamespace = ${database.schema}::regnamespace and relispartition and relkind = 'r' and relname like 'events%' order by 1`
  expect(rows.map((row) => row.name)).toEqual(['events_0', 'events_3'])
})
