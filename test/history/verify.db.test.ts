import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { systemClock } from '../../src/base/clock.ts'
import { micros, openCore, type Core } from '../../src/control-plane.ts'
import { openConnection, openPool, type Database } from '../../src/db/pool.ts'
import { createKeyStore } from '../../src/events/key-store.ts'
import { postgresLock } from '../../src/events/postgres-lock.ts'
import { postgresLog, type PostgresLog } from '../../src/events/postgres-log.ts'
import { foldTo } from '../../src/history/replay-to.ts'
import { verifyLog, type LogPlace } from '../../src/history/verify.ts'
import { digestOfLog, digestOfView } from '../../src/history/view-digest.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import { TEST_CLUSTER_KEY, testDatabase, type TestDatabase } from '../support/database.ts'

// The first test makes a PostgreSQL, on a machine that may be busy.
setDefaultTimeout(60_000)

let db: TestDatabase
let log: PostgresLog
let core: Core
let pool: Database
let place: LogPlace
const stop = new AbortController()

const identity = {
  name: 'test',
  uid: 'u',
  podCidr: '10.1.0.0/16',
  serviceCidr: '10.2.0.0/16',
  loadBalancerCidr: '10.3.0.0/24',
  port: 6443,
  nodeName: 'node-1',
  adminToken: '',
  nodeToken: '',
  createdAt: '',
}
const quiet = { debug() {}, info() {}, warn() {}, error() {}, with: () => quiet }

beforeEach(async () => {
  db = await testDatabase()
  log = postgresLog({ id: db.id, target: db.app, clusterKey: TEST_CLUSTER_KEY })
  core = await openCore({
    log,
    lock: postgresLock(db.app, db.id, systemClock),
    clock: systemClock,
    logger: quiet,
    identity,
    idKey: new Uint8Array(32),
    signal: stop.signal,
  })
  pool = openPool(db.owner, { purpose: 'test' })
  place = { db: pool, id: db.id, keys: createKeyStore(pool, db.id.schema, TEST_CLUSTER_KEY) }
  await write('create', 'namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
  await write('create', 'configmaps', configMap('a', '1'))
  await write('update', 'configmaps', configMap('a', '2'))
  await write('create', 'secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'default' },
    data: { pin: 'NDcxMQ==' },
  } as KubeObject)
  await write('create', 'configmaps', configMap('b', '1'))
  await write('delete', 'configmaps', configMap('b', '1'))
  await write('create', 'configmaps', configMap('b', '2'))
})

afterEach(async () => {
  await core.sequencer.close()
  await Promise.all([log.close(), pool.end()])
})

const configMap = (name: string, x: string): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { x } }) as KubeObject

async function write(verb: 'create' | 'update' | 'delete', resource: string, object: KubeObject): Promise<void> {
  const definition = core.registry.byResource(resource)!
  const { name = '', namespace = '' } = object.metadata
  const id = Bun.randomUUIDv7()
  const made = await core.commands.execute(
    { command: { verb, resource, namespace, name, object }, definition, served: definition.served[0]! },
    {
      id,
      caller: { name: 'jane', groups: [] },
      agent: 'kubectl',
      address: '',
      path: '',
      query: '',
      receivedAt: micros(),
      fieldManager: 'kubectl',
      changeSet: id,
    },
  )
  if (!made.ok) throw new Error(made.error.message)
}

/** Changes what only the owner can reach, past the triggers. */
async function tamper(statement: string): Promise<void> {
  const connection = openConnection(db.owner, { purpose: 'test' })
  await connection.unsafe(`set search_path to "${db.schema}"`)
  await connection.unsafe('set session_replication_role = replica')
  await connection.unsafe(statement)
  await connection.end()
}

describe('an honest log', () => {
  test('chain, table of objects and served state hold', async () => {
    const answer = await verifyLog(place, await digestOfView(core.view))
    expect(answer).toMatchObject({
      ok: true,
      revisions: 7,
      view: { revision: 7, equal: true },
      objects: { revision: 7, count: 4, problems: [] },
    })
  })

  test.each([1, 2, 3, 4, 5, 6, 7])('folded to revision %p it gives what the index gives', async (revision) => {
    const folded = await foldTo(place, revision)
    expect(folded).toMatchObject({ ok: true, revisions: revision })
    const recorded = await digestOfLog(log, ['namespaces', 'configmaps', 'secrets'], revision)
    expect(folded.digest).toBe(recorded.digest)
    expect(folded.objects).toBe(recorded.objects)
  })

  test('the digest of the view is the digest of the log, Secrets too', async () => {
    const live = await digestOfView(core.view)
    expect(await digestOfLog(log, core.view.resources(), live.revision)).toEqual(live)
  })

  test('an empty log holds', async () => {
    const empty = await testDatabase()
    const answer = await verifyLog(
      { ...place, id: empty.id },
      { revision: 0, digest: (await foldTo({ ...place, id: empty.id }, 0)).digest, objects: 0 },
    )
    expect(answer).toMatchObject({ ok: true, revisions: 0, view: { equal: true } })
  })
})

describe('what was changed is found', () => {
  test.each([
    [
      'one body',
      `update bodies set body = convert_to(replace(convert_from(body, 'UTF8'), '"x":"1"', '"x":"9"'), 'UTF8') where revision = 2`,
      2,
    ],
    ['one encrypted body', `update bodies set body = set_byte(body, 20, get_byte(body, 20) # 1) where revision = 4`, 4],
    ['the time of an event', `update events set time = time + interval '1 s' where revision = 3`, 3],
    ['who is said to have asked', `update events set request = gen_random_uuid() where revision = 5`, 5],
    ['intent', `update events set intent = not intent where revision = 6`, 6],
    ['an event that is gone', `delete from events where revision = 4`, 4],
    ['a tail that was cut off', `delete from events where revision = 7`, 7],
  ])('%s', async (_, statement, firstBad) => {
    const live = await digestOfView(core.view)
    await tamper(statement)
    expect(await verifyLog(place, live)).toMatchObject({ ok: false, firstBad })
    expect(await foldTo(place, 7)).toMatchObject({ ok: false, firstBad })
    const before = await foldTo(place, firstBad - 1)
    expect(before).toMatchObject({ ok: true, revisions: firstBad - 1 })
  })

  test.each([
    ['a row that is missing', `delete from objects where name = 'a'`, 'is missing'],
    [
      'a row that is no object',
      `insert into objects (created, changed, branch, version, resource, namespace, name, uid) select 1, 2, 0, 1, 'pods', 'default', 'ghost', 'u'`,
      'was deleted',
    ],
    ['another revision', `update objects set changed = 2 where name = 'a'`, 'has revision 2 instead of 3'],
    ['another version', `update objects set version = 7 where name = 'a'`, 'has version 7 instead of 2'],
  ])('in the table of objects: %s', async (_, statement, problem) => {
    await tamper(statement)
    const answer = await verifyLog(place, undefined)
    expect(answer.ok).toBe(false)
    expect(answer.reason).toContain(problem)
    expect(answer.objects.problems).toMatchObject([{ problem }])
  })

  test('a served state that is not what the events say', async () => {
    const live = await digestOfView(core.view)
    const answer = await verifyLog(place, { ...live, digest: '0'.repeat(64) })
    expect(answer).toMatchObject({ ok: false, view: { revision: 7, equal: false } })
  })

  test('writes that go on meanwhile are no problem', async () => {
    const live = await digestOfView(core.view)
    await write('update', 'configmaps', configMap('a', '3'))
    expect(await verifyLog(place, live)).toMatchObject({ ok: true, revisions: 8, view: { revision: 7, equal: true } })
  })
})
