import { expect, test } from 'bun:test'
import type { Endpoints, EndpointSubset } from '../../../src/resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../../src/resources/generated/discovery.gen.ts'
import { endpointSliceMirroring } from '../../../src/reconcilers/controllers/endpointslice-mirroring.ts'
import { service } from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

const MIRROR = endpointSliceMirroring()
const slices = (cluster: TestCluster): EndpointSlice[] =>
  cluster.view.list<EndpointSlice>('endpointslices.discovery.k8s.io')

const endpoints = (subsets: EndpointSubset[], metadata: Partial<Endpoints['metadata']> = {}): Endpoints => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 'web', namespace: 'default', ...metadata },
  subsets,
})

function withoutSelector(): TestCluster {
  const cluster = new TestCluster(steppedClock())
  const own = service('web')
  delete own.spec!.selector
  cluster.add(own)
  return cluster
}

const PORTS = [{ name: 'http', port: 80, protocol: 'TCP' }]

test('hand-made Endpoints are shown, family by family', () => {
  const cluster = withoutSelector()
  cluster.add(
    endpoints(
      [
        {
          addresses: [{ ip: '10.0.0.1', nodeName: 'n', hostname: 'h' }, { ip: 'fd00::1' }],
          notReadyAddresses: [{ ip: '10.0.0.2' }],
          ports: PORTS,
        },
      ],
      {
        labels: { team: 'a' },
        annotations: { keep: 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
      },
    ),
  )
  cluster.settle([MIRROR])
  const [v4, v6] = slices(cluster).sort((a, b) => (a.addressType < b.addressType ? -1 : 1))
  expect(slices(cluster)).toHaveLength(2)
  expect(v4).toMatchObject({
    addressType: 'IPv4',
    metadata: {
      generateName: 'web-',
      annotations: { keep: 'x' },
      labels: {
        team: 'a',
        'kubernetes.io/service-name': 'web',
        'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
      },
      ownerReferences: [{ kind: 'Endpoints', name: 'web', controller: true }],
    },
    ports: PORTS,
    endpoints: [
      { addresses: ['10.0.0.1'], conditions: { ready: true }, nodeName: 'n', hostname: 'h' },
      { addresses: ['10.0.0.2'], conditions: { ready: false } },
    ],
  })
  expect(v4!.metadata.annotations).toEqual({ keep: 'x' })
  expect(v6).toMatchObject({ addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'] }] })
})

test('a change is written into the slice that is there, also when its ports change', () => {
  const cluster = withoutSelector()
  cluster.add(endpoints([{ addresses: [{ ip: '10.0.0.1' }], ports: PORTS }]))
  cluster.settle([MIRROR])
  const [first] = slices(cluster)
  const current = cluster.view.get<Endpoints>('endpoints', 'default', 'web')!
  const subsets = [{ addresses: [{ ip: '10.0.0.9' }], ports: [{ name: 'http', port: 81, protocol: 'TCP' }] }]
  cluster.apply({
    verb: 'update', resource: 'endpoints', namespace: 'default', name: 'web',
    object: { ...current, subsets } as Endpoints, why: 'test',
  })
  cluster.settle([MIRROR])
  expect(slices(cluster)).toMatchObject([
    { metadata: { name: first!.metadata.name }, endpoints: [{ addresses: ['10.0.0.9'] }], ports: [{ port: 81 }] },
  ])
})

test.each([
  ['a label says no', { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }],
  ['it is a lock', { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }],
])('nothing is mirrored when %s', (_why, metadata) => {
  const cluster = withoutSelector()
  cluster.add(endpoints([{ addresses: [{ ip: '10.0.0.1' }], ports: PORTS }], metadata))
  cluster.settle([MIRROR])
  expect(slices(cluster)).toEqual([])
})

test('slices go with their Endpoints, and when the Service selects', () => {
  const cluster = withoutSelector()
  cluster.add(endpoints([{ addresses: [{ ip: '10.0.0.1' }], ports: PORTS }]))
  cluster.settle([MIRROR])
  expect(slices(cluster)).toHaveLength(1)
  cluster.apply({
    verb: 'delete', resource: 'endpoints', namespace: 'default', name: 'web', options: {}, why: 'test',
  })
  cluster.settle([MIRROR])
  expect(slices(cluster)).toEqual([])
})

test('what is no address is left out and told', () => {
  const cluster = withoutSelector()
  cluster.add(endpoints([{ addresses: [{ ip: '10.0.0.1' }, { ip: 'name' }], ports: PORTS }]))
  cluster.settle([MIRROR])
  expect(slices(cluster)[0]!.endpoints).toHaveLength(1)
  expect(cluster.notes.map(({ reason }) => reason)).toEqual(['InvalidIPAddress'])
})
