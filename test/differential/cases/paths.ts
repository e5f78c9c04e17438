import { get, post, put, type Case } from '../case.ts'

const places = [
  '/', '/api', '/api/', '/apis', '/apis/', '/api/v1', '/api/v1/', '/api/v2', '/api/v1/foo', '/api/v1/foo/bar', '/api/v1/namespaces/NS/foo', '/api/v1/namespaces/NS/foo/bar', '/apis/foo', '/apis/foo/v1', '/apis/foo/v1/bar', '/apis/apps', '/apis/apps/', '/apis/apps/v1/', '/apis/apps/v2', '/apis/apps/v1/foo', '/apis/apps/v1beta1/deployments',
  '/api/v1/namespaces/NS/configmaps/', '/api/v1/namespaces/NS/configmaps/a%2Fb', '/api/v1/namespaces/NS/configmaps/..', '/api/v1/namespaces/NS/configmaps/%2e%2e', '/api/v1/namespaces/NS/configmaps/%2e', '/api/v1/namespaces/NS/configmaps/../secrets', '/api/v1/namespaces/NS/configmaps/a%00b', '/api/v1/namespaces//configmaps', '/api//v1/pods', '//api/v1/pods', '/api/v1/namespaces/NS/configmaps/a%20b', '/api/v1/namespaces/NS/configmaps/%zz', '/api/v1/namespaces/NS/configmaps/%C3%A4', '/api/v1/namespaces/NS/configmaps/UPPER', '/api/v1/namespaces/NS/configmaps/a_b',
  '/api/v1/namespaces/UPPER/configmaps', '/api/v1/namespaces/absent-at-all/configmaps', '/api/v1/namespaces/absent-at-all/configmaps/x', '/api/v1/namespaces/absent-at-all', '/api/v1/namespaces/NS/namespaces', '/api/v1/namespaces/NS/nodes', '/api/v1/nodes/absent', '/api/v1/nodes/x/foo', '/api/v1/pods/x', '/api/v1/configmaps/x',
  '/api/v1/namespaces/NS/pods/x/status/y', '/api/v1/namespaces/NS/pods/x/log/y', '/api/v1/watch', '/api/v1/watch/', '/api/v1/watch/foo', '/api/v1/namespaces/NS/configmaps/x/status', '/foo', '/foo/bar', '/healthz', '/livez', '/readyz', '/healthz/ping', '/livez/ping', '/livez/absent', '/version/', '/metrics/foo', '/apis/apps/v1/namespaces/NS/deployments/x/foo', '/api/v1/namespaces/NS/secrets/absent', '/apis/apps/v1/namespaces/NS/deployments/absent', '/api/v1/namespaces/NS/serviceaccounts/default/', '/api/v1/namespaces/NS/serviceaccounts/default?foo=%zz', '/api/v1/componentstatuses', '/api/v1/namespaces/NS/endpoints/x',
]

const methods = ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'FOO', 'CONNECT']

export const paths: readonly Case[] = [
  ...places.map((path): Case => ({ name: `path: ${path}`, steps: [get(path)] })),
  ...methods.map((method): Case => ({
    name: `method: ${method}`,
    steps: ['/api/v1/namespaces/NS/configmaps', '/api/v1/namespaces/NS/serviceaccounts/default', '/api/v1', '/api', '/apis/apps', '/version', '/healthz', '/foo', '/api/v1/namespaces/NS/foo', '/api/v1/nodes'].filter(() => method !== 'DELETE' && method !== 'CONNECT').map((path) => ({ method, path, ...(method === 'PATCH' && { type: 'application/merge-patch+json' }), ...(['POST', 'PUT', 'PATCH'].includes(method) && { body: '{}' }) })),
  })),
  { name: 'who: none and wrong', steps: [
    get('/api/v1/pods', { token: ' ' }), get('/api/v1/pods', { token: 'wrong' }), get('/version', { token: 'wrong' }), get('/foo', { token: 'wrong' }), get('/api/v1/pods', { headers: { authorization: 'Basic eDp5' }, token: ' ' }),
    ...['impersonate-user', 'impersonate-group', 'impersonate-uid', 'impersonate-extra-x'].map((name) => get('/api/v1/namespaces/NS/pods', { headers: { [name]: 'jane' } })),
    get('/api/v1/namespaces/NS/pods', { headers: { 'impersonate-user': 'system:serviceaccount:NS:default' } }), get('/api/v1/namespaces/NS/pods/x', { headers: { 'impersonate-user': 'jane' } }), get('/apis/apps/v1/deployments', { headers: { 'impersonate-user': 'jane', 'impersonate-group': 'x' } }), get('/foo', { headers: { 'impersonate-user': 'jane' } }), get('/api', { headers: { 'impersonate-user': 'jane' } }), get('/version', { headers: { 'impersonate-user': 'system:anonymous' } }), get('/api/v1/pods', { headers: { 'impersonate-user': 'system:anonymous' } }),
    put('/api/v1/namespaces/NS/pods/x/status', {}, { headers: { 'impersonate-user': 'jane' } }), post('/api/v1/namespaces/NS/pods', '{', { headers: { 'impersonate-user': 'jane' } }), get('/api/v1/namespaces/NS/pods', { headers: { 'impersonate-user': 'jane', 'impersonate-group': 'system:masters' } }), get('/api/v1/pods?watch=1', { headers: { 'impersonate-user': 'jane' } }), get('/api/v1/nodes/a', { headers: { 'impersonate-user': 'jane' } }), { method: 'DELETE', path: '/api/v1/namespaces/NS/pods', headers: { 'impersonate-user': 'jane' } },
  ] },
]
