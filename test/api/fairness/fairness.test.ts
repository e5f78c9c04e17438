import { EventEmitter } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Exchange } from '../../../src/api/exchange.ts'
import { Fairness } from '../../../src/api/fairness/fairness.ts'
import { isMatch } from '../../../src/api/fairness/flow-match.ts'
import { handOf } from '../../../src/api/fairness/shuffle.ts'
import { requestInfo } from '../../../src/api/request-info.ts'
import { FAIRNESS_SERVER_SEATS } from '../../../src/base/limits.ts'
import { fairnessObjects } from '../../../src/fairness-objects.ts'
import type { KubeObject } from '../../../src/meta/object.ts'
import type { FlowSchema } from '../../../src/resources/generated/flowcontrol.gen.ts'
import { testApi, type TestApi } from '../../support/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
  for (const { kind, name, annotations, spec } of fairnessObjects()) {
    const plural = kind === 'FlowSchema' ? 'flowschemas' : 'prioritylevelconfigurations'
    const object = { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind, metadata: { name, annotations }, spec }
    const made = await api.call('POST', `/apis/flowcontrol.apiserver.k8s.io/v1/${plural}`, object)
    if (made.code !== 201) throw new Error(JSON.stringify(made.json))
  }
})
afterAll(() => api.close())

let fairness: Fairness
beforeEach(() => {
  fairness = new Fairness(api.core.view)
})

const account = (name: string) => ({
  name: `system:serviceaccount:default:${name}`, groups: ['system:serviceaccounts', 'system:authenticated'],
})
const callers = new Map<string, ReturnType<typeof account>>()
const callerOf = (name: string) => {
  const caller = callers.get(name) ?? account(name)
  callers.set(name, caller)
  return caller
}

const OBJECT = '/api/v1/namespaces/default/configmaps/x'

function asking(name: string, path = OBJECT, method = 'GET', groups?: string[]): Exchange {
  const query = new URLSearchParams()
  return {
    caller: groups ? { name, groups } : callerOf(name),
    path, query, info: requestInfo(method, path, query)!, seat: undefined,
    outgoing: new EventEmitter(),
  } as unknown as Exchange
}

const level = (name: string) => fairness.levels.find((each) => each.name === name)!

/** All requests of one client at once: those that run, those that wait, those that were turned away. */
async function flood(name: string, count: number) {
  const running: Exchange[] = []
  const waiting: { exchange: Exchange; outcome: Promise<string | undefined> }[] = []
  const refused: string[] = []
  for (let i = 0; i < count; i++) {
    const exchange = asking(name)
    const outcome = fairness.enter(exchange)
    if (outcome === undefined) running.push(exchange)
    else {
      const first = await Promise.race([outcome, Promise.resolve('waits')])
      if (first === 'waits') waiting.push({ exchange, outcome })
      else refused.push(first ?? '')
    }
  }
  return { running, waiting, refused }
}

describe('seats', () => {
  test('levels share the seats of the server as upstream apportions them', () => {
    expect(fairness.levels.map(({ name, nominal }) => [name, nominal]).sort()).toEqual([
      ['catch-all', 13], ['exempt', 0], ['global-default', 49], ['leader-election', 25], ['node-high', 98],
      ['system', 74], ['workload-high', 98], ['workload-low', 245],
    ])
  })

  test('nobody waits while there are seats, and who leaves gives back', () => {
    const all = Array.from({ length: 245 }, () => asking('a'))
    expect(all.map((exchange) => fairness.enter(exchange)).every((wait) => wait === undefined)).toBe(true)
    expect(level('workload-low').seats).toBe(245)
    for (const exchange of all) fairness.leave(exchange)
    expect([level('workload-low').seats, level('workload-low').executing]).toEqual([0, 0])
  })

  test('a level borrows what others lend and do not use, never all that they keep', async () => {
    const { running, refused } = await flood('hog', 2_000)
    expect(running.length).toBeGreaterThan(245)
    expect(running.length).toBeLessThan(FAIRNESS_SERVER_SEATS)
    expect(refused.every((why) => why === 'queue-full')).toBe(true)
    const own = ['system', 'node-high', 'leader-election'].map((name) => level(name).nominal - level(name).lendable)
    expect(FAIRNESS_SERVER_SEATS - running.length).toBeGreaterThanOrEqual(own.reduce((a, b) => a + b, 0))
  })

  test('administrators and probes are never in a queue', async () => {
    await flood('hog', 2_000)
    const admin = asking('admin', undefined, 'GET', ['system:masters', 'system:authenticated'])
    expect(fairness.enter(admin)).toBeUndefined()
    expect(admin.seat!.flow.level.name).toBe('exempt')
  })
})

describe('turns', () => {
  test('who asks once does not wait behind one that asks without end', async () => {
    const hog = await flood('hog', 10_000)
    expect(hog.waiting.length).toBe(level('workload-low').waiting)
    expect(hog.waiting.length).toBeLessThanOrEqual(6 * 50)
    const other = asking('quiet')
    const outcome = fairness.enter(other)!
    let ended: string | undefined = 'waits'
    void outcome.then((why) => (ended = why))
    // One seat after another comes back; the hog's queues hold 50 each, yet the other's turn comes among the first.
    let turns = 0
    for (const exchange of hog.running) {
      fairness.leave(exchange)
      await Promise.resolve()
      turns++
      if (ended !== 'waits') break
    }
    expect(ended).toBeUndefined()
    expect(turns).toBeLessThanOrEqual(8)
    expect(other.seat!.flow.schema).toBe('service-accounts')
  })

  test('all that wait are served, each once, and nothing is left', async () => {
    const clients = ['a', 'b', 'c']
    const floods = await Promise.all(clients.map((name) => flood(name, 400)))
    const open = floods.flatMap(({ running }) => running)
    const waiting = floods.flatMap(({ waiting }) => waiting)
    const served: Exchange[] = []
    for (const { exchange, outcome } of waiting)
      void outcome.then((why) => why === undefined && (served.push(exchange), open.push(exchange)))
    for (let exchange = open.shift(); exchange; exchange = open.shift()) {
      fairness.leave(exchange)
      await Promise.resolve()
      await Promise.resolve()
    }
    expect(served).toHaveLength(waiting.length)
    expect([level('workload-low').waiting, level('workload-low').seats, level('workload-low').executing]).toEqual([0, 0, 0])
  })

  test('a client that hangs up leaves its queue', async () => {
    const { waiting } = await flood('hog', 2_000)
    const before = level('workload-low').waiting
    waiting[0]!.exchange.outgoing.emit('close')
    expect(await waiting[0]!.outcome).toBe('cancelled')
    expect(level('workload-low').waiting).toBe(before - 1)
  })
})

describe('flows', () => {
  const everybody = { subjects: [{ kind: 'Group', group: { name: '*' } }] }
  const schema = (rule: object): FlowSchema => ({ spec: { rules: [{ ...everybody, ...rule }] } }) as never
  const pods = { verbs: ['get'], apiGroups: [''], resources: ['pods'] }
  const resources = (more: object) => schema({ resourceRules: [{ ...pods, ...more }] })

  test.each([
    ['its namespace', resources({ namespaces: ['default'] }), '/api/v1/namespaces/default/pods/a', true],
    ['another namespace', resources({ namespaces: ['x'] }), '/api/v1/namespaces/default/pods/a', false],
    ['all namespaces are no cluster scope', resources({ namespaces: ['*'] }), '/api/v1/nodes/a', false],
    ['a subresource is another resource', resources({ namespaces: ['*'] }), '/api/v1/namespaces/d/pods/a/status', false],
    ['a path', schema({ nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['/health*'] }] }), '/healthz', true],
    ['another path', schema({ nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['/healthz'] }] }), '/healthz/x', false],
  ])('%s', (_what, flow, path, matches) => {
    expect(isMatch(flow, asking('a', path))).toBe(matches)
  })

  test.each([
    ['system:node:n', ['system:nodes', 'system:authenticated'], '/api/v1/nodes/n/status', 'PUT', 'system-node-high'],
    ['system:node:n', ['system:nodes', 'system:authenticated'], '/api/v1/namespaces/d/pods/p', 'GET', 'system-nodes'],
    ['system:kube-scheduler', ['system:authenticated'], '/api/v1/namespaces/d/pods/p', 'GET', 'kube-scheduler'],
    [
      'system:serviceaccount:kube-system:x', ['system:serviceaccounts:kube-system', 'system:authenticated'],
      '/api/v1/pods', 'GET', 'kube-system-service-accounts',
    ],
    ['jane', ['system:authenticated'], '/api/v1/pods', 'GET', 'global-default'],
    ['system:anonymous', ['system:unauthenticated'], '/livez', 'GET', 'probes'],
  ])('%s of %j at %s', (name, groups, path, method, wanted) => {
    const exchange = asking(name, path, method, groups)
    expect(fairness.enter(exchange)).toBeUndefined()
    expect(exchange.seat!.flow.schema).toBe(wanted)
  })

  test('a hand has its size, no card twice, all in the deck', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 128 }), fc.integer({ min: 1, max: 12 }), (flow, queues, size) => {
        const hand = handOf('schema', flow, queues, size)
        expect(new Set(hand).size).toBe(Math.min(size, queues))
        expect(hand.every((card) => card >= 0 && card < queues)).toBe(true)
      }),
    )
  })
})

test('answers tell the schema and the level, and dumps tell the levels', async () => {
  const answer = await api.call('GET', '/api/v1/namespaces')
  const uidOf = async (plural: string): Promise<string> => {
    const { json } = await api.call('GET', `/apis/flowcontrol.apiserver.k8s.io/v1/${plural}/exempt`)
    return (json as unknown as KubeObject).metadata.uid!
  }
  expect(answer.headers.get('x-kubernetes-pf-flowschema-uid')).toEqual([await uidOf('flowschemas')])
  expect(answer.headers.get('x-kubernetes-pf-prioritylevel-uid')).toEqual([await uidOf('prioritylevelconfigurations')])
  const dump = (await api.call('GET', '/debug/api_priority_and_fairness/dump_priority_levels')).body.toString()
  expect(dump.split('\n')[0]).toMatch(/^PriorityLevelName, ActiveQueues, IsIdle, /)
  expect(dump).toMatch(/\nworkload-low, +0, +true, +false, +0, +0, /)
  expect((await api.call('GET', '/debug/api_priority_and_fairness/none')).code).toBe(404)
})
