import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Json, KubeObject } from '../../../src/meta/object.ts'
import { create, memoryCore, type MemoryCore } from '../../support/memory-core.ts'

let core: MemoryCore
beforeAll(async () => {
  core = await memoryCore()
})
afterAll(() => core.close())

const labels = (pairs: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(pairs).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value]))

const namespace = (name: string, pairs: Record<string, string>): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: labels(pairs) } })

async function ready(name: string, pairs: Record<string, string>): Promise<string> {
  await create(core, 'namespaces', '', namespace(name, pairs))
  await create(core, 'serviceaccounts', name, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
  return name
}

const template = (spec: object) => ({ metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x' }], ...spec } })
const pod = (name: string, spec: object = {}, metadata: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', ...template(spec), metadata: { name, ...metadata } }) as KubeObject

async function answer(resource: string, where: string, object: KubeObject) {
  const made = await core.execute({ verb: 'create', resource, namespace: where, name: object.metadata.name!, object })
  return made.ok ? [...made.value.warnings] : `${made.error.code} ${made.error.message}`
}

const relabel = async (name: string, pairs: Record<string, string>) => {
  const answered = await core.execute({ verb: 'patch', resource: 'namespaces', namespace: '', name, patchType: 'merge', patch: { metadata: { labels: labels(pairs) } } as Json })
  return answered.ok ? [...answered.value.warnings] : `${answered.error.code} ${answered.error.message}`
}

test('a Pod is refused by what the namespace enforces, and warned by what it warns of', async () => {
  const where = await ready('enforcing', { enforce: 'baseline', warn: 'restricted', 'warn-version': 'v1.7' })
  expect(await answer('pods', where, pod('a', { hostPID: true }))).toBe(
    '403 pods "a" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)')
  expect(await answer('pods', where, pod('b'))).toEqual([
    'would violate PodSecurity "restricted:v1.7": runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true)',
  ])
})

test('what makes Pods is warned alone', async () => {
  const where = await ready('templates', { enforce: 'baseline' })
  const spec = { selector: { matchLabels: { a: 'b' } }, template: template({ hostIPC: true }) }
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec } as KubeObject
  expect(await answer('deployments.apps', where, deployment)).toEqual([
    'would violate PodSecurity "baseline:latest": host namespaces (hostIPC=true)',
  ])
})

test('another image is looked at again, another label is not', async () => {
  const where = await ready('updates', {})
  await create(core, 'pods', where, pod('a', { hostPID: true }))
  await relabel(where, { enforce: 'baseline' })
  const patch = (change: object) => core.execute({ verb: 'patch', resource: 'pods', namespace: where, name: 'a', patchType: 'strategic', patch: change as Json })
  expect(await patch({ metadata: { labels: { x: 'y' } } })).toMatchObject({ ok: true })
  expect(await patch({ spec: { containers: [{ name: 'c', image: 'z' }] } })).toMatchObject({ ok: false, error: { code: 403 } })
})

test('a namespace that becomes stricter is told of its Pods; labels that cannot be read are refused', async () => {
  const where = await ready('stricter', {})
  expect(await relabel(where, { enforce: 'baseline' })).toEqual([])
  await relabel(where, { enforce: 'privileged' })
  const owner = { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u', controller: true }] }
  for (const name of ['b', 'a', 'c']) await create(core, 'pods', where, pod(name, { hostPID: true }, owner))
  await create(core, 'pods', where, pod('d', { hostNetwork: true }))
  expect(await relabel(where, { enforce: 'baseline' })).toEqual([
    'existing pods in namespace "stricter" violate the new PodSecurity enforce level "baseline:latest"',
    'a (and 3 other pods): host namespaces',
  ])
  expect(await relabel(where, { enforce: 'none' })).toBe(
    '422 Namespace "stricter" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "none": must be one of privileged, baseline, restricted')
  expect(await answer('namespaces', '', namespace('wrong', { 'warn-version': '1.2' }))).toBe(
    '422 Namespace "wrong" is invalid: metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.2": must be "latest" or "v1.x"')
})
