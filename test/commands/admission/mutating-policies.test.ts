import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { KubeObject } from '../../../src/meta/object.ts'
import { create, memoryCore, type MemoryCore } from '../../support/memory-core.ts'

const GROUP = 'admissionregistration.k8s.io'
const apiVersion = `${GROUP}/v1`

let core: MemoryCore
beforeAll(async () => {
  core = await memoryCore()
})
afterAll(() => core.close())

const json = (expression: string): object => ({ patchType: 'JSONPatch', jsonPatch: { expression } })
const apply = (expression: string): object => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } })

/** Policies for ConfigMaps of one new namespace. */
async function bound(namespace: string, ...specs: object[]): Promise<string> {
  await create(core, 'namespaces', '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const matchConstraints = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    resourceRules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
  }
  for (const [i, spec] of specs.entries()) {
    const name = `${namespace}-${i}`
    await create(core, `mutatingadmissionpolicies.${GROUP}`, '', {
      apiVersion, kind: 'MutatingAdmissionPolicy', metadata: { name },
      spec: { matchConstraints, reinvocationPolicy: 'Never', ...spec },
    } as KubeObject)
    await create(core, `mutatingadmissionpolicybindings.${GROUP}`, '', {
      apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata: { name }, spec: { policyName: name },
    } as KubeObject)
  }
  return namespace
}

async function made(namespace: string, data: Record<string, string> = {}): Promise<Json> {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data } as KubeObject
  const answer = await core.execute({ verb: 'create', resource: 'configmaps', namespace, name: 'a', object })
  if (!answer.ok) return `${answer.error.code} ${answer.error.message}`
  const { data: kept } = core.view.get(`configmaps`, namespace, 'a') as KubeObject & { data: Json }
  return kept
}

type Json = unknown
const marks = (mark: string): object =>
  json(`[JSONPatch{op: "add", path: "/data/marks", value: ("marks" in object.data ? object.data.marks : "") + "${mark}"}]`)

test('mutations happen in their order, each over what the one before left', async () => {
  const where = await bound('order', { mutations: [marks('a'), marks('b')] }, { mutations: [marks('c')] })
  expect(await made(where, { x: 'y' })).toEqual({ x: 'y', marks: 'abc' })
})

test('a policy that wants to is called again when a later one changed something', async () => {
  const where = await bound('again', { reinvocationPolicy: 'IfNeeded', mutations: [marks('a')] }, { mutations: [marks('b')] })
  expect(await made(where, { x: 'y' })).toEqual({ x: 'y', marks: 'aba' })
})

test('an apply configuration is merged, a failed test changes nothing', async () => {
  const untested = json('[JSONPatch{op: "test", path: "/data/x", value: "no"}, JSONPatch{op: "remove", path: "/data/x"}]')
  const where = await bound('merge', { mutations: [apply('Object{data: {"own": object.metadata.name}}'), untested] })
  expect(await made(where, { x: 'y' })).toEqual({ x: 'y', own: 'a' })
})

test('what cannot be done refuses, unless the policy is lenient', async () => {
  const mutations = [json('[JSONPatch{op: "remove", path: "/none"}]'), apply('Object{metadata: Object.other{}}')]
  expect(await made(await bound('strict', { mutations }))).toBe(
    "403 policy 'strict-0' with binding 'strict-0' denied request: JSON Patch: error in remove for path: '/none': Unable to remove nonexistent key: none: missing value")
  expect(await made(await bound('lenient', { failurePolicy: 'Ignore', mutations }), { x: 'y' })).toEqual({ x: 'y' })
})

test('atomic values are not set in part', async () => {
  const where = await bound('atomic', {
    mutations: [apply('Object{metadata: Object.metadata{ownerReferences: []}, data: {"x": 1}}')],
  })
  expect(await made(where)).toContain('error applying patch: failed to convert patch object to typed object: .data.x: expected string')
})
