import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { migrate } from '../../src/db/migrate.ts'
import { openConnection, type Database } from '../../src/db/pool.ts'
import { prepareDatabase } from '../../src/db/prepare-database.ts'
import { TEST_CLUSTER_KEY, testDatabase, testServer, type TestDatabase } from '../support/database.ts'
import { dumpSchema } from '../support/schema-dump.ts'

const GOLDEN = join(import.meta.dir, '../../migrations/schema.golden.sql')
let database: TestDatabase
let owner: Database

beforeAll(async () => {
  database = await testDatabase()
  owner = openConnection(database.owner, { purpose: 'test' })
})

afterAll(() => owner.end())

test('the migrations make the golden schema (UPDATE_GOLDEN=1 writes it)', async () => {
  const dump = `-- Written by test/db/migrate.db.test.ts; compare, never edit.\n${
    await dumpSchema(owner, database.schema, database.app.user)}`
  if (process.env.UPDATE_GOLDEN) await Bun.write(GOLDEN, dump)
  expect(dump).toBe(await Bun.file(GOLDEN).text())
})

test('a second run applies nothing', async () => {
  expect(await migrate(owner, database.schema, database.app.user)).toEqual({ applied: [] })
})

test('four processes that migrate one new schema at once apply each step once', async () => {
  const server = await testServer()
  const name = `race${Bun.randomUUIDv7().slice(-8)}`
  const runs = await Promise.all([1, 2, 3, 4].map(() => prepareDatabase(server, name, TEST_CLUSTER_KEY)))
  expect(runs.every((run) => run.ok)).toBe(true)
  expect(runs.flatMap((run) => (run.ok ? run.value.migrated : []))).toEqual(['log'])
})

test('a schema of a newer klio, or an edited step, is refused by name', async () => {
  const { schema } = database
  await owner.unsafe(`insert into ${schema}.migrations (number, name, digest) values (999, 'later', 'x')`)
  expect(migrate(owner, schema, database.app.user)).rejects.toThrow('newer klio (migration 999)')
  await owner.unsafe(`delete from ${schema}.migrations where number = 999; update ${schema}.migrations set digest = 'edited'`)
  expect(migrate(owner, schema, database.app.user)).rejects.toThrow('is not the one this klio carries')
})
