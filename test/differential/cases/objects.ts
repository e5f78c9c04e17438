/** Objects that cases send; each call gives a fresh one. */
export const configMap = (name: string, data: Record<string, string> = { a: 'b' }, more: object = {}) => ({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...more }, data,
})

export const pod = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata },
  spec: { containers: [{ name: 'web', image: 'nginx' }], ...spec },
})

export const deployment = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, ...metadata },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
    ...spec,
  },
})

export const service = (name: string, spec: object = {}) => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
})

const template = (app: string) => ({
  metadata: { labels: { app } }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] },
})

interface Sent {
  kind: string
  apiVersion: string
  metadata: { name: string }
  [field: string]: unknown
}

/** One valid object of every kind of the slice, with its path. */
export const everyKind: readonly (readonly [path: string, object: Sent])[] = [
  ['/api/v1/namespaces/NS/pods', pod('one')],
  ['/api/v1/namespaces/NS/replicationcontrollers', {
    apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'one' }, spec: { replicas: 2, template: template('rc') },
  }],
  ['/apis/apps/v1/namespaces/NS/replicasets', {
    apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'one' },
    spec: { selector: { matchLabels: { app: 'rs' } }, template: template('rs') },
  }],
  ['/apis/apps/v1/namespaces/NS/deployments', deployment('one')],
  ['/api/v1/namespaces/NS/services', service('one')],
  ['/api/v1/namespaces/NS/endpoints', {
    apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'one' },
    subsets: [{ addresses: [{ ip: '10.0.0.2' }, { ip: '10.0.0.1' }], ports: [{ port: 80, name: 'http' }] }],
  }],
  ['/apis/discovery.k8s.io/v1/namespaces/NS/endpointslices', {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'one' }, addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ name: 'http', port: 80 }],
  }],
  ['/api/v1/namespaces/NS/events', {
    apiVersion: 'v1', kind: 'Event', metadata: { name: 'one' }, involvedObject: { kind: 'Pod', namespace: 'NS', name: 'one', apiVersion: 'v1' },
    reason: 'Started', message: 'it began', type: 'Normal', source: { component: 'kubelet', host: 'n' },
    firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:00Z', count: 1,
  }],
  ['/apis/events.k8s.io/v1/namespaces/NS/events', {
    apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { name: 'two' }, eventTime: '2026-01-01T00:00:00.000001Z',
    action: 'Binding', reason: 'Scheduled', note: 'assigned', type: 'Normal', reportingController: 'a.b/c', reportingInstance: 'x',
    regarding: { kind: 'Pod', namespace: 'NS', name: 'one', apiVersion: 'v1' },
  }],
  ['/api/v1/namespaces/NS/configmaps', configMap('one')],
  ['/api/v1/namespaces/NS/secrets', {
    apiVersion: 'v1', kind: 'Secret', metadata: { name: 'one' }, stringData: { a: 'b' }, data: { c: 'ZA==' },
  }],
  ['/api/v1/namespaces/NS/serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'one' } }],
  ['/apis/coordination.k8s.io/v1/namespaces/NS/leases', {
    apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'one' },
    spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: '2026-01-01T00:00:00.000000Z' },
  }],
]
