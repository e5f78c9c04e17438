import { at, del, get, patch, post, put, type Case } from '../case.ts'
import { configMap, deployment, everyKind, pod, service } from './objects.ts'

const CM = '/api/v1/namespaces/NS/configmaps'
const PODS = '/api/v1/namespaces/NS/pods'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/NS/deployments'
const options = (more: object) => ({ kind: 'DeleteOptions', apiVersion: 'v1', ...more })
const bound = (name: string) => [
  post(PODS, pod(name)),
  post(`${PODS}/${name}/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target: { kind: 'Node', name: 'node-1' } }),
]

const single: readonly Case[] = [
  { name: 'delete: absent', steps: [del(`${CM}/x`), del(`${PODS}/x`), del('/api/v1/namespaces/absent-at-all')] },
  ...everyKind.map(([path, object]): Case => ({ name: `delete: ${object.kind} ${path.split('/')[2]}`, steps: [post(path, object), del(`${path}/${object.metadata.name}`), get(`${path}/${object.metadata.name}`)] })),
  { name: 'delete: options', steps: [
    post(CM, configMap('x')), del(`${CM}/x`, options({ dryRun: ['All'] })), get(`${CM}/x`), del(`${CM}/x?dryRun=All`), del(`${CM}/x?dryRun=Foo`), del(`${CM}/x`, options({ dryRun: ['Foo'] })),
    del(`${CM}/x`, options({ propagationPolicy: 'Foo' })), del(`${CM}/x?propagationPolicy=Foo`), del(`${CM}/x`, options({ propagationPolicy: 'Orphan', orphanDependents: true })), del(`${CM}/x`, options({ gracePeriodSeconds: -1 })),
    del(`${CM}/x`, options({ gracePeriodSeconds: 'x' })), del(`${CM}/x`, 'foo'), del(`${CM}/x`, '{'), del(`${CM}/x`, '[]'), del(`${CM}/x`, { kind: 'Foo', apiVersion: 'v1' }), del(`${CM}/x`, { kind: 'ConfigMap', apiVersion: 'v1' }), del(`${CM}/x?gracePeriodSeconds=abc`), del(`${CM}/x?orphanDependents=maybe`),
    del(`${CM}/x`, options({ foo: 1 })), del(`${CM}/x`),
  ] },
  { name: 'delete: preconditions', steps: [
    post(CM, configMap('x')), del(`${CM}/x`, options({ preconditions: { uid: 'other' } })), del(`${CM}/x`, options({ preconditions: { resourceVersion: '1' } })), del(`${CM}/x`, options({ preconditions: { resourceVersion: 'abc' } })), del(`${CM}/x`, options({ preconditions: { uid: '' } })),
    (seen) => del(`${CM}/x`, options({ preconditions: { uid: at(seen, 0, 'metadata', 'uid'), resourceVersion: at(seen, 0, 'metadata', 'resourceVersion') } })), get(`${CM}/x`),
  ] },
  { name: 'delete: finalizers', steps: [
    post(CM, configMap('x', {}, { finalizers: ['a.b/c'] })), del(`${CM}/x`), get(`${CM}/x`), del(`${CM}/x`), patch('merge', `${CM}/x`, { metadata: { finalizers: ['a.b/c', 'a.b/d'] } }), patch('merge', `${CM}/x`, { data: { still: 'here' } }),
    patch('merge', `${CM}/x`, { metadata: { finalizers: null } }), get(`${CM}/x`),
    post(CM, configMap('y', {}, { finalizers: ['a.b/c'] })), del(`${CM}/y`), (seen) => put(`${CM}/y`, configMap('y', {}, { resourceVersion: at(seen, 9, 'metadata', 'resourceVersion') })), get(`${CM}/y`),
  ] },
  { name: 'delete: propagation', steps: [
    ...(['Orphan', 'Foreground', 'Background'] as const).flatMap((policy) => [post(DEPLOYMENTS, deployment(`d-${policy.toLowerCase()}`)), del(`${DEPLOYMENTS}/d-${policy.toLowerCase()}`, options({ propagationPolicy: policy })), get(`${DEPLOYMENTS}/d-${policy.toLowerCase()}`)]),
    post(DEPLOYMENTS, deployment('d-q')), del(`${DEPLOYMENTS}/d-q?propagationPolicy=Orphan`), del(`${DEPLOYMENTS}/d-q?propagationPolicy=Foreground`), del(`${DEPLOYMENTS}/d-q?propagationPolicy=Background`), get(`${DEPLOYMENTS}/d-q`),
    post(DEPLOYMENTS, deployment('d-o')), del(`${DEPLOYMENTS}/d-o?orphanDependents=true`), get(`${DEPLOYMENTS}/d-o`),
    post(everyKind[1]![0], everyKind[1]![1]), del(`${everyKind[1]![0]}/one`), get(`${everyKind[1]![0]}/one`),
  ] },
  { name: 'delete: pod that waits', steps: [post(PODS, pod('a')), del(`${PODS}/a`), get(`${PODS}/a`), post(PODS, pod('b')), del(`${PODS}/b`, options({ gracePeriodSeconds: 0 }))] },
  { name: 'delete: bound pod', steps: [
    ...bound('a'), get(`${PODS}/a`), del(`${PODS}/a`), get(`${PODS}/a`), del(`${PODS}/a`), del(`${PODS}/a`, options({ gracePeriodSeconds: 60 })), del(`${PODS}/a`, options({ gracePeriodSeconds: 5 })), patch('merge', `${PODS}/a`, { metadata: { labels: { a: 'b' } } }),
    del(`${PODS}/a`, options({ gracePeriodSeconds: 0 })), get(`${PODS}/a`),
    ...bound('c'), del(`${PODS}/c`, options({ gracePeriodSeconds: -5 })), del(`${PODS}/c`, options({ gracePeriodSeconds: 0 })),
    ...bound('d'), del(`${PODS}/d`, options({ gracePeriodSeconds: 1 })), get(`${PODS}/d`), post(PODS, pod('d')), del(`${PODS}/d?gracePeriodSeconds=0`),
  ] },
  { name: 'delete: grace from the spec', steps: [post(PODS, pod('g', { terminationGracePeriodSeconds: 7 })), post(`${PODS}/g/binding`, { target: { kind: 'Node', name: 'node-1' } }), del(`${PODS}/g`), del(`${PODS}/g?gracePeriodSeconds=0`)] },
  { name: 'delete: collection', steps: [
    post(CM, configMap('a', {}, { labels: { x: '1' } })), post(CM, configMap('b')), del(`${CM}?labelSelector=x%3D1`), get(CM), del(`${CM}?dryRun=All`), get(CM), del(`${CM}?fieldSelector=metadata.name%3Db`), get(CM), del(`${CM}?labelSelector=!!`), del(CM),
    post('/api/v1/namespaces/NS/services', service('s')), del('/api/v1/namespaces/NS/services'), del('/api/v1/configmaps'), post(PODS, pod('p')), del(PODS), get(PODS), del('/api/v1/namespaces'),
    post(CM, configMap('f', {}, { finalizers: ['a.b/c'] })), del(CM, options({ propagationPolicy: 'Foreground' })), get(CM), patch('merge', `${CM}/f`, { metadata: { finalizers: null } }),
  ] },
  { name: 'delete: namespaces', steps: [del('/api/v1/namespaces/default'), del('/api/v1/namespaces/kube-system'), del('/api/v1/namespaces/NS'), get('/api/v1/namespaces/NS'), post(CM, configMap('late')), del('/api/v1/namespaces/NS'), get(`/api/v1/namespaces/NS/serviceaccounts`)] },
]

export const deletes: readonly Case[] = single
