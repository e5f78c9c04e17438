import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { JsonObject } from '../../../src/meta/object.ts'
import { testApi, type TestApi } from '../../support/api.ts'
import { webhookServer, type WebhookServer } from '../../support/webhook-server.ts'

// What kube-apiserver answers in the same cases is held by test/api/upstream.test.ts.
const CM = '/api/v1/namespaces/default/configmaps'
let api: TestApi
let hooks: WebhookServer
beforeAll(async () => {
  ;[api, hooks] = [await testApi(), await webhookServer()]
})
afterAll(async () => {
  hooks.close()
  await api.close()
})

const configMap = (name: string, more: object = {}): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more })

/** Runs with webhooks configured; the last one is taken away again. */
async function withHook(kind: 'Mutating' | 'Validating', path: string, more: object, run: () => Promise<void>): Promise<void> {
  const url = `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}webhookconfigurations`
  const webhook = {
    name: `${path}.hooks.test`, clientConfig: { url: `${hooks.url}/${path}`, caBundle: hooks.caBundle }, sideEffects: 'None',
    admissionReviewVersions: ['v1'], rules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }], ...more,
  }
  const made = await api.call('POST', url, {
    apiVersion: 'admissionregistration.k8s.io/v1', kind: `${kind}WebhookConfiguration`, metadata: { name: 'one' }, webhooks: [webhook],
  })
  expect(made.code).toBe(201)
  try {
    await run()
  } finally {
    await api.call('DELETE', `${url}/one`)
  }
}

test('writes that no webhook means go on while one hangs', async () => {
  await withHook('Validating', 'hang', { timeoutSeconds: 1 }, async () => {
    const stuck = api.call('POST', CM, configMap('stuck'))
    const free = await api.call('POST', '/api/v1/namespaces/default/secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'free' } })
    expect(free.code).toBe(201)
    expect((await stuck).json).toMatchObject({ code: 500, message: expect.stringContaining('context deadline exceeded') })
  })
})

test('a webhook is asked again about what changed while it was asked', async () => {
  await api.call('POST', CM, configMap('raced', { data: { n: '0' } }))
  await withHook('Mutating', 'mark-a', {}, async () => {
    const before = hooks.heard.length
    const patches = ['x', 'y', 'z'].map((key) => api.call('PATCH', `${CM}/raced`, { data: { [key]: '1' } }, { type: 'application/merge-patch+json' }))
    for (const answer of await Promise.all(patches)) expect(answer.code).toBe(200)
    const now = (await api.call('GET', `${CM}/raced`)).json as { data: JsonObject; metadata: { annotations: JsonObject } }
    expect(now.data).toEqual({ n: '0', x: '1', y: '1', z: '1' })
    // Each patch that was written was seen by the webhook as it was written.
    expect(now.metadata.annotations['a']).toBe('+++')
    expect(hooks.heard.length - before).toBeGreaterThanOrEqual(3)
  })
})

test('nobody locks himself out: configurations of admission are not looked at', async () => {
  await withHook('Validating', 'deny', { rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] }] }, async () => {
    expect((await api.call('POST', CM, configMap('refused'))).code).toBe(400)
  })
  expect((await api.call('POST', CM, configMap('accepted'))).code).toBe(201)
})
