import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '../../src/cli/cli.ts'
import { findContext } from '../../src/cli/kube-context.ts'
import type { ChangeSetAnswer, DiffAnswer, RequestAnswer } from '../../src/history/answer-types.ts'
import { historyApi, type HistoryApi } from '../support/history-api.ts'
import { testTerminal } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'klio-past-'))
const kubeconfig = join(folder, 'kubeconfig')
let api: HistoryApi
/** Revisions of the story, by name. */
const at: Record<string, number> = {}

const CONFIGMAPS = '/api/v1/namespaces/default/configmaps'
const SECRETS = '/api/v1/namespaces/default/secrets'

async function write(name: string, method: string, path: string, body?: unknown, session?: string): Promise<void> {
  const headers = { 'kubectl-command': 'kubectl apply', ...(session && { 'kubectl-session': session }) }
  const answer = await api.call(method, path, body, { headers })
  expect(answer.code).toBeLessThan(300)
  at[name] = api.core.view.revision
}

const configMap = (name: string, data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })

beforeAll(async () => {
  api = await historyApi()
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'test',
      clusters: [
        { name: 'test', cluster: { server: `https://127.0.0.1:${api.port}`, 'insecure-skip-tls-verify': true } },
      ],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      users: [{ name: 'test', user: { token: api.identity.adminToken } }],
    }),
  )
  await write('made', 'POST', CONFIGMAPS, configMap('a', { x: '1', MODE: 'good' }), 'one')
  await write('b', 'POST', CONFIGMAPS, configMap('b', { y: '1' }), 'one')
  await write('changed', 'PATCH', `${CONFIGMAPS}/a`, { data: { MODE: 'bad' } }, 'two')
  await write('secret', 'POST', SECRETS, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's' },
    stringData: { pin: 'canary-4711' },
  })
  await write('pin', 'PATCH', `${SECRETS}/s`, { stringData: { pin: 'canary-4712' } })
  await write('gone', 'DELETE', `${CONFIGMAPS}/a`)
  await api.call('POST', CONFIGMAPS, configMap('Not_A_Name', {}))
})

afterAll(async () => {
  await api.close()
  rmSync(folder, { recursive: true })
})

const klio = async (...args: string[]) => {
  const terminal = testTerminal({ KUBECONFIG: kubeconfig })
  const code = await runCli(args, terminal)
  if (code === 2) throw new Error(terminal.notes())
  return { code, out: terminal.text() }
}
const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await klio(...args, '-o', 'json')).out) as T

describe('klio log', () => {
  test('an object: every change of it, newest first, with who and what', async () => {
    const sets = await json<ChangeSetAnswer[]>('log', 'cm/a')
    expect(
      sets.map(({ from, to, user, agent, command, changeSet }) => ({ from, to, user, agent, command, changeSet })),
    ).toMatchObject([
      { from: at['gone']!, to: at['gone']!, user: 'admin', agent: 'differential/1', command: 'kubectl apply' },
      { from: at['changed']!, changeSet: 'two' },
      { from: at['made']!, changeSet: 'one' },
    ])
    expect(
      sets.flatMap(({ changes }) => changes.map(({ op, kind, name, paths }) => ({ op, kind, name, paths }))),
    ).toEqual([
      { op: 'delete', kind: 'ConfigMap', name: 'a', paths: [] },
      { op: 'put', kind: 'ConfigMap', name: 'a', paths: ['data.MODE'] },
      { op: 'put', kind: 'ConfigMap', name: 'a', paths: [] },
    ])
  })

  test('one kubectl session is one change set', async () => {
    const sets = await json<ChangeSetAnswer[]>('log')
    const one = sets.find(({ changeSet }) => changeSet === 'one')!
    expect(one.changes.map(({ name }) => name)).toEqual(['a', 'b'])
    expect([one.from, one.to]).toEqual([at['made']!, at['b']!])
  })

  test.each([
    [['configmap/a'], 3],
    [['ConfigMap/a'], 3],
    [['configmaps'], 3],
    [['cm', '--limit', '1'], 1],
    [['cm', '-n', 'other'], 0],
    [['--user', 'nobody'], 0],
    [['--client', 'differential'], 5],
    [['--client', 'helm'], 0],
    [['--verb', 'delete'], 1],
    [['--path', 'data.MODE'], 1],
    [['--path', 'data'], 2],
    [['--path', 'dat'], 0],
  ])('%p finds %p change sets', async (args, count) => {
    expect(await json<ChangeSetAnswer[]>('log', ...args)).toHaveLength(count)
  })

  test('a set that began before a bound keeps what is inside it', async () => {
    const sets = await json<ChangeSetAnswer[]>('log', '--before', String(at['made']))
    expect(sets.map(({ changes }) => changes.map(({ name }) => name))).toEqual([['a']])
    expect(await json<ChangeSetAnswer[]>('log', '--after', String(at['gone']))).toEqual([])
  })

  test('what klio itself does shows with --all', async () => {
    const all = await json<ChangeSetAnswer[]>('log', '--all')
    expect(all.some(({ user }) => user === 'system:apiserver')).toBe(true)
    expect((await json<ChangeSetAnswer[]>('log')).some(({ user }) => user === 'system:apiserver')).toBe(false)
  })

  test('for people: a table with the latest change first', async () => {
    const [header, first] = (await klio('log', 'cm/a')).out.split('\n')
    expect(header).toMatch(/^REVISION +TIME +AGE +USER +CLIENT +CHANGES$/)
    expect(first).toContain('deleted ConfigMap default/a')
  })
})

describe('klio log --requests', () => {
  test('a refused write is on record, once', async () => {
    const [refused, ...more] = await json<RequestAnswer[]>('log', '--requests', '--code', '422')
    expect(more).toEqual([])
    expect(refused).toMatchObject({
      verb: 'create',
      resource: 'configmaps',
      user: 'admin',
      reason: 'Invalid',
      firstRevision: 0,
      count: 1,
    })
  })

  test.each([
    ['a body that is no JSON', 'POST', CONFIGMAPS, '{', {}, 400],
    ['a patch of an unknown form', 'PATCH', `${CONFIGMAPS}/b`, {}, { type: 'text/plain' }, 415],
    ['a kind that is not served', 'POST', '/api/v1/namespaces/default/nothings', {}, {}, 404],
    ['a write to the past', 'DELETE', `/asof/now${CONFIGMAPS}/b`, undefined, {}, 405],
    ['a write that the user may not', 'DELETE', `${CONFIGMAPS}/b`, undefined, { token: 'nodetoken' }, 403],
  ])('%s is on record before its answer leaves', async (_, method, path, body, more, code) => {
    const before = (await api.log.requests({ limit: 1_000 })).length
    expect((await api.call(method, path, body, more)).code).toBe(code)
    const [newest, ...others] = await api.log.requests({ limit: 1_000 })
    expect(others).toHaveLength(before)
    expect(newest).toMatchObject({ code, firstRevision: 0 })
  })

  test('reads of people are noted, reads of nodes are not, a wrong token is only counted', async () => {
    const before = api.noted.length
    await api.call('GET', CONFIGMAPS)
    await api.call('GET', '/api/v1/nodes', undefined, { token: 'nodetoken' })
    await api.call('GET', CONFIGMAPS, undefined, { token: 'wrong' })
    expect(api.noted.slice(before).map(({ user, verb, resource, code }) => [user, verb, resource, code])).toEqual([
      ['admin', 'list', 'configmaps', 200],
    ])
    expect(api.refused).toContain('401')
  })
})

describe('klio show', () => {
  test('by any revision of a set, with the values before and after', async () => {
    const set = await json<ChangeSetAnswer>('show', String(at['changed']))
    expect(set).toMatchObject({
      changeSet: 'two',
      changes: [{ name: 'a', diff: [{ path: 'data.MODE', before: 'good', after: 'bad' }] }],
    })
    expect((await json<ChangeSetAnswer>('show', 'one')).changes.map(({ name }) => name)).toEqual(['a', 'b'])
    expect((await klio('show', 'two')).out).toContain('- data.MODE: good\n  + data.MODE: bad')
  })

  test('a change that nobody meant is shown when it is asked for', async () => {
    const set = await json<ChangeSetAnswer>('show', '1')
    expect(set.changes[0]).toMatchObject({ revision: 1, kind: 'Namespace', created: true })
  })

  test.each([['no-such-set'], ['99999']])('%p ends with 2', (what) => {
    expect(klio('show', what)).rejects.toThrow()
  })
})

describe('klio diff', () => {
  test('everything: what came, went and changed; exit 1', async () => {
    const { code } = await klio('diff', String(at['made']), 'now')
    expect(code).toBe(1)
    const all = await json<DiffAnswer[]>('diff', String(at['made']), 'now')
    expect(all.map(({ kind, name, op }) => `${kind} ${name} ${op}`)).toEqual([
      'ConfigMap a removed',
      'ConfigMap b added',
      'Secret s added',
    ])
  })

  test('one object, forth and back', async () => {
    const [one] = await json<DiffAnswer[]>('diff', String(at['made']), String(at['changed']), 'cm/a')
    expect(one).toEqual({
      kind: 'ConfigMap',
      namespace: 'default',
      name: 'a',
      op: 'changed',
      paths: [{ path: 'data.MODE', before: 'good', after: 'bad' }],
    })
    const [back] = await json<DiffAnswer[]>('diff', String(at['changed']), String(at['made']), 'cm/a')
    expect(back!.paths).toEqual([{ path: 'data.MODE', before: 'bad', after: 'good' }])
  })

  test('the same is exit 0 and an empty list', async () => {
    const { code, out } = await klio('diff', 'now', 'now', '-o', 'json')
    expect({ code, out }).toEqual({ code: 0, out: '[]\n' })
  })

  test('now may be left out before an object', async () => {
    expect(await json<DiffAnswer[]>('diff', String(at['made']), 'cm/b')).toMatchObject([{ name: 'b', op: 'added' }])
  })
})

test('no value of a Secret leaves in any output; changes of it can still be told apart', async () => {
  const outputs = await Promise.all([
    klio('show', String(at['pin']), '-o', 'json'),
    klio('diff', '1', 'now', '-o', 'yaml'),
    klio('diff', '1', 'now'),
    klio('log', '-o', 'json', '--all'),
    klio('log', '--requests', '--all', '-o', 'json'),
  ])
  const text = outputs.map(({ out }) => out).join('')
  for (const plain of ['canary-4711', 'canary-4712'])
    for (const form of [plain, btoa(plain)]) expect(text).not.toContain(form)
  const { changes } = await json<ChangeSetAnswer>('show', String(at['pin']))
  const [{ before, after }] = changes[0]!.diff! as unknown as [{ before: string; after: string }]
  expect(before).toMatch(/^redacted:[0-9a-f]{16}$/)
  expect(before).not.toBe(after)
})

describe('klio at', () => {
  test('adds a context whose server stands still, and leaves the current one alone', async () => {
    const added = await json<{ context: string; revision: number; server: string }>('at', String(at['made']))
    expect(added).toMatchObject({ context: `test@${at['made']}`, revision: at['made'] })
    expect(findContext([kubeconfig], undefined)!.name).toBe('test')
    const past = findContext([kubeconfig], added.context)!
    const seen = await api.call('GET', `${new URL(past.server).pathname}${CONFIGMAPS}/a`)
    expect(seen.json['data']).toEqual({ x: '1', MODE: 'good' })
  })

  test('an age is resolved once: the context carries the revision', async () => {
    const added = await json<{ context: string; server: string }>('at', '-0s')
    expect(added.context).toBe('test@-0s')
    expect(added.server).toEndWith(`/asof/${api.core.view.revision}`)
  })

  test("from a context of the past it is the cluster's own that is meant", async () => {
    await klio('at', String(at['made']))
    const added = await json<{ context: string }>('at', String(at['changed']), '--context', `test@${at['made']}`)
    expect(added.context).toBe(`test@${at['changed']}`)
  })

  test.each(['99999', '-9999d', 'yesterday-ish'])('%p is refused in words', (instant) => {
    expect(klio('at', instant)).rejects.toThrow(/future|before the first event|no instant/)
  })
})

test('a query that is not understood is a Status', async () => {
  for (const path of [
    '/klio/v1/log?nonsense=1',
    '/klio/v1/log?limit=0',
    '/klio/v1/log?limit=1&limit=2',
    '/klio/v1/diff',
    '/klio/v1/log?object=unknowns/x',
  ])
    expect((await api.call('GET', path)).json).toMatchObject({ kind: 'Status', code: 400 })
  expect((await api.call('POST', '/klio/v1/log')).code).toBe(405)
  expect((await api.call('GET', '/klio/v1/log', undefined, { token: 'nodetoken' })).code).toBe(403)
})
