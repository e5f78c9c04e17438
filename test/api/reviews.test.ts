import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { JsonObject } from '../../src/meta/object.ts'
import { testApi, type Answer, type TestApi } from '../support/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.close())

const AUTHORIZATION = '/apis/authorization.k8s.io/v1'
const ask = (path: string, kind: string, spec: object, metadata: object = {}, headers: Record<string, string> = {}): Promise<Answer> =>
  api.call('POST', path, { apiVersion: 'authorization.k8s.io/v1', kind, metadata, spec }, { headers })
const shown = ({ code, json }: Answer): string => `${code} ${String(json['message'])}`
const statusOf = ({ json }: Answer): JsonObject => json['status'] as JsonObject
const pods = { verb: 'list', resource: 'pods', namespace: 'default' }

describe('a question about rights', () => {
  test.each<[string, string, string, object, object, string]>([
    ['of nothing', 'subjectaccessreviews', 'SubjectAccessReview', { user: 'u' }, {}, 'spec: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified'],
    ['of nobody', 'subjectaccessreviews', 'SubjectAccessReview', { resourceAttributes: pods }, {}, 'spec.user: Invalid value: "": at least one of user or group must be specified'],
    ['with a name', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', { resourceAttributes: pods }, { name: 'x' }, 'must be empty'],
    ['of a path in a namespace', 'namespaces/default/localsubjectaccessreviews', 'LocalSubjectAccessReview', { user: 'u', nonResourceAttributes: { path: '/x', verb: 'get' } }, { namespace: 'default' }, 'spec.nonResourceAttributes: Invalid value: '],
    ['of another namespace', 'namespaces/default/localsubjectaccessreviews', 'LocalSubjectAccessReview', { user: 'u', resourceAttributes: { ...pods, namespace: 'x' } }, { namespace: 'default' }, 'spec.resourceAttributes.namespace: Invalid value: "x": must match metadata.namespace'],
    ['with an empty selector', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', { resourceAttributes: { ...pods, labelSelector: {} } }, {}, 'spec.resourceAttributes.labelSelector.requirements: Required value'],
    ['of rules nowhere', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview', {}, {}, 'no namespace on request'],
  ])('%s is refused', async (_, path, kind, spec, metadata, message) => {
    expect(shown(await ask(`${AUTHORIZATION}/${path}`, kind, spec, metadata))).toContain(message)
  })

  test('is answered with the binding that allows it', async () => {
    const spec = { user: 'system:kube-scheduler', groups: ['system:authenticated'], resourceAttributes: { verb: 'list', resource: 'pods' } }
    expect(statusOf(await ask(`${AUTHORIZATION}/subjectaccessreviews`, 'SubjectAccessReview', spec))).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by ClusterRoleBinding "system:kube-scheduler" of ClusterRole "system:kube-scheduler" to User "system:kube-scheduler"',
    })
  })

  test('of groups alone is one of groups', async () => {
    const spec = { groups: ['system:masters'], resourceAttributes: pods }
    expect(statusOf(await ask(`${AUTHORIZATION}/subjectaccessreviews`, 'SubjectAccessReview', spec))).toEqual({ allowed: true })
  })

  test('somebody without rights may still ask about himself', async () => {
    const as = { 'impersonate-user': 'bob' }
    const answer = await ask(`${AUTHORIZATION}/selfsubjectaccessreviews`, 'SelfSubjectAccessReview', { resourceAttributes: pods }, {}, as)
    expect(statusOf(answer)).toEqual({ allowed: false })
    const rules = await ask(`${AUTHORIZATION}/selfsubjectrulesreviews`, 'SelfSubjectRulesReview', { namespace: 'default' }, {}, as)
    const urls = (statusOf(rules)['nonResourceRules'] as JsonObject[]).flatMap((rule) => rule['nonResourceURLs'] as string[])
    expect(urls).toContain('/version')
    expect((await ask(`${AUTHORIZATION}/subjectaccessreviews`, 'SubjectAccessReview', { user: 'x', resourceAttributes: pods }, {}, as)).code).toBe(403)
  })
})

describe('a token', () => {
  const review = (token: string) =>
    api.call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } })
  const tokenFor = async (bound: object): Promise<string> => {
    const made = await api.call('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', {
      apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { boundObjectRef: bound },
    })
    return (made.json['status'] as JsonObject)['token'] as string
  }

  test('must be there', async () => expect(shown(await review(''))).toBe('400 token is required for TokenReview in authentication'))

  test.each<[string, string, object]>([
    ['Secret', '/api/v1/namespaces/default/secrets', { metadata: { name: 'bound' } }],
    ['Node', '/api/v1/nodes', { metadata: { name: 'bound' } }],
  ])('ends with the %s that it is bound to', async (kind, path, object) => {
    await api.call('POST', path, { apiVersion: 'v1', kind, ...object })
    const token = await tokenFor({ kind, apiVersion: 'v1', name: 'bound' })
    expect(statusOf(await review(token))).toMatchObject({ authenticated: true, user: { username: 'system:serviceaccount:default:default' } })
    await api.call('DELETE', `${path}/bound`)
    expect(statusOf(await review(token))['authenticated'] ?? false).toBe(false)
  })
})
