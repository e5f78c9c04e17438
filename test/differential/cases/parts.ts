import { at, changed, del, get, patch, post, put, type Case } from '../case.ts'
import { deployment, everyKind, pod } from './objects.ts'

const PODS = '/api/v1/namespaces/NS/pods'
const D = '/apis/apps/v1/namespaces/NS/deployments'
const RC = '/api/v1/namespaces/NS/replicationcontrollers'
const scale = (name: string, replicas: unknown, metadata: object = {}) => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name, namespace: 'NS', ...metadata }, spec: { replicas } })
const binding = (name: string, target: object = { kind: 'Node', name: 'node-1' }, metadata: object = {}) => ({ apiVersion: 'v1', kind: 'Binding', metadata: { name, ...metadata }, target })
const eviction = (name: string, more: object = {}) => ({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name }, ...more })

const scales: readonly Case[] = [
  { name: 'scale: deployment', steps: [
    post(D, deployment('d')), get(`${D}/d/scale`), put(`${D}/d/scale`, scale('d', 3)), get(`${D}/d`), put(`${D}/d/scale`, scale('d', -1)), put(`${D}/d/scale`, scale('d', 'x')), put(`${D}/d/scale`, scale('d', 2.5)),
    put(`${D}/d/scale`, scale('other', 3)), put(`${D}/d/scale`, scale('d', 4, { resourceVersion: '1' })), (seen) => put(`${D}/d/scale`, scale('d', 4, { resourceVersion: at(seen, 3, 'metadata', 'resourceVersion') })),
    patch('merge', `${D}/d/scale`, { spec: { replicas: 6 } }), patch('json', `${D}/d/scale`, [{ op: 'replace', path: '/spec/replicas', value: 7 }]), patch('strategic', `${D}/d/scale`, { spec: { replicas: 8 } }), patch('merge', `${D}/d/scale`, { spec: { replicas: 'x' } }),
    put(`${D}/d/scale`, scale('d', 0)), get(`${D}/d/scale`), put(`${D}/d/scale?dryRun=All`, scale('d', 9)), get(`${D}/d/scale`), put(`${D}/absent/scale`, scale('absent', 1)), get(`${D}/absent/scale`), patch('merge', `${D}/absent/scale`, {}),
    post(`${D}/d/scale`, scale('d', 1)), del(`${D}/d/scale`), put(`${D}/d/scale`, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } }), put(`${D}/d/scale`, '{'), put(`${D}/d/scale`, { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'd' } }),
    put(`${D}/d/scale`, scale('d', 3, { uid: 'other' })), put(`${D}/d/scale`, scale('d', 3, { namespace: 'other' })), get(`${D}/d`),
  ] },
  { name: 'scale: others', steps: [post(RC, everyKind[1]![1]), get(`${RC}/one/scale`), put(`${RC}/one/scale`, scale('one', 5)), get(`${RC}/one`), post(everyKind[2]![0], everyKind[2]![1]), get(`${everyKind[2]![0]}/one/scale`), put(`${everyKind[2]![0]}/one/scale`, scale('one', 2)), get('/api/v1/namespaces/NS/configmaps/x/scale')] },
]

const statuses: readonly Case[] = [
  { name: 'status: deployment', steps: [
    post(D, deployment('d')), get(`${D}/d/status`),
    (seen) => put(`${D}/d/status`, changed(seen, 0, (o: { status: object; spec: { replicas: number }; metadata: { labels?: object } }) => { o.status = { replicas: 2, observedGeneration: 1 }; o.spec.replicas = 9; o.metadata.labels = { s: 't' } })),
    patch('merge', `${D}/d/status`, { status: { readyReplicas: 1 }, spec: { replicas: 4 } }), patch('merge', `${D}/d/status`, { status: { replicas: -1 } }), patch('strategic', `${D}/d/status`, { status: { conditions: [{ type: 'Available', status: 'True' }] } }), patch('strategic', `${D}/d/status`, { status: { conditions: [{ type: 'Progressing', status: 'True' }] } }),
    patch('merge', `${D}/d`, { status: { replicas: 77 } }), get(`${D}/d`), put(`${D}/absent/status`, deployment('absent')), post(`${D}/d/status`, deployment('d')), del(`${D}/d/status`), put(`${D}/d/status`, deployment('other')),
  ] },
  { name: 'status: pod', steps: [
    post(PODS, pod('p')), patch('strategic', `${PODS}/p/status`, { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], podIP: '10.0.0.7', podIPs: [{ ip: '10.0.0.7' }] } }), patch('strategic', `${PODS}/p/status`, { spec: { nodeName: 'x' } }), patch('merge', `${PODS}/p/status`, { metadata: { labels: { a: 'b' }, annotations: { c: 'd' }, finalizers: ['e.f/g'] } }), patch('merge', `${PODS}/p/status`, { status: { phase: 'Foo' } }), patch('merge', `${PODS}/p/status`, { status: { podIP: 'x' } }), get(`${PODS}/p`),
  ] },
  { name: 'status: others', steps: [
    ...everyKind.flatMap(([path, object]) => [post(path, object), get(`${path}/${object.metadata.name}/status`), patch('merge', `${path}/${object.metadata.name}/status`, { status: {} })]), get('/api/v1/namespaces/NS/status'), patch('merge', '/api/v1/namespaces/NS/status', { metadata: { labels: { x: 'y' } } }), patch('merge', '/api/v1/namespaces/NS/status', { status: { phase: 'Foo' } }), patch('merge', '/api/v1/namespaces/NS/finalize', { spec: { finalizers: ['a.b/c'] } }),
    (seen) => put('/api/v1/namespaces/NS/finalize', changed(seen, -3, (o: { spec: object }) => (o.spec = { finalizers: ['a.b/d'] }))), get('/api/v1/namespaces/NS/finalize'),
  ] },
]

const bindings: readonly Case[] = [
  { name: 'binding: good and bad', steps: [
    post(PODS, pod('p')), post(`${PODS}/p/binding`, binding('p', { kind: 'Pod', name: 'x' })), post(`${PODS}/p/binding`, binding('p', { kind: 'Node' })), post(`${PODS}/p/binding`, binding('other')), post(`${PODS}/p/binding`, binding('p', undefined, { uid: 'x' })), post(`${PODS}/p/binding`, binding('p', undefined, { annotations: { a: 'b' } })), get(`${PODS}/p`),
    post(`${PODS}/p/binding`, binding('p')), post(`${PODS}/p/binding`, binding('p', { kind: 'Node', name: 'other' })), post(`${PODS}/absent/binding`, binding('absent')), get(`${PODS}/p/binding`), put(`${PODS}/p/binding`, binding('p')), post(`${PODS}/p/binding`, '{'), post(`${PODS}/p/binding`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }),
    post(PODS, pod('q')), post(`${PODS}/q/binding?dryRun=All`, binding('q')), get(`${PODS}/q`), post('/api/v1/namespaces/NS/bindings', binding('q')), get(`${PODS}/q`), post('/api/v1/namespaces/NS/bindings', binding('absent')),
    post(PODS, pod('g', { schedulingGates: [{ name: 'a.b/c' }] })), post(`${PODS}/g/binding`, binding('g')), post(PODS, pod('r')), del(`${PODS}/r?gracePeriodSeconds=0`), post(`${PODS}/r/binding`, binding('r')),
  ] },
  { name: 'eviction: good and bad', steps: [
    post(PODS, pod('p')), post(`${PODS}/p/eviction`, eviction('other')), post(`${PODS}/p/eviction?dryRun=All`, eviction('p')), post(`${PODS}/p/eviction`, eviction('p', { deleteOptions: { dryRun: ['All'] } })), get(`${PODS}/p`), post(`${PODS}/p/eviction`, eviction('p', { deleteOptions: { preconditions: { uid: 'x' } } })), post(`${PODS}/p/eviction`, eviction('p')), get(`${PODS}/p`), post(`${PODS}/absent/eviction`, eviction('absent')), get(`${PODS}/p/eviction`),
    post(`${PODS}/p/eviction`, '{'), post(`${PODS}/p/eviction`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }), post(`${PODS}/p/eviction`, { apiVersion: 'policy/v1beta1', kind: 'Eviction', metadata: { name: 'p' } }),
    post(PODS, pod('b')), post(`${PODS}/b/binding`, binding('b')), post(`${PODS}/b/eviction`, eviction('b', { deleteOptions: { gracePeriodSeconds: 5 } })), get(`${PODS}/b`), del(`${PODS}/b?gracePeriodSeconds=0`),
  ] },
  { name: 'parts of pods', steps: [
    post(PODS, pod('p')), patch('strategic', `${PODS}/p/ephemeralcontainers`, { spec: { ephemeralContainers: [{ name: 'dbg', image: 'busybox' }] } }), get(`${PODS}/p/ephemeralcontainers`), patch('strategic', `${PODS}/p/ephemeralcontainers`, { spec: { ephemeralContainers: [{ name: 'web', image: 'busybox' }] } }), patch('strategic', `${PODS}/p`, { spec: { ephemeralContainers: [{ name: 'dbg2', image: 'busybox' }] } }),
    patch('strategic', `${PODS}/p/resize`, { spec: { containers: [{ name: 'web', resources: { requests: { cpu: '1' } } }] } }), get(`${PODS}/p/resize`), get(`${PODS}/p/foo`), post(`${PODS}/p/foo`, {}), get(`${PODS}/p/exec`), get(`${PODS}/p/attach`), get(`${PODS}/p/portforward`), del(`${PODS}/p/exec`), put(`${PODS}/p/log`, {}), get(`${PODS}/absent/log`), get(`${PODS}/p/log?tailLines=-1`), get(`${PODS}/p/log?tailLines=x`), get(`${PODS}/p/log?limitBytes=0`), get(`${PODS}/p/log?sinceSeconds=0`), get(`${PODS}/p/log?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z`), get(`${PODS}/p/log?container=nope`), get(`${PODS}/p/log`),
  ] },
  { name: 'tokens', steps: [
    post('/api/v1/namespaces/NS/serviceaccounts/absent/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }), post('/api/v1/namespaces/NS/serviceaccounts/default/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 5 } }), post('/api/v1/namespaces/NS/serviceaccounts/default/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: { name: 'other' }, spec: {} }), post('/api/v1/namespaces/NS/serviceaccounts/default/token', '{'), post('/api/v1/namespaces/NS/serviceaccounts/default/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'absent' } } }), post('/api/v1/namespaces/NS/serviceaccounts/default/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { boundObjectRef: { kind: 'Foo', apiVersion: 'v1', name: 'absent' } } }), get('/api/v1/namespaces/NS/serviceaccounts/default/token'),
  ] },
]

export const parts: readonly Case[] = [...scales, ...statuses, ...bindings]
