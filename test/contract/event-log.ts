import { afterEach, describe, expect, test } from 'bun:test'
import type { Change, LogEvent } from '../../src/events/log-event.ts'
import type { Log } from '../../src/events/log.ts'
import { batchAfter, changeOf, requestOf } from '../events/builders.ts'

/** What every implementation of Log promises; `open` gives an empty one each time. */
export function eventLogContract(name: string, open: () => Promise<Log>): void {
  const opened: Log[] = []
  const fresh = async (): Promise<Log> => {
    const log = await open()
    opened.push(log)
    return log
  }
  const write = async (log: Log, changes: Change[], request = requestOf()) => {
    const answer = await log.append(batchAfter(await log.head(), changes, request))
    if (!answer.ok) throw new Error(JSON.stringify(answer.error))
    return answer.value
  }
  const names = (events: readonly LogEvent[]) => events.map((event) => `${event.revision} ${event.op} ${event.name}`)
  const put = (one: string, previous = 0, over: Partial<Change> = {}) => changeOf(one, { previous, ...over })
  const gone = (one: string, previous: number, resource = 'configmaps') =>
    changeOf(one, { previous, op: 'delete', verb: 'delete', resource })

  afterEach(() => Promise.all(opened.splice(0).map((log) => log.close())))

  describe(`${name}: append`, () => {
    test('an empty log ends at revision 0', async () => {
      const log = await fresh()
      expect(await log.head()).toMatchObject({ revision: 0, time: 0 })
      expect(await log.floor()).toBe(0)
      expect(await log.after(0, 9)).toEqual([])
    })

    test('what is appended is read back as it was, with all its fields', async () => {
      const log = await fresh()
      const cause = {
        triggers: ['r:1'], view: 1, now: 5, reason: 'change' as const, component: 'scheduler', note: 'said "no"\u0000',
      }
      const request = requestOf()
      const change = put('a "quoted" \\ näme 🐳', 0, {
        verb: 'patch', subresource: 'status', namespace: '', changed: ['spec.a', 'metadata.labels["x"]'], intent: false, cause,
      })
      const batch = batchAfter(await log.head(), [change], request)
      await log.append(batch)
      const { sensitive: _, ...expected } = batch.events[0]!
      const [event] = await log.after(0, 9)
      expect({ ...event, body: Buffer.from(event!.body).toString() })
        .toEqual({ ...expected, body: Buffer.from(expected.body).toString() })
    })

    test('the head moves to the end of the batch, its hash with every event', async () => {
      const log = await fresh()
      const one = await write(log, [put('a')])
      const two = await write(log, [put('b'), put('c')])
      expect([one.revision, two.revision]).toEqual([1, 3])
      expect(Buffer.from(one.hash)).not.toEqual(Buffer.from(two.hash))
      const head = await log.head()
      expect({ ...head, hash: Buffer.from(head.hash) }).toEqual({ ...two, hash: Buffer.from(two.hash) })
    })

    test('a batch after an old head is fenced and leaves nothing', async () => {
      const log = await fresh()
      const old = await log.head()
      await write(log, [put('a')])
      const request = requestOf()
      expect(await log.append(batchAfter(old, [put('b'), put('c')], request))).toEqual({ ok: false, error: { kind: 'fenced' } })
      expect(names(await log.after(0, 9))).toEqual(['1 put a'])
      expect(await log.requests({ id: request.id, limit: 1 })).toEqual([])
    })

    test('a batch of requests alone is fenced after an old head too', async () => {
      const log = await fresh()
      const old = await log.head()
      await write(log, [put('a')])
      const refused = { head: old, events: [], requests: [requestOf({ code: 409 })] }
      expect(await log.append(refused)).toEqual({ ok: false, error: { kind: 'fenced' } })
      expect(await log.append({ ...refused, head: await log.head() })).toMatchObject({ ok: true, value: { revision: 1 } })
      expect(await log.requests({ code: 409, limit: 9 })).toHaveLength(1)
    })

    test('a bad row rejects its batch whole and harms nothing after it', async () => {
      const log = await fresh()
      const head = await log.head()
      const bad = await log.append(batchAfter(head, [put('a'), put('b', 0, { resource: '' })]))
      expect(bad).toMatchObject({ ok: false, error: { kind: 'rejected' } })
      expect(await log.head()).toMatchObject({ revision: 0 })
      expect(await write(log, [put('a')])).toMatchObject({ revision: 1 })
    })

    test('bodies of any bytes and sizes survive, encrypted or not', async () => {
      const log = await fresh()
      const bodies = [
        Buffer.alloc(0), Buffer.from('{}'), Buffer.from([0, 255, 128, 0]), Buffer.from('"\\u0000 \\\\ é 🐳"'),
        Buffer.alloc(3 * 1024 * 1024, 'x'), Buffer.from(crypto.getRandomValues(new Uint8Array(9_000))),
      ]
      for (const sensitive of [false, true]) {
        const from = (await log.head()).revision
        await write(log, bodies.map((body, i) => put(`b${i}-${sensitive}`, 0, { sensitive, encode: () => body })))
        const read = await log.after(from, 99)
        expect(read.map((event) => Bun.hash(event.body))).toEqual(bodies.map((body) => Bun.hash(body)))
      }
    })
  })

  describe(`${name}: read`, () => {
    const story = async () => {
      const log = await fresh()
      await write(log, [put('a'), put('b'), put('p', 0, { resource: 'pods' })])
      await write(log, [put('a', 1), put('c', 0, { namespace: 'other' })])
      await write(log, [gone('b', 2)])
      await write(log, [put('b'), put('a', 4), gone('p', 3, 'pods')])
      return log
    }

    test('after pages in order', async () => {
      const log = await story()
      expect(names(await log.after(0, 3))).toEqual(['1 put a', '2 put b', '3 put p'])
      expect(names(await log.after(5, 99))).toEqual(['6 delete b', '7 put b', '8 put a', '9 delete p'])
      expect(await log.after(9, 99)).toEqual([])
    })

    test('live is the newest event of each object that is there, by key, in pages', async () => {
      const log = await story()
      const pages: string[][] = []
      for await (const page of log.live(2)) pages.push(names(page))
      expect(pages).toEqual([['8 put a', '7 put b'], ['5 put c']])
    })

    test('an object made and removed in one batch, or remade in it, ends as it ended', async () => {
      const log = await fresh()
      await write(log, [put('x'), gone('x', 1), put('y'), gone('y', 3), put('y'), put('z')])
      await write(log, [gone('z', 6), put('z'), put('z', 8), gone('y', 5)])
      const live: string[] = []
      for await (const page of log.live(99)) live.push(...names(page))
      expect(live).toEqual(['9 put z'])
    })

    for (const { revision, all, only } of [
      { revision: 0, all: [], only: [] },
      { revision: 2, all: ['1 put a', '2 put b'], only: ['2 put b'] },
      { revision: 5, all: ['4 put a', '2 put b', '5 put c'], only: ['2 put b'] },
      { revision: 6, all: ['4 put a', '5 put c'], only: [] },
      { revision: 99, all: ['8 put a', '7 put b', '5 put c'], only: ['7 put b'] },
    ]) {
      test(`asOf ${revision} is the state of that revision`, async () => {
        const log = await story()
        expect(names(await log.asOf(revision, 'configmaps'))).toEqual(all)
        expect(names(await log.asOf(revision, 'configmaps', 'default', 'b'))).toEqual(only)
        expect(names(await log.asOf(revision, 'configmaps', 'nowhere'))).toEqual([])
      })
    }

    test('revisionAt is the last revision at or before an instant', async () => {
      const log = await story()
      const events = await log.after(0, 99)
      const times = events.map((event) => event.time)
      expect(await log.revisionAt(times[0]! - 1)).toBe(0)
      for (const event of events) {
        expect(await log.revisionAt(event.time)).toBe(event.revision)
        expect(await log.revisionAt(event.time + 1)).toBe(event.revision)
      }
      expect(await log.revisionAt(times.at(-1)! + 1e12)).toBe(9)
    })

    for (const { filter, found } of [
      { filter: { name: 'a' }, found: ['1 put a', '4 put a', '8 put a'] },
      { filter: { name: 'a', newestFirst: true, limit: 2 }, found: ['8 put a', '4 put a'] },
      { filter: { resource: 'pods' }, found: ['3 put p', '9 delete p'] },
      { filter: { namespace: 'other' }, found: ['5 put c'] },
      { filter: { fromRevision: 6, toRevision: 7 }, found: ['6 delete b', '7 put b'] },
      { filter: { resource: 'nodes' }, found: [] },
    ]) {
      test(`events by ${JSON.stringify(filter)}`, async () => {
        expect(names(await (await story()).events({ limit: 99, ...filter }))).toEqual(found)
      })
    }

    test('by intent, without resources, by revisions', async () => {
      const log = await fresh()
      await write(log, [put('a'), put('b', 0, { intent: false }), put('c', 0, { resource: 'leases' })])
      const found = async (filter: object) => names(await log.events({ limit: 9, ...filter }))
      expect(await found({ intent: true })).toEqual(['1 put a', '3 put c'])
      expect(await found({ intent: false })).toEqual(['2 put b'])
      expect(await found({ without: ['leases', 'events'] })).toEqual(['1 put a', '2 put b'])
      expect(await found({ revisions: [3, 1, 99] })).toEqual(['1 put a', '3 put c'])
      expect(await found({ revisions: [] })).toEqual([])
    })

    test('thin events carry everything but bodies', async () => {
      const log = await story()
      const [fat] = await log.events({ limit: 1 })
      const [thin] = await log.events({ limit: 1, thin: true })
      expect(thin!.body.byteLength).toBe(0)
      expect({ ...thin, body: null }).toEqual({ ...fat, body: null })
    })
  })

  describe(`${name}: requests`, () => {
    const at = (ms: number) => ({ id: Bun.randomUUIDv7('hex', ms), time: ms * 1_000 })
    const start = Date.now()

    test('a request is read back as it was', async () => {
      const log = await fresh()
      const full = requestOf({
        impersonator: 'root', command: 'kubectl apply', session: 's', traceparent: '00-1', reason: 'Conflict', code: 409,
        dryRun: true, changeSet: 'helm/web/3', body: Buffer.from('{"spec":{}}'), groups: ['a,b', '"c"'], agent: 'x\\y',
      })
      const plain = requestOf()
      await log.append({ head: await log.head(), events: [], requests: [full, plain] })
      const [one] = await log.requests({ id: full.id, limit: 1 })
      expect({ ...one, body: String(one!.body) }).toEqual({ ...full, body: String(full.body) })
      expect(await log.requests({ id: plain.id, limit: 1 })).toEqual([plain])
    })

    test('newest first, by every filter', async () => {
      const log = await fresh()
      const [one, two, three] = [
        requestOf({ ...at(start), user: 'a', changeSet: 'set' }),
        requestOf({ ...at(start + 10), user: 'b', code: 422, namespace: 'n' }),
        requestOf({ ...at(start + 20), user: 'a', changeSet: 'set' }),
      ]
      await log.append({ head: await log.head(), events: [], requests: [one, two, three] })
      const found = async (filter: object) => (await log.requests({ limit: 9, ...filter })).map(({ id }) => id)
      expect(await found({})).toEqual([three.id, two.id, one.id])
      expect(await found({ limit: 2 })).toEqual([three.id, two.id])
      expect(await found({ user: 'a' })).toEqual([three.id, one.id])
      expect(await found({ code: 422 })).toEqual([two.id])
      expect(await found({ namespace: 'n' })).toEqual([two.id])
      expect(await found({ changeSet: 'set' })).toEqual([three.id, one.id])
      expect(await found({ changeSet: two.id })).toEqual([two.id])
      expect(await found({ before: three.time })).toEqual([two.id, one.id])
      expect(await found({ after: one.time })).toEqual([three.id, two.id])
      expect(await found({ id: 'no-such-id' })).toEqual([])
      expect(await found({ ids: [one.id, three.id, 'no-such-id'] })).toEqual([three.id, one.id])
      expect(await found({ changeSets: ['set', two.id] })).toEqual([three.id, two.id, one.id])
      expect(await found({ changeSets: [] })).toEqual([])
      expect(await found({ withoutUsers: ['a'] })).toEqual([two.id])
      expect(await found({ withoutUsers: ['a%', 'c'] })).toEqual([two.id])
      expect(await found({ verb: 'create', resource: 'configmaps', name: '' })).toEqual([three.id, two.id, one.id])
      expect(await found({ verb: 'delete' })).toEqual([])
    })

    test('notes are kept as counts, not as requests', async () => {
      const log = await fresh()
      await log.note([requestOf({ verb: 'get', code: 200 }), requestOf({ verb: 'get', code: 200 })])
      await log.note([])
      expect(await log.requests({ limit: 9 })).toEqual([])
      const reads = await log.reads({ verb: 'get', limit: 9 })
      expect(reads.reduce((sum, { count }) => sum + count, 0)).toBe(2)
      expect(reads[0]!.request).toMatchObject({ user: 'jane', verb: 'get', resource: 'configmaps', code: 200 })
      expect(await log.reads({ verb: 'list', limit: 9 })).toEqual([])
      expect(await log.reads({ withoutUsers: ['ja%'], limit: 9 })).toEqual([])
    })
  })

  describe(`${name}: observations`, () => {
    const seen = (sequence: number, podUid = 'p1') => ({
      node: 'n1', sequence, time: start + sequence, kind: 'exit' as const, podUid, container: 'c', revision: 7,
      detail: { code: sequence, log: 'a\u0000"b\\' },
    })
    const start = Date.now() * 1_000

    test('each is kept once though the node sends it twice, newest first', async () => {
      const log = await fresh()
      await log.observe([seen(1), seen(2)])
      await log.observe([seen(2), seen(3, 'p2')])
      expect((await log.observations({ limit: 9 })).map(({ sequence }) => sequence)).toEqual([3, 2, 1])
      expect(await log.observations({ podUid: 'p1', limit: 1 })).toEqual([seen(2)])
    })
  })
}
