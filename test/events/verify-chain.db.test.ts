import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { MERKLE_REVISIONS } from '../../src/base/limits.ts'
import { plainArray, textArray } from '../../src/db/array-literal.ts'
import { openConnection, type Database } from '../../src/db/pool.ts'
import { targetFromUrl, targetUrl } from '../../src/db/target.ts'
import { DIGEST_BYTES, Digester } from '../../src/events/bodies.ts'
import { headerText } from '../../src/events/header.ts'
import { createKeyStore } from '../../src/events/key-store.ts'
import { postgresLog, type PostgresLog } from '../../src/events/postgres-log.ts'
import { readRoots, signFull } from '../../src/events/roots.ts'
import { scanEvents } from '../../src/events/scan.ts'
import { verifyChain } from '../../src/events/verify-chain.ts'
import { TEST_CLUSTER_KEY, testDatabase, type TestDatabase } from '../support/database.ts'
import { batchAfter, changeOf } from './builders.ts'

/** Three signed ranges and a tail that no root covers yet. */
const EVENTS = MERKLE_REVISIONS * 2 + 100
let database: TestDatabase
let log: PostgresLog
let owner: Database

const verify = (expectedRevision?: number) =>
  verifyChain(log.db, database.id, createKeyStore(log.db, database.schema, TEST_CLUSTER_KEY), { expectedRevision })

beforeAll(async () => {
  database = await testDatabase()
  log = postgresLog({ id: database.id, target: database.app, clusterKey: TEST_CLUSTER_KEY })
  owner = openConnection(database.owner, { purpose: 'test' })
  for (let head = await log.head(); head.revision < EVENTS;) {
    const count = Math.min(512, EVENTS - head.revision)
    const changes = Array.from({ length: count }, (_, i) =>
      changeOf(`c${head.revision + i}`, i % 50 === 0 ? { sensitive: true, changed: ['data.ä'], cause: undefined } : {}))
    const answer = await log.append(batchAfter(head, changes))
    if (!answer.ok) throw new Error(JSON.stringify(answer.error))
    head = answer.value
  }
  const keys = createKeyStore(log.db, database.schema, TEST_CLUSTER_KEY)
  await signFull({ db: log.db, id: database.id, keys, clock: systemClock, revision: () => EVENTS }, new AbortController().signal)
}, 30_000)

afterAll(async () => {
  await owner.end()
  await log.close()
})

test('an untouched log holds, with its signed roots', async () => {
  expect(await verify(EVENTS)).toEqual({ ok: true, revisions: EVENTS, roots: 2, withoutBody: 0 })
})

describe('a superuser who goes round the triggers is found, the revision named', () => {
  const s = (text: string) => text.replaceAll('EVENTS', `${database.schema}.events`).replaceAll('BODIES', `${database.schema}.bodies`)
    .replaceAll('ROOTS', `${database.schema}.roots`)
  for (const { what, change, firstBad, reason } of [
    { what: 'time', change: "update EVENTS set time = time + interval '1 us' where revision = 77", firstBad: 77, reason: 'does not follow' },
    { what: 'time by a second, past its follower', change: "update EVENTS set time = time + interval '1 s' where revision = 78", firstBad: 78, reason: '' },
    { what: 'name', change: "update EVENTS set name = 'x' where revision = 4097", firstBad: 4097, reason: 'does not follow' },
    { what: 'cause', change: "update EVENTS set cause = '{}' where revision = 5", firstBad: 5, reason: 'does not follow' },
    { what: 'a body', change: "update BODIES set body = convert_to('{}', 'UTF8') where revision = 9", firstBad: 9, reason: 'body was changed' },
    { what: 'a body with its digest', change: "update BODIES set body = 'x' where revision = 9; update EVENTS set digest = sha256((select salt || body from BODIES where revision = 9)) where revision = 9", firstBad: 9, reason: 'does not follow' },
    { what: 'a missing row', change: 'delete from EVENTS where revision = 500', firstBad: 500, reason: 'is missing' },
    { what: 'swapped bodies', change: 'update BODIES b set body = o.body, salt = o.salt from BODIES o where b.revision in (20, 21) and o.revision in (20, 21) and b.revision <> o.revision', firstBad: 20, reason: 'body was changed' },
    { what: 'swapped events', change: 'update EVENTS e set name = o.name, uid = o.uid, digest = o.digest from EVENTS o where e.revision in (30, 31) and o.revision in (30, 31) and e.revision <> o.revision', firstBad: 30, reason: '' },
    { what: 'a cut tail', change: `delete from EVENTS where revision > ${MERKLE_REVISIONS + 9}`, firstBad: MERKLE_REVISIONS + 10, reason: 'ends before' },
    { what: 'a cut tail that no root covers', change: `delete from EVENTS where revision > ${EVENTS - 5}`, firstBad: EVENTS - 4, reason: 'ends before' },
    { what: 'a forged root', change: 'update ROOTS set signature = (select signature from ROOTS order by last limit 1) where first > 1', firstBad: MERKLE_REVISIONS * 2, reason: 'signature' },
  ]) {
    test(what, async () => {
      // The change is made and taken back around the look: in one file, each test finds the same log.
      await owner.unsafe('drop schema if exists keep cascade; create schema keep')
      for (const table of ['events', 'bodies', 'roots']) {
        await owner.unsafe(`create table keep.${table} as select * from ${database.schema}.${table}`)
      }
      await owner.unsafe(`set session_replication_role = replica; ${s(change)}`)
      const report = await verify(EVENTS)
      for (const table of ['events', 'bodies', 'roots']) {
        await owner.unsafe(`truncate ${database.schema}.${table}; insert into ${database.schema}.${table} select * from keep.${table}`)
      }
      await owner.unsafe('set session_replication_role = origin; drop schema keep cascade')
      expect(report).toMatchObject({ ok: false, firstBad, revisions: firstBad - 1 })
      expect(report.reason).toContain(reason)
      expect(await verify(EVENTS)).toMatchObject({ ok: true })
    })
  }
})

test('roots follow one another', async () => {
  const roots = await readRoots(log.db, database.id)
  expect(roots.map(({ first, last }) => [first, last])).toEqual([[1, MERKLE_REVISIONS], [MERKLE_REVISIONS + 1, MERKLE_REVISIONS * 2]])
  expect(Buffer.from(roots[1]!.previous)).toEqual(Buffer.from(roots[0]!.root))
})

test('dropping a body leaves a chain that holds', async () => {
  await owner.unsafe(`set session_replication_role = replica; delete from ${database.schema}.bodies where revision = 3;
    set session_replication_role = origin`)
  expect(await verify()).toMatchObject({ ok: true, withoutBody: 1 })
})

test('what the acceptance script does is found, through psql\'s own URL', async () => {
  const url = targetUrl(database.owner)
  const psql = openConnection(targetFromUrl(url), { purpose: 'test' })
  await psql.unsafe(`set session_replication_role = replica;
    update ${database.schema}.events set time = time + interval '1 s' where revision = 1`)
  expect(await verify()).toMatchObject({ ok: false, firstBad: 1 })
  await psql.unsafe(`update ${database.schema}.events set time = time - interval '1 s' where revision = 1`)
  await psql.end()
  expect(await verify()).toMatchObject({ ok: true })
})

test('a whole chain made again without the key is found by the first signed root', async () => {
  const digester = new Digester()
  const revisions: number[] = []
  const hashes: string[] = []
  let previous: Uint8Array = new Uint8Array(DIGEST_BYTES)
  await owner.unsafe(`set session_replication_role = replica; update ${database.schema}.events set name = 'forged' where revision = 10`)
  await scanEvents(log.db, database.id, 0, (event) => {
    previous = digester.ofLink(previous, headerText(0, event, event, event.rowVersion), event.digest)
    revisions.push(event.revision)
    hashes.push(Buffer.from(previous).toString('hex'))
    return true
  })
  await owner.unsafe(`update ${database.schema}.events e set hash = decode(t.hash, 'hex')
    from unnest($1::bigint[], $2::text[]) as t(revision, hash) where e.revision = t.revision`,
  [plainArray(revisions), textArray(hashes)])
  await owner.unsafe('set session_replication_role = origin')
  expect(await verify()).toMatchObject({
    ok: false, firstBad: MERKLE_REVISIONS, reason: `the signed root of revisions 1 to ${MERKLE_REVISIONS} is another`,
  })
})
