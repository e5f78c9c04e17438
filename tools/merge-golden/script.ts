/** Sequences with a point of their own; the oracle plays them. See main.go. */
const meta = (extra: { annotations?: object } = {}) => ({
  name: 'n',
  namespace: 'default',
  ...extra,
})
const cm = (
  data: object | undefined,
  extra: { annotations?: object; [key: string]: unknown } = {},
) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta(extra), ...(data && { data }) })
const dep = (spec: object, extra: { annotations?: object; [key: string]: unknown } = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta(extra),
  spec,
})
const LAST = 'kubectl.kubernetes.io/last-applied-configuration'
interface Sent {
  metadata: { annotations?: object }
  spec: object
}

const csa = <T extends Sent>(o: T) => ({
  ...o,
  metadata: {
    ...o.metadata,
    annotations: { ...o.metadata.annotations, [LAST]: JSON.stringify(o) + '\n' },
  },
})
const tmpl = (...containers: object[]) => ({
  metadata: { labels: { app: 'a' } },
  spec: { containers },
})
const sel = { selector: { matchLabels: { app: 'a' } } }
const c = (name: string, extra: object = {}) => ({ name, image: 'nginx', ...extra })
const full = dep({ replicas: 1, ...sel, template: tmpl(c('web')) })
const bad = (name: string, spec: object) => ({
  name,
  kind: 'Deployment',
  steps: [{ op: 'apply', manager: 'm', object: dep(spec) }],
})
const out = [
  {
    name: 'twelve updaters share an entry',
    kind: 'ConfigMap',
    steps: [...Array(14).keys()].map((i) => ({
      op: i === 0 ? 'create' : 'update',
      manager: `m${i}`,
      object: cm(Object.fromEntries([...Array(i + 1).keys()].map((k) => [`k${k}`, 'v']))),
    })),
  },
  {
    name: 'kubectl moves from client-side apply',
    kind: 'Deployment',
    steps: [
      { op: 'create', manager: 'kubectl-client-side-apply', object: csa(full) },
      {
        op: 'apply',
        manager: 'kubectl',
        object: dep({ replicas: 3, ...sel, template: tmpl(c('web', { image: 'nginx:2' })) }),
      },
    ],
  },
  {
    name: 'kubectl still conflicts where the live value moved on',
    kind: 'Deployment',
    steps: [
      { op: 'create', manager: 'kubectl-client-side-apply', object: csa(full) },
      {
        op: 'update',
        manager: 'hpa',
        object: { ...csa(full), spec: { ...full.spec, replicas: 5 } },
      },
      {
        op: 'apply',
        manager: 'kubectl',
        object: dep({ replicas: 3, ...sel, template: tmpl(c('web', { image: 'nginx:2' })) }),
      },
    ],
  },
  {
    name: 'another name does not take over',
    kind: 'Deployment',
    steps: [
      { op: 'create', manager: 'kubectl-client-side-apply', object: csa(full) },
      {
        op: 'apply',
        manager: 'flux',
        object: dep({ replicas: 3, ...sel, template: tmpl(c('web', { image: 'nginx:2' })) }),
      },
      {
        op: 'apply',
        manager: 'flux',
        force: true,
        object: dep({ replicas: 3, ...sel, template: tmpl(c('web', { image: 'nginx:2' })) }),
      },
    ],
  },
  {
    name: 'an untracked object gets before-first-apply',
    kind: 'ConfigMap',
    steps: [
      { op: 'create', manager: 'm', object: cm({ a: '1', b: '2' }) },
      { op: 'update', manager: 'm', forget: true, object: cm({ a: '1', b: '2', c: '3' }) },
      { op: 'apply', manager: 'x', object: cm({ a: '1', d: '4' }) },
      { op: 'apply', manager: 'x', object: cm({ d: '4' }) },
      { op: 'apply', manager: 'y', object: cm({ b: '5' }) },
    ],
  },
  {
    name: 'clients reset and replace managed fields',
    kind: 'ConfigMap',
    steps: [
      { op: 'create', manager: 'm', object: cm({ a: '1' }) },
      {
        op: 'update',
        manager: 'n',
        object: cm({ a: '1', b: '2' }),
        sent: [
          {
            manager: 'own',
            operation: 'Update',
            apiVersion: 'v1',
            time: '2020-01-01T00:00:00Z',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:data': { 'f:a': {}, '.': {} } },
          },
        ],
      },
      {
        op: 'update',
        manager: 'n',
        object: cm({ a: '1', b: '3' }),
        sent: [{ manager: 'bad', operation: 'Odd', apiVersion: 'v1' }],
      },
      { op: 'update', manager: 'n', object: cm({ a: '1', b: '4' }), sent: [] },
      { op: 'update', manager: 'n', object: cm({ a: '1', b: '5' }) },
    ],
  },
  {
    name: 'applying what is there',
    kind: 'ConfigMap',
    steps: [
      { op: 'create', manager: 'm', object: cm({ a: '1' }) },
      { op: 'apply', manager: 'x', object: cm({ a: '1' }) },
      { op: 'apply', manager: 'x', object: cm({ a: '1' }) },
      { op: 'apply', manager: 'x', object: cm(undefined) },
    ],
  },
  {
    name: 'lists keep the live order except where applied',
    kind: 'Deployment',
    steps: [
      {
        op: 'create',
        manager: 'm',
        object: dep({ ...sel, template: tmpl(c('a'), c('b'), c('c')) }),
      },
      {
        op: 'apply',
        manager: 'x',
        force: true,
        object: dep({ template: { spec: { containers: [c('c'), c('z'), c('a')] } } }),
      },
      { op: 'apply', manager: 'x', object: dep({ template: { spec: { containers: [c('z')] } } }) },
    ],
  },
  {
    name: 'status by subresource',
    kind: 'Node',
    steps: [
      {
        op: 'create',
        manager: 'm',
        object: {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: 'n' },
          spec: {},
          status: { phase: 'x' },
        },
      },
      {
        op: 'update',
        manager: 'kubelet',
        sub: 'status',
        object: {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: 'n' },
          spec: { podCIDR: '10.0.0.0/24' },
          status: { phase: 'y', conditions: [{ type: 'Ready', status: 'True' }] },
        },
      },
      {
        op: 'apply',
        manager: 'kubelet',
        sub: 'status',
        object: {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: 'n' },
          spec: { podCIDR: '10.0.1.0/24' },
          status: { conditions: [{ type: 'Ready', status: 'False' }] },
        },
      },
      {
        op: 'apply',
        manager: 'other',
        sub: 'status',
        object: {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: 'n' },
          status: {
            conditions: [
              { type: 'Ready', status: 'Unknown' },
              { type: 'Disk', status: 'True' },
            ],
          },
        },
      },
    ],
  },
  {
    name: 'atomic parts change hands as a whole',
    kind: 'Service',
    steps: [
      {
        op: 'create',
        manager: 'm',
        object: {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: meta(),
          spec: { selector: { app: 'a' }, ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] },
        },
      },
      {
        op: 'apply',
        manager: 'x',
        object: {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: meta(),
          spec: { selector: { app: 'b' }, ports: [{ port: 80, targetPort: 81 }] },
        },
      },
      {
        op: 'apply',
        manager: 'x',
        force: true,
        object: {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: meta(),
          spec: {
            selector: { app: 'b' },
            ports: [
              { port: 80, targetPort: 81 },
              { port: 53, protocol: 'UDP' },
            ],
          },
        },
      },
      {
        op: 'update',
        manager: 'm',
        object: {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: meta(),
          spec: {
            selector: { app: 'b', tier: 'c' },
            ports: [
              { port: 80, protocol: 'TCP', targetPort: 81 },
              { port: 53, protocol: 'UDP', targetPort: 0 },
            ],
          },
        },
      },
    ],
  },
  bad('unknown field', { odd: 1 }),
  bad('unknown deep', { template: { spec: { containers: [{ name: 'a', odd: 1 }] } } }),
  bad('wrong type number', { replicas: 'x' }),
  bad('wrong type bool', { paused: 'x' }),
  bad('wrong type string', { template: { spec: { hostname: 5 } } }),
  bad('wrong type string map', { template: { spec: { hostname: { a: ['x', null, true, 1.5] } } } }),
  bad('wrong type map', { template: 'x' }),
  bad('wrong type list', { template: { spec: { containers: { a: 1 } } } }),
  bad('missing key', { template: { spec: { containers: [{ image: 'x' }] } } }),
  bad('null element', { template: { spec: { containers: [null] } } }),
  bad('scalar element', { template: { spec: { containers: ['a'] } } }),
  bad('duplicate element', { template: { spec: { containers: [c('a'), c('a')] } } }),
  bad('duplicate port', {
    template: {
      spec: {
        containers: [
          c('a', { ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }] }),
        ],
      },
    },
  }),
  bad('time is any scalar', { template: { metadata: { creationTimestamp: { a: 1 } } } }),
  {
    name: 'duplicate in a set',
    kind: 'ConfigMap',
    steps: [{ op: 'apply', manager: 'm', object: cm({ a: 'b' }, { finalizers: ['x', 'x'] }) }],
  },
  {
    name: 'map in a set',
    kind: 'ConfigMap',
    steps: [{ op: 'apply', manager: 'm', object: cm({ a: 'b' }, { finalizers: [{}] }) }],
  },
  {
    name: 'null in a set',
    kind: 'ConfigMap',
    steps: [{ op: 'apply', manager: 'm', object: cm({ a: 'b' }, { finalizers: [null] }) }],
  },
  {
    name: 'wrong kind',
    kind: 'ConfigMap',
    steps: [{ op: 'apply', manager: 'm', object: { ...cm({}), kind: 'Pod' } }],
  },
  {
    name: 'wrong version',
    kind: 'Deployment',
    steps: [{ op: 'apply', manager: 'm', object: { ...dep({}), apiVersion: 'apps/v1beta1' } }],
  },
  {
    name: 'managed fields in the configuration',
    kind: 'ConfigMap',
    steps: [{ op: 'apply', manager: 'm', object: cm({ a: 'b' }, { managedFields: [] }) }],
  },
  {
    name: 'two errors',
    kind: 'Deployment',
    steps: [
      {
        op: 'apply',
        manager: 'm',
        object: dep({ template: { spec: { containers: [c('a', { stdin: 1 }), c('a')] } } }),
      },
    ],
  },
]
console.log(JSON.stringify(out))
