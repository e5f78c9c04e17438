import { at, get, patch, post, type Case, type Step } from '../case.ts'
import { configMap, deployment, pod, service } from './objects.ts'

const CM = '/api/v1/namespaces/NS/configmaps'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/NS/deployments'
const PODS = '/api/v1/namespaces/NS/pods'

const onConfigMap = (name: string, kind: 'json' | 'merge' | 'strategic', bodies: readonly (string | object)[]): Case => ({
  name: `patch: ${kind} ${name}`,
  steps: [post(CM, configMap('x', { a: 'b', c: 'd' }, { labels: { l: 'm' }, annotations: { 'a/b': 'c' } })), ...bodies.map((body) => patch(kind, `${CM}/x`, body)), get(`${CM}/x`)],
})

const json = [
  onConfigMap('good', 'json', [
    [{ op: 'add', path: '/data/n', value: '1' }], [{ op: 'replace', path: '/data/a', value: '2' }], [{ op: 'remove', path: '/data/c' }],
    [{ op: 'test', path: '/data/a', value: '2' }], [{ op: 'copy', from: '/data/a', path: '/data/z' }], [{ op: 'move', from: '/data/z', path: '/data/y' }],
    [{ op: 'add', path: '/metadata/annotations/a~1b', value: 'esc' }], [],
  ]),
  onConfigMap('bad', 'json', [
    [{ op: 'test', path: '/data/a', value: 'x' }], [{ op: 'remove', path: '/data/absent' }], [{ op: 'replace', path: '/data/absent', value: 'x' }],
    [{ op: 'add', path: '/absent/x', value: 'y' }], [{ op: 'foo', path: '/data/a', value: 'y' }], [{ path: '/data/a', value: 'y' }], [{ op: 'add', value: 'y' }],
    [{ op: 'add', path: 'data/a', value: 'y' }], [{ op: 'add', path: '/data/q' }], {}, '[', 'null', '"x"', '3', [3], [null], [{ op: 'add', path: '', value: {} }],
    [{ op: 'copy', path: '/data/a' }], [{ op: 'copy', from: '/data/absent', path: '/data/q' }], [{ op: 'add', path: '/data/a', value: 3 }],
    [{ op: 'replace', path: '/metadata/name', value: 'other' }], [{ op: 'remove', path: '/metadata/name' }], [{ op: 'replace', path: '/kind', value: 'Secret' }], [{ op: 'replace', path: '/apiVersion', value: 'v2' }],
    [{ op: 'remove', path: '/kind' }], [{ op: 'replace', path: '/metadata', value: null }], [{ op: 'replace', path: '/metadata/resourceVersion', value: '1' }],
    [{ op: 'replace', path: '/metadata/uid', value: 'x' }], [{ op: 'remove', path: '/metadata' }], [{ op: 'replace', path: '/metadata/namespace', value: 'q' }],
    [{ op: 'test', path: '/data/absent', value: null }], [{ op: 'add', path: '/metadata/finalizers/-', value: 'a/b' }], [{ op: 'add', path: '/metadata/finalizers', value: ['a/b'] }],
    [{ op: 'add', path: '/metadata/finalizers/5', value: 'a/c' }], [{ op: 'add', path: '/metadata/finalizers/-1', value: 'a/c' }], [{ op: 'remove', path: '/metadata/finalizers/x' }], [{ op: 'remove', path: '/metadata/finalizers/0' }],
  ]),
  { name: 'patch: json too many', steps: [post(CM, configMap('x')), patch('json', `${CM}/x`, Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/data/a', value: 'b' })))] },
] as const

const merge = [
  onConfigMap('good', 'merge', [{ data: { n: '1' } }, { data: { n: null } }, { data: null }, { metadata: { labels: null } }, {}, { metadata: { annotations: { q: 'r' } } }]),
  onConfigMap('bad', 'merge', [
    '[]', 'null', '"x"', '{', { data: 'x' }, { data: { a: 1 } }, { metadata: { name: 'other' } }, { metadata: { name: null } }, { metadata: null }, { kind: 'Secret' }, { kind: null },
    { apiVersion: 'v2' }, { metadata: { resourceVersion: '1' } }, { metadata: { uid: 'x' } }, { metadata: { namespace: 'q' } }, { metadata: { labels: { a: 'b c' } } }, { metadata: { creationTimestamp: null } },
    { metadata: { resourceVersion: '' } }, { metadata: { generation: 5 } }, { data: { 'a b': 'x' } }, '{"data":{"a":"1"}} x',
  ]),
]

const onDeployment = (name: string, kind: 'merge' | 'strategic' | 'json', bodies: readonly object[]): Case => ({
  name: `patch: ${kind} deployment ${name}`,
  steps: [
    post(DEPLOYMENTS, deployment('d', {
      template: { metadata: { labels: { app: 'd' } }, spec: {
        containers: [{ name: 'web', image: 'nginx', env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }], ports: [{ containerPort: 80 }] }, { name: 'side', image: 'busy' }],
        volumes: [{ name: 'v', emptyDir: {} }], tolerations: [{ key: 'a', operator: 'Exists' }],
      } },
    })),
    ...bodies.map((body) => patch(kind, `${DEPLOYMENTS}/d`, body)), get(`${DEPLOYMENTS}/d`),
  ],
})
const inPod = (spec: object) => ({ spec: { template: { spec } } })

const strategic = [
  onConfigMap('good', 'strategic', [{ data: { n: '1' } }, { data: { n: null } }, { metadata: { labels: { $patch: 'replace', q: 'r' } } }, { data: { $patch: 'delete' } }, { metadata: { finalizers: ['a/b'] } }, { metadata: { finalizers: ['a/c'] } }, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a/b'] } }, {}]),
  onConfigMap('bad', 'strategic', ['[]', 'null', '"x"', '{', { data: 'x' }, { $patch: 'foo' }, { data: { $patch: 'foo' } }, { metadata: { finalizers: 'x' } }, { metadata: { finalizers: [3] } }, { data: [] }, { metadata: { '$setElementOrder/finalizers': 'x' } }, { metadata: { '$deleteFromPrimitiveList/finalizers': 'x' } }, { $retainKeys: 'x' }, { metadata: { $retainKeys: ['name'] } }, { foo: { $patch: 'delete' } }, { metadata: { labels: [{ a: 'b' }] } }]),
  onDeployment('good', 'strategic', [
    inPod({ containers: [{ name: 'web', image: 'nginx:2' }] }), inPod({ containers: [{ name: 'new', image: 'x' }] }), inPod({ containers: [{ name: 'side', $patch: 'delete' }] }),
    inPod({ containers: [{ name: 'web', env: [{ name: 'C', value: '3' }] }] }), inPod({ containers: [{ name: 'web', env: [{ name: 'A', $patch: 'delete' }] }] }),
    inPod({ containers: [{ name: 'web', ports: [{ containerPort: 81, protocol: 'UDP' }] }] }), inPod({ volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }] }),
    { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }, inPod({ '$setElementOrder/containers': [{ name: 'new' }, { name: 'web' }], containers: [{ name: 'web', image: 'z' }] }),
    inPod({ tolerations: [{ key: 'b', operator: 'Exists' }] }), inPod({ containers: [{ $patch: 'replace' }, { name: 'only', image: 'o' }] }),
  ]),
  onDeployment('bad', 'strategic', [
    inPod({ containers: [{ image: 'x' }] }), inPod({ containers: [{ $patch: 'delete' }] }), inPod({ containers: 'x' }), inPod({ containers: [3] }), inPod({ containers: [{ name: 'web', $patch: 'foo' }] }),
    inPod({ containers: { name: 'web' } }), { spec: { replicas: 'x' } }, { spec: { replicas: -1 } }, { spec: 3 }, inPod({ '$setElementOrder/containers': [{ name: 'nope' }] }), inPod({ containers: null }), inPod({ '$setElementOrder/containers': [{ name: 'web' }], containers: [{ name: 'other', image: 'y' }] }),
    { spec: { selector: null } }, { spec: null },
  ]),
  onDeployment('lists', 'merge', [inPod({ containers: [{ name: 'web', image: 'nginx:2' }] }), { spec: { replicas: 5 } }, { spec: { replicas: null } }, inPod({ tolerations: null })]),
  onDeployment('lists', 'json', [
    [{ op: 'replace', path: '/spec/replicas', value: 4 }], [{ op: 'add', path: '/spec/template/spec/containers/0/env/-', value: { name: 'Z', value: 'z' } }],
    [{ op: 'add', path: '/spec/template/spec/containers/9/env/-', value: {} }], [{ op: 'replace', path: '/spec/replicas', value: 'x' }], [{ op: 'remove', path: '/spec/template/spec/containers/0' }],
  ]),
  { name: 'patch: others', steps: [
    patch('merge', `${CM}/absent`, {}), patch('json', `${CM}/absent`, '['), patch('strategic', `${CM}/absent`, {}),
    post(PODS, pod('p')), patch('strategic', `${PODS}/p`, { spec: { containers: [{ name: 'web', image: 'q' }] } }), patch('strategic', `${PODS}/p`, { spec: { nodeName: 'x' } }),
    patch('merge', `${PODS}/p`, { spec: { activeDeadlineSeconds: 10 } }), patch('merge', `${PODS}/p?dryRun=All`, { spec: { activeDeadlineSeconds: 9 } }), get(`${PODS}/p`),
    post('/api/v1/namespaces/NS/services', service('s')), patch('strategic', '/api/v1/namespaces/NS/services/s', { spec: { ports: [{ port: 81, name: 'b' }] } }), patch('merge', '/api/v1/namespaces/NS/services/s', { spec: { type: 'NodePort' } }), patch('merge', '/api/v1/namespaces/NS/services/s', { spec: { type: 'ExternalName' } }),
    patch('merge', '/api/v1/namespaces/NS/services/s?fieldManager=x&force=true', { spec: { type: 'ClusterIP' } }),
  ] },
] as readonly Case[]

const applied = (name: string, more: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more })
const apply = (path: string, body: unknown): Step => patch('apply', path, body)
const applies: readonly Case[] = [
  { name: 'apply: sequence', steps: [
    apply(`${CM}/x?fieldManager=a`, applied('x', { data: { a: '1' } })), apply(`${CM}/x?fieldManager=a`, applied('x', { data: { a: '1' } })), apply(`${CM}/x?fieldManager=b`, applied('x', { data: { a: '2' } })),
    apply(`${CM}/x?fieldManager=b`, applied('x', { data: { b: '2' } })), apply(`${CM}/x?fieldManager=b&force=true`, applied('x', { data: { a: '2', b: '2' } })), apply(`${CM}/x?fieldManager=b`, applied('x', { data: { b: '2' } })),
    apply(`${CM}/x?fieldManager=a`, applied('x', {})), get(`${CM}/x`),
  ] },
  { name: 'apply: bad', steps: [
    apply(`${CM}/x`, applied('x', {})), apply(`${CM}/x?fieldManager=a`, applied('y', {})), apply(`${CM}/x?fieldManager=a`, 'foo'), apply(`${CM}/x?fieldManager=a`, ''), apply(`${CM}/x?fieldManager=a`, '- a'), apply(`${CM}/x?fieldManager=a`, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } }),
    apply(`${CM}/x?fieldManager=a`, { kind: 'ConfigMap', metadata: { name: 'x' } }), apply(`${CM}/x?fieldManager=a`, applied('x', { metadata: { name: 'x', managedFields: [{}] } })), apply(`${CM}/x?fieldManager=a`, applied('x', { foo: 'bar' })), apply(`${CM}/x?fieldManager=a`, applied('x', { data: { a: 3 } })),
    apply(`${CM}/x?fieldManager=a`, applied('x', { metadata: { name: 'x', uid: 'abc' } })), apply(`${CM}/x?fieldManager=a`, applied('x', { metadata: { name: 'x', resourceVersion: '77' } })), apply(`${CM}/x?fieldManager=a`, { metadata: { name: 'x' } }), apply(`${CM}/x?fieldManager=a`, applied('x', { metadata: { name: 'x', namespace: 'other' } })),
    apply(`${CM}/BAD?fieldManager=a`, applied('BAD', {})), apply(`${CM}/x?fieldManager=a&dryRun=All`, applied('x', { data: { q: 'r' } })), get(`${CM}/x`), apply(`${CM}/x?fieldManager=a&force=maybe`, applied('x', {})),
  ] },
  { name: 'apply: deployment', steps: [
    apply(`${DEPLOYMENTS}/d?fieldManager=a`, deployment('d')), apply(`${DEPLOYMENTS}/d?fieldManager=a`, deployment('d', { replicas: 3 })), patch('merge', `${DEPLOYMENTS}/d`, { spec: { replicas: 5 } }), apply(`${DEPLOYMENTS}/d?fieldManager=a`, deployment('d', { replicas: 3 })),
    apply(`${DEPLOYMENTS}/d?fieldManager=a`, deployment('d')), (seen) => patch('merge', `${DEPLOYMENTS}/d`, { metadata: { resourceVersion: at(seen, 0, 'metadata', 'resourceVersion') } }), get(`${DEPLOYMENTS}/d`),
    apply(`${DEPLOYMENTS}/d/status?fieldManager=s`, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, status: { replicas: 4 } }), apply(`${DEPLOYMENTS}/d/scale?fieldManager=sc`, { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'd' }, spec: { replicas: 7 } }), get(`${DEPLOYMENTS}/d`),
  ] },
]

export const patches: readonly Case[] = [...json, ...merge, ...strategic, ...applies] as readonly Case[]
