import { del, get, patch, post, put, type Case, type Step } from '../case.ts'
import { configMap, deployment, pod, service } from './objects.ts'

const PODS = '/api/v1/namespaces/NS/pods'
const PVCS = '/api/v1/namespaces/NS/persistentvolumeclaims'
const LIMITS = '/api/v1/namespaces/NS/limitranges'
const QUOTAS = '/api/v1/namespaces/NS/resourcequotas'
const D = '/apis/apps/v1/namespaces/NS/deployments'
const PS = 'pod-security.kubernetes.io/'

const asking = (name: string, requests?: object, limits?: object): object =>
  pod(name, { containers: [{ name: 'web', image: 'nginx', resources: { ...(requests && { requests }), ...(limits && { limits }) } }] })
const claim = (name: string, storage: string, more: object = {}): object => ({
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...more },
})
const limits = (...items: object[]): object => ({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'l' }, spec: { limits: items } })
const labels = (pairs: Record<string, string>): Step =>
  patch('merge', '/api/v1/namespaces/NS', { metadata: { labels: Object.fromEntries(Object.entries(pairs).map(([key, value]) => [PS + key, value])) } })

/** A quota whose status says what its controller would say. */
const quota = (hard: Record<string, string>, used: Record<string, string>, more: object = {}): Step[] => [
  post(QUOTAS, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard, ...more } }),
  put(`${QUOTAS}/q/status`, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, status: { hard, used } }),
]
const none = (hard: Record<string, string>): Record<string, string> => Object.fromEntries(Object.keys(hard).map((name) => [name, '0']))
const quotaCase = (name: string, hard: Record<string, string>, steps: readonly Step[], more: object = {}): Case =>
  ({ name: `quota: ${name}`, steps: [...quota(hard, none(hard), more), ...steps] })

const limitCases: readonly Case[] = [
  { name: 'limits: defaults', steps: [post(LIMITS, limits({ type: 'Container', default: { cpu: '200m' }, defaultRequest: { cpu: '100m' } })), post(PODS, pod('a')), post(PODS, asking('b', { cpu: '150m' }, { cpu: '300m' })), post(PODS, pod('c', { initContainers: [{ name: 'i', image: 'x' }], containers: [{ name: 'web', image: 'nginx' }, { name: 'two', image: 'x' }] }))] },
  { name: 'limits: containers', steps: [post(LIMITS, limits({ type: 'Container', min: { cpu: '100m' }, max: { cpu: '1' } })), post(PODS, asking('a', { cpu: '50m' }, { cpu: '1' })), post(PODS, asking('b', { cpu: '1' }, { cpu: '2' })), post(PODS, pod('c')), post(PODS, asking('d', { memory: '1' })), post(PODS, asking('e', { cpu: '0.0001' }, { cpu: '1500m' }))] },
  { name: 'limits: pods', steps: [post(LIMITS, limits({ type: 'Pod', max: { memory: '1Gi' } })), post(PODS, pod('a')), post(PODS, asking('b', { memory: '1Gi' }, { memory: '2Gi' })), post(PODS, asking('c', undefined, { memory: '1024Mi' }))] },
  { name: 'limits: ratio', steps: [post(LIMITS, limits({ type: 'Container', maxLimitRequestRatio: { cpu: '2' } })), post(PODS, asking('a', { cpu: '1' }, { cpu: '3' })), post(PODS, asking('b', { cpu: '1' }, { cpu: '2' })), post(PODS, pod('c')), post(PODS, asking('d', { cpu: '300m' }, { cpu: '1' }))] },
  { name: 'limits: claims', steps: [post(LIMITS, limits({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } })), post(PVCS, claim('a', '500Mi')), post(PVCS, claim('b', '3Gi')), post(PVCS, claim('c', '1.5Gi')), get(`${PVCS}/c`)] },
]

const quotaCases: readonly Case[] = [
  quotaCase('pods', { pods: '1' }, [post(PODS, pod('a')), post(PODS, pod('b')), post(`${PODS}?dryRun=All`, pod('c'))]),
  quotaCase('compute', { cpu: '1', 'limits.memory': '1Gi' }, [post(PODS, pod('a')), post(PODS, asking('b', { cpu: '600m' }, { cpu: '1', memory: '600Mi' })), post(PODS, asking('c', { cpu: '600m' }, { cpu: '1', memory: '600Mi' })), post(PODS, asking('d', { cpu: '400m' }, { cpu: '1', memory: '424Mi' }))]),
  quotaCase('two containers', { 'requests.memory': '1Gi' }, [post(PODS, pod('a', { initContainers: [{ name: 'z', image: 'x' }], containers: [{ name: 'b', image: 'x' }, { name: 'a', image: 'x', resources: { requests: { memory: '1' } } }] }))]),
  quotaCase('extended', { 'requests.example.com/gpu': '1' }, [post(PODS, asking('a', { 'example.com/gpu': '2' }, { 'example.com/gpu': '2' })), post(PODS, asking('b', { 'example.com/gpu': '1' }, { 'example.com/gpu': '1' })), post(PODS, asking('c', { 'example.com/gpu': '1' }, { 'example.com/gpu': '1' }))]),
  quotaCase('best effort', { pods: '0' }, [post(PODS, pod('a')), post(PODS, asking('b', { cpu: '1' }))], { scopes: ['BestEffort'] }),
  quotaCase('terminating', { pods: '0' }, [post(PODS, pod('a', { activeDeadlineSeconds: 5 })), post(PODS, pod('b')), patch('merge', `${PODS}/b`, { spec: { activeDeadlineSeconds: 9 } })], { scopes: ['Terminating'] }),
  quotaCase('priority', { pods: '0' }, [post(PODS, pod('a', { priorityClassName: 'system-node-critical' })), post(PODS, pod('b'))], { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['system-node-critical'] }] } }),
  quotaCase('objects', { configmaps: '1', 'count/configmaps': '1', 'count/deployments.apps': '1' }, [post('/api/v1/namespaces/NS/configmaps', configMap('a')), post('/api/v1/namespaces/NS/configmaps', configMap('b')), put('/api/v1/namespaces/NS/configmaps/a', configMap('a', { c: 'd' })), post(D, deployment('a')), post(D, deployment('b')), del('/api/v1/namespaces/NS/secrets/a')]),
  quotaCase('services', { services: '2', 'services.nodeports': '1', 'services.loadbalancers': '0' }, [post('/api/v1/namespaces/NS/services', service('a', { type: 'NodePort', ports: [{ port: 1, name: 'a' }, { port: 2, name: 'b' }] })), post('/api/v1/namespaces/NS/services', service('b', { type: 'LoadBalancer' })), post('/api/v1/namespaces/NS/services', service('c')), patch('merge', '/api/v1/namespaces/NS/services/c', { spec: { type: 'NodePort' } }), patch('merge', '/api/v1/namespaces/NS/services/c', { spec: { type: 'LoadBalancer' } })]),
  quotaCase('storage', { 'requests.storage': '2Gi', 'gold.storageclass.storage.k8s.io/requests.storage': '1Gi', persistentvolumeclaims: '5' }, [post(PVCS, claim('a', '3Gi')), post(PVCS, claim('b', '1.5Gi', { storageClassName: 'gold' })), post(PVCS, claim('c', '1Gi', { storageClassName: 'gold' })), post(PVCS, claim('d', '1Gi', { storageClassName: 'tin' })), post(PVCS, claim('e', '1', { storageClassName: 'tin' }))]),
]

const security: readonly Case[] = [
  { name: 'pod security: baseline', steps: [labels({ enforce: 'baseline' }), post(PODS, pod('a', { hostNetwork: true, hostPID: true, volumes: [{ name: 'v', hostPath: { path: '/x' } }] })), post(PODS, pod('b', { containers: [{ name: 'x', image: 'y', ports: [{ containerPort: 80, hostPort: 80 }], securityContext: { capabilities: { add: ['BPF', 'CHOWN'] }, seLinuxOptions: { user: 'u', type: 't' }, seccompProfile: { type: 'Unconfined' }, appArmorProfile: { type: 'Unconfined' } } }] })), post(PODS, pod('c')), post(D, deployment('d', { template: { metadata: { labels: { app: 'd' } }, spec: { hostIPC: true, containers: [{ name: 'a', image: 'b' }] } } })), post(PODS, pod('e', { securityContext: { sysctls: [{ name: 'kernel.x', value: '1' }] } }))] },
  { name: 'pod security: restricted', steps: [labels({ enforce: 'restricted', 'enforce-version': 'v1.24' }), post(PODS, pod('a')), post(PODS, pod('b', { securityContext: { runAsNonRoot: true, runAsUser: 0, seccompProfile: { type: 'RuntimeDefault' } }, containers: [{ name: 'x', image: 'y', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } } }] })), post(PODS, pod('c', { volumes: [{ name: 'v', nfs: { server: 'a', path: '/b' } }, { name: 'w', hostPath: { path: '/x' } }] }))] },
  { name: 'pod security: warn', steps: [labels({ warn: 'restricted', audit: 'baseline' }), post(PODS, pod('a')), post(D, deployment('d')), patch('merge', `${PODS}/a`, { metadata: { labels: { a: 'b' } } }), patch('strategic', `${PODS}/a`, { spec: { containers: [{ name: 'web', image: 'other' }] } })] },
  { name: 'pod security: namespaces', steps: [post(PODS, pod('a', { hostNetwork: true })), post(PODS, pod('b', { hostNetwork: true })), post(PODS, pod('c')), labels({ enforce: 'baseline' }), labels({ enforce: 'restricted' }), labels({ enforce: 'privileged' }), labels({ enforce: 'none' }), labels({ 'warn-version': '1.2' }), labels({ enforce: 'restricted', 'enforce-version': 'v1.5' }), post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'wrong', labels: { [`${PS}audit`]: 'x', [`${PS}enforce-version`]: 'y' } } })] },
]

const others: readonly Case[] = [
  { name: 'admission: nodes', steps: [post('/api/v1/nodes?dryRun=All', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } }), post('/api/v1/nodes?dryRun=All', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }, { key: 'a', effect: 'NoExecute' }] } })] },
  { name: 'admission: protection', steps: [post('/api/v1/persistentvolumes?dryRun=All', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } } }), post('/apis/storage.k8s.io/v1/volumeattributesclasses?dryRun=All', { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttributesClass', metadata: { name: 'v', finalizers: ['a.b/c'] }, driverName: 'a.b', parameters: { a: 'b' } }), post(PVCS, claim('a', '1Gi')), del(`${PVCS}/a`), get(`${PVCS}/a`), patch('merge', `${PVCS}/a`, { metadata: { finalizers: null } })] },
  { name: 'admission: claims grow', steps: [post(PVCS, claim('a', '1Gi', { storageClassName: 'absent', volumeName: 'v' })), patch('merge', `${PVCS}/a`, { spec: { resources: { requests: { storage: '2Gi' } } } }), patch('merge', `${PVCS}/a/status`, { status: { phase: 'Bound' } }), patch('merge', `${PVCS}/a`, { spec: { resources: { requests: { storage: '2Gi' } } } }), patch('merge', `${PVCS}/a`, { spec: { resources: { requests: { storage: '1Mi' } } } })] },
]

export const admission: readonly Case[] = [...limitCases, ...quotaCases, ...security, ...others]
