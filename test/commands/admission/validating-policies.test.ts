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

const configMap = (name: string, data: Record<string, string> = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }) as KubeObject

/** A policy for ConfigMaps of one new namespace, named as it is. */
async function bound(name: string, spec: object, binding: object = {}): Promise<string> {
  await create(core, 'namespaces', '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const matchConstraints = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
    resourceRules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
  }
  await create(core, `validatingadmissionpolicies.${GROUP}`, '', {
    apiVersion, kind: 'ValidatingAdmissionPolicy', metadata: { name }, spec: { matchConstraints, ...spec },
  } as KubeObject)
  await create(core, `validatingadmissionpolicybindings.${GROUP}`, '', {
    apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name: `${name}-b` },
    spec: { policyName: name, validationActions: ['Deny'], ...binding },
  } as KubeObject)
  return name
}

async function answer(namespace: string, object: KubeObject): Promise<string | string[]> {
  const made = await core.execute({ verb: 'create', resource: 'configmaps', namespace, name: object.metadata.name!, object })
  return made.ok ? [...made.value.warnings] : `${made.error.code} ${made.error.message}`
}

const denied = (policy: string, why: string, code = 422, name = 'a'): string =>
  `${code} configmaps "${name}" is forbidden: ValidatingAdmissionPolicy '${policy}' with binding '${policy}-b' denied request: ${why}`

test('a validation that does not hold refuses, with variables and a computed message', async () => {
  const where = await bound('plain', {
    variables: [{ name: 'size', expression: 'has(object.data) ? object.data.size() : 0' }],
    validations: [{ expression: 'variables.size < 2', messageExpression: '"has " + string(variables.size)', reason: 'Forbidden' }],
  })
  expect(await answer(where, configMap('a', { a: '1', b: '2' }))).toBe(denied(where, 'has 2', 403))
  expect(await answer(where, configMap('b', { a: '1' }))).toEqual([])
})

test('a binding may warn, and each of its params is looked at', async () => {
  const where = await bound(
    'params',
    { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'object.data == params.data' }] },
    { validationActions: ['Warn'], paramRef: { selector: { matchLabels: { of: 'policy' } }, parameterNotFoundAction: 'Deny' } },
  )
  expect(await answer(where, configMap('a'))).toBe(
    denied(where, 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction'))
  const gone = await core.execute({ verb: 'delete', resource: `validatingadmissionpolicybindings.${GROUP}`, namespace: '', name: `${where}-b` })
  expect(gone.ok).toBe(true)
  expect(await answer(where, configMap('a'))).toEqual([])
})

test('an error refuses unless the policy is lenient; a false condition comes first', async () => {
  const validations = [{ expression: 'object.nothing == 1' }]
  const where = await bound('strict', { validations })
  expect(await answer(where, configMap('a'))).toBe(
    denied(where, "expression 'object.nothing == 1' resulted in error: no such key: nothing"))
  expect(await answer(await bound('lenient', { failurePolicy: 'Ignore', validations }), configMap('a'))).toEqual([])
  const matchConditions = [{ name: 'fails', expression: 'object.x == 1' }, { name: 'no', expression: 'false' }]
  expect(await answer(await bound('elsewhere', { matchConditions, validations }), configMap('a'))).toEqual([])
})

test('what costs too much refuses', async () => {
  const deep = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].reduceRight((inner, name) => `[1,2,3,4,5,6,7,8,9].all(${name}, ${inner})`, 'true')
  const where = await bound('costly', { validations: [{ expression: deep }] })
  expect(await answer(where, configMap('a'))).toBe(
    denied(where, `expression '${deep}' resulted in error: operation cancelled: actual cost limit exceeded`))
})
