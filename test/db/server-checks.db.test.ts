import { describe, expect, test } from 'bun:test'
import { openConnection } from '../../src/db/pool.ts'
import { prepareDatabase } from '../../src/db/prepare-database.ts'
import { problemsOf, serverProblems } from '../../src/db/server-checks.ts'
import { TEST_CLUSTER_KEY, testServer } from '../support/database.ts'

const fine = { major: 18, fsync: 'on', commit: 'on', pages: 'on', encoding: 'UTF8', standby: false }

describe('what a server may not be', () => {
  for (const { wrong, says } of [
    { wrong: {}, says: [] },
    { wrong: { commit: 'remote_apply' }, says: [] },
    { wrong: { major: 14 }, says: ['needs 15 or newer'] },
    { wrong: { fsync: 'off' }, says: ['set fsync = on'] },
    { wrong: { pages: 'off' }, says: ['set full_page_writes = on'] },
    { wrong: { commit: 'off' }, says: ['set synchronous_commit = on'] },
    { wrong: { encoding: 'SQL_ASCII' }, says: ["ENCODING 'UTF8'"] },
    { wrong: { standby: true }, says: ['name the primary'] },
    { wrong: { fsync: 'off', standby: true }, says: ['fsync', 'primary'] },
  ]) {
    test(JSON.stringify(wrong), () => {
      const problems = problemsOf({ ...fine, ...wrong })
      expect(problems).toHaveLength(says.length)
      says.forEach((part, i) => expect(problems[i]).toContain(part))
    })
  }
})

test('two sessions on one backend are a transaction pooler', async () => {
  const target = await testServer()
  const one = openConnection(target, { purpose: 'test' })
  const two = openConnection(target, { purpose: 'test' })
  expect(await serverProblems(one, two)).toEqual([])
  expect((await serverProblems(one, one)).join()).toContain('transaction pooler')
  await Promise.all([one.end(), two.end()])
})

test('a role that turned synchronous_commit off is refused with the remedy', async () => {
  const target = await testServer()
  const admin = openConnection(target, { purpose: 'test' })
  const user = `lax_${Bun.randomUUIDv7().slice(-8)}`
  await admin.unsafe(`create role ${user} login createrole password 'x'; alter role ${user} set synchronous_commit = off`)
  const refused = await prepareDatabase({ ...target, user, password: 'x' }, 'lax', TEST_CLUSTER_KEY)
  expect(!refused.ok && refused.error.message).toContain('set synchronous_commit = on')
  await admin.unsafe(`drop role ${user}`)
  await admin.end()
})

test('an owner without the right to make roles works alone and says so', async () => {
  const target = await testServer()
  const admin = openConnection(target, { purpose: 'test' })
  const user = `managed_${Bun.randomUUIDv7().slice(-8)}`
  await admin.unsafe(`create role ${user} login password 'x'`)
  await admin.unsafe(`grant create on database ${target.database} to ${user}`)
  const prepared = await prepareDatabase({ ...target, user, password: 'x' }, user, TEST_CLUSTER_KEY)
  expect(prepared.ok && prepared.value.app.user).toBe(user)
  expect(prepared.ok && prepared.value.warnings[0]).toContain('could change history')
  await admin.unsafe(`drop owned by ${user} cascade; drop role ${user}`)
  await admin.end()
})

test('a server that is not there is a sentence, not a stack', async () => {
  const refused = await prepareDatabase(
    { host: '127.0.0.1', port: 1, user: 'x', password: '', database: 'x' }, 'x', TEST_CLUSTER_KEY)
  expect(!refused.ok && refused.error.message).toContain('PostgreSQL at 127.0.0.1')
})
