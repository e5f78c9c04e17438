import { at, changed, get, post, put, type Case } from '../case.ts'
import { configMap, deployment, everyKind, pod, service } from './objects.ts'

const CM = '/api/v1/namespaces/NS/configmaps'
const PODS = '/api/v1/namespaces/NS/pods'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/NS/deployments'
const SERVICES = '/api/v1/namespaces/NS/services'

const names: readonly Case[] = ['UPPER', 'a/b', '..', '.', 'a..b', 'x'.repeat(254), 'x'.repeat(253), '-a', 'a b', 'a%2eb', 'ä', '', 'a_b', 'a:b'].map(
  (name): Case => ({
    name: `name: ${name.length > 20 ? `of ${name.length} letters` : name}`,
    steps: [post(CM, configMap(name)), post(PODS, pod(name)), post(SERVICES, service(name.slice(0, 70))), post(DEPLOYMENTS, deployment(name))],
  }),
)

const metadata: readonly Case[] = [
  ['bad label key', { labels: { 'a b': 'c' } }],
  ['bad label value', { labels: { a: 'c d' } }],
  ['long label value', { labels: { a: 'x'.repeat(64) } }],
  ['bad annotation key', { annotations: { 'a b/c/d': 'c' } }],
  ['big annotation', { annotations: { a: 'x'.repeat(262_145) } }],
  ['bad finalizer', { finalizers: ['foo'] }],
  ['good finalizer', { finalizers: ['a.b/c'] }],
  ['both finalizers', { finalizers: ['orphan', 'foregroundDeletion'] }],
  ['bad owner', { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod' }] }],
  ['two controllers', { ownerReferences: [1, 2].map((i) => ({ apiVersion: 'v1', kind: 'Pod', name: `p${i}`, uid: `u${i}`, controller: true })) }],
  ['owner is an event', { ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: 'p', uid: 'u' }] }],
  ['uid given', { uid: 'abc' }],
  ['resourceVersion given', { resourceVersion: '5' }],
  ['generation given', { generation: 7 }],
  ['deletionTimestamp given', { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 7 }],
  ['selfLink given', { selfLink: '/a/b' }],
  ['namespace differs', { namespace: 'other' }],
  ['managedFields given', { managedFields: [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } }] }],
  ['managedFields bad', { managedFields: [{ manager: 'x', operation: 'Foo', apiVersion: 'v1', fieldsType: 'Bar' }] }],
  ['empty labels', { labels: {}, annotations: {}, finalizers: [], ownerReferences: [] }],
].map(([name, more]): Case => ({ name: `metadata: ${name as string}`, steps: [post(CM, configMap('m', { a: 'b' }, more as object)), get(`${CM}/m`)] }))

const creates: readonly Case[] = [
  { name: 'create: twice', steps: [post(CM, configMap('x')), post(CM, configMap('x'))] },
  { name: 'create: in no namespace', steps: [post('/api/v1/namespaces/absent-at-all/configmaps', configMap('x'))] },
  { name: 'create: namespace path of cluster kind', steps: [post('/api/v1/namespaces/NS/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'x' } })] },
  { name: 'create: without a namespace', steps: [post('/api/v1/configmaps', configMap('x')), post('/api/v1/configmaps', configMap('x', {}, { namespace: 'NS' }))] },
  { name: 'create: POST on a name', steps: [post(`${CM}/x`, configMap('x')), post(`${CM}/x`, configMap('y'))] },
  { name: 'create: generateName', steps: [post(CM, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'gen-' } }), post(CM, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'BAD' } }), post(CM, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'gen-', name: 'own' } })] },
  { name: 'create: dry run', steps: [post(`${CM}?dryRun=All`, configMap('dry')), get(`${CM}/dry`), post(`${CM}?dryRun=Some`, configMap('dry')), post(`${CM}?dryRun=`, configMap('dry2')), post(`${CM}?dryRun=All&dryRun=All`, configMap('dry3')), post(`${CM}?dryRun=All&dryRun=Foo`, configMap('dry3'))] },
  { name: 'create: field manager', steps: [post(`${CM}?fieldManager=me`, configMap('fm')), post(`${CM}?fieldManager=${'x'.repeat(129)}`, configMap('fm2')), post(`${CM}?fieldManager=a%00b`, configMap('fm3')), post(`${CM}?fieldManager=a%0ab`, configMap('fm4'))] },
  { name: 'create: pretty', steps: [post(`${CM}?pretty=true`, configMap('pretty')), get(`${CM}/pretty?pretty=1`)] },
  ...everyKind.map(([path, object]): Case => ({
    name: `create: ${object.kind} ${path.split('/')[2]}`,
    steps: [
      post(path, object), get(`${path}/${object.metadata.name}`), get(path), post(path, object),
      (seen) => put(`${path}/${object.metadata.name}`, changed(seen, 1, (o: { metadata: { labels?: object } }) => (o.metadata.labels = { a: 'b' }))),
      (seen) => put(`${path}/${object.metadata.name}`, changed(seen, 1, () => {})),
      (seen) => put(`${path}/${object.metadata.name}`, changed(seen, 1, (o: { metadata: { resourceVersion?: string } }) => delete o.metadata.resourceVersion)),
      put(`${path}/${object.metadata.name}`, object),
    ],
  })),
]

const updates: readonly Case[] = [
  { name: 'update: absent', steps: [put(`${CM}/x`, configMap('x')), put(`${DEPLOYMENTS}/x`, deployment('x')), put('/apis/coordination.k8s.io/v1/namespaces/NS/leases/x', everyKind.at(-1)![1])] },
  { name: 'update: create on update', steps: [put('/apis/coordination.k8s.io/v1/namespaces/NS/leases/one', everyKind.at(-1)![1]), put('/api/v1/namespaces/NS/endpoints/one', everyKind[5]![1]), put('/api/v1/namespaces/NS/services/one', everyKind[4]![1]), put('/api/v1/namespaces/NS/events/one', everyKind[7]![1])] },
  { name: 'update: other name', steps: [post(CM, configMap('x')), put(`${CM}/x`, configMap('y')), put(`${CM}/x`, configMap('x', {}, { namespace: 'other' })), put(`${CM}/x`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }), put(`${CM}/x`, { apiVersion: 'v1', kind: 'ConfigMap' })] },
  {
    name: 'update: stale', steps: [
      post(CM, configMap('x')),
      (seen) => put(`${CM}/x`, changed(seen, 0, (o: { data: object }) => (o.data = { b: 'c' }))),
      (seen) => put(`${CM}/x`, changed(seen, 0, (o: { data: object }) => (o.data = { b: 'd' }))),
      put(`${CM}/x`, configMap('x', {}, { resourceVersion: '999999999' })),
      put(`${CM}/x`, configMap('x', {}, { resourceVersion: 'abc' })),
      put(`${CM}/x`, configMap('x', {}, { resourceVersion: '0' })),
      put(`${CM}/x`, configMap('x', {}, { uid: 'other' })),
      put(`${CM}/x`, configMap('x', { q: 'r' }, { uid: '' })),
    ],
  },
  {
    name: 'update: immutable', steps: [
      post(CM, { ...configMap('im'), immutable: true }), put(`${CM}/im`, { ...configMap('im', { z: 'y' }), immutable: true }), put(`${CM}/im`, configMap('im')),
      post(DEPLOYMENTS, deployment('im')), put(`${DEPLOYMENTS}/im`, deployment('im', { selector: { matchLabels: { app: 'x' } } })),
      post(PODS, pod('im')), put(`${PODS}/im`, pod('im', { containers: [{ name: 'web', image: 'nginx', command: ['a'] }] })),
      put(`${PODS}/im`, pod('im', { containers: [{ name: 'web', image: 'other' }] })),
      (seen) => put(`${PODS}/im`, changed(seen, 5, (o: { spec: { containers: { image: string }[] } }) => (o.spec.containers[0]!.image = 'other'))),
      post(SERVICES, service('im')), (seen) => put(`${SERVICES}/im`, changed(seen, 9, (o: { spec: { clusterIP: string; clusterIPs: string[] } }) => { o.spec.clusterIP = '10.96.0.77'; o.spec.clusterIPs = ['10.96.0.77'] })),
    ],
  },
  { name: 'update: metadata is kept', steps: [post(CM, configMap('x')), (seen) => put(`${CM}/x`, configMap('x', { k: 'v' }, { uid: at(seen, 0, 'metadata', 'uid'), creationTimestamp: '2020-01-01T00:00:00Z', generateName: 'foo', selfLink: '/x', deletionTimestamp: '2020-01-01T00:00:00Z' }))] },
  { name: 'update: dry run', steps: [post(CM, configMap('x')), put(`${CM}/x?dryRun=All`, configMap('x', { n: 'm' })), get(`${CM}/x`)] },
  { name: 'update: PUT on a collection', steps: [put(CM, configMap('x')), { method: 'PATCH', path: CM, type: 'application/merge-patch+json', body: '{}' }] },
]

export const writes: readonly Case[] = [...names, ...metadata, ...creates, ...updates]
