import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testApi, type TestApi } from '../support/api.ts'

let api: TestApi
beforeAll(async () => {
  api = await testApi()
})
afterAll(() => api.close())

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const apiVersion = 'rbac.authorization.k8s.io/v1'

async function grant(user: string, rules: object[]): Promise<void> {
  const metadata = { name: user }
  await api.call('POST', `${rbac}/clusterroles`, { apiVersion, kind: 'ClusterRole', metadata, rules })
  await api.call('POST', `${rbac}/clusterrolebindings`, {
    apiVersion, kind: 'ClusterRoleBinding', metadata, subjects: [{ kind: 'User', name: user }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user },
  })
}

test('the past is seen by who may see the present and the past, by the rights of today', async () => {
  const now = { verbs: ['list'], apiGroups: [''], resources: ['namespaces'] }
  const then = { verbs: ['get'], apiGroups: ['history.klio.dev'], resources: ['namespaces'] }
  const { revision } = api.core.view
  await grant('present', [now])
  await grant('past', [then])
  await grant('both', [now, then])
  const list = async (user: string, path: string): Promise<string> => {
    const { code, json } = await api.call('GET', path, undefined, { headers: { 'impersonate-user': user } })
    return code === 200 ? '200' : `${code} ${String(json['message'])}`
  }
  const before = `/asof/${revision}/api/v1/namespaces`
  expect(await list('present', '/api/v1/namespaces')).toBe('200')
  expect(await list('present', before)).toBe(
    '403 namespaces.history.klio.dev is forbidden: User "present" cannot get resource "namespaces" in API group "history.klio.dev" at the cluster scope',
  )
  expect(await list('past', before)).toStartWith('403 namespaces is forbidden: User "past" cannot list resource "namespaces"')
  // Nobody had these rights at that revision.
  expect(await list('both', before)).toBe('200')
})
