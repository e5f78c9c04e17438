import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Json, KubeObject } from '../../../src/meta/object.ts'
import { create, memoryCore, type MemoryCore } from '../../support/memory-core.ts'

let core: MemoryCore
beforeAll(async () => {
  core = await memoryCore()
})
afterAll(() => core.close())

async function status(resource: string, name: string, value: object): Promise<void> {
  const patch = { status: value } as Json
  const answer = await core.execute({
    verb: 'patch', resource, namespace: 'default', name, subresource: 'status', patchType: 'merge', patch,
  })
  if (!answer.ok) throw new Error(answer.error.message)
}

async function pod(name: string, app: string, { ready = true, phase = 'Running' } = {}): Promise<void> {
  await create(core, 'pods', 'default', {
    apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app } },
    spec: { nodeName: 'n', containers: [{ name: 'c', image: 'x' }] },
  } as unknown as KubeObject)
  await status('pods', name, { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] })
}

async function budget(app: string, counted: object, spec: object = {}): Promise<void> {
  await create(core, 'poddisruptionbudgets.policy', 'default', {
    apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: app },
    spec: { selector: { matchLabels: { app } }, minAvailable: 2, ...spec },
  } as unknown as KubeObject)
  await status('poddisruptionbudgets.policy', app, { observedGeneration: 1, ...counted })
}

async function evict(name: string): Promise<string | { code: number; cause: string | undefined; wait: number | undefined }> {
  const object = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' } } as KubeObject
  const answer = await core.execute({
    verb: 'create', resource: 'pods', subresource: 'eviction', namespace: 'default', name, object,
  })
  if (answer.ok) return 'evicted'
  const { code, details } = answer.error
  return { code, cause: details?.causes?.[0]?.message, wait: details?.retryAfterSeconds }
}

const COUNTED = { disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 }

test('of evictions at once only as many pass as the budget has, before its status tells', async () => {
  for (const i of [0, 1, 2]) await pod(`a${i}`, 'a')
  await budget('a', COUNTED)
  const answers = await Promise.all(['a0', 'a1', 'a2'].map(evict))
  expect(answers.filter((answer) => answer === 'evicted')).toHaveLength(1)
  const refused = { code: 429, cause: 'The disruption budget a needs 2 healthy pods and has 2 currently', wait: undefined }
  expect(answers.filter((answer) => answer !== 'evicted')).toEqual([refused, refused])
})

test('a budget that was not counted since it changed lets nobody go', async () => {
  await pod('b0', 'b')
  await budget('b', { ...COUNTED, observedGeneration: 0 })
  expect(await evict('b0')).toEqual({
    code: 429, cause: 'The disruption budget b is still being processed by the server.', wait: 10,
  })
})

test('a pod under two budgets is nobody\'s to evict', async () => {
  await pod('c0', 'c')
  await budget('c', COUNTED)
  await create(core, 'poddisruptionbudgets.policy', 'default', {
    apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'c-too' },
    spec: { selector: { matchLabels: { app: 'c' } }, minAvailable: 1 },
  } as unknown as KubeObject)
  expect(await evict('c0')).toMatchObject({ code: 500 })
})

test.each([
  ['unready, and enough are healthy', { ready: false }, {}, 'evicted'],
  ['unready, and the budget does not mind', { ready: false }, { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, 'evicted'],
  ['pending', { ready: false, phase: 'Pending' }, {}, 'evicted'],
  ['ended', { ready: false, phase: 'Failed' }, {}, 'evicted'],
] as const)('a pod that is %s: %j %j', async (what, how, spec, answer) => {
  const app = what.replaceAll(/[^a-z]/g, '')
  await pod(app, app, how)
  const enough = what.includes('enough')
  await budget(app, { disruptionsAllowed: 0, currentHealthy: enough ? 2 : 0, desiredHealthy: 2, expectedPods: 3 }, spec)
  expect(await evict(app)).toBe(answer)
})

test('why a budget could not be counted is passed on', async () => {
  await pod('d0', 'd')
  await budget('d', {
    disruptionsAllowed: 0,
    conditions: [
      { type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'oh', lastTransitionTime: '2026-01-01T00:00:00Z' },
    ],
  })
  expect(await evict('d0')).toMatchObject({
    code: 429, cause: 'The disruption budget d does not allow evicting pods currently because it failed sync: oh',
  })
})
