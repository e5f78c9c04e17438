import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Endpoints, Pod, Service } from '../../../src/resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../../src/resources/generated/discovery.gen.ts'
import { endpointsController } from '../../../src/reconcilers/controllers/endpoints.ts'
import { endpointSliceController } from '../../../src/reconcilers/controllers/endpointslice.ts'
import { packSubsets, truncated } from '../../../src/reconcilers/controllers/endpoints-subsets.ts'
import { container, makeReady, node, pod, service, servicePort } from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

const BOTH = [endpointsController(), endpointSliceController()]
const slices = (cluster: TestCluster) =>
  cluster.view.list<EndpointSlice>('endpointslices.discovery.k8s.io')
const endpoints = (cluster: TestCluster) =>
  cluster.view.get<Endpoints>('endpoints', 'default', 'web')

function serving(of: Service, ...pods: Pod[]): TestCluster {
  const cluster = new TestCluster(steppedClock())
  cluster.add(node('node-1', { metadata: { labels: { 'topology.kubernetes.io/zone': 'z' } } }))
  cluster.add(of)
  pods.forEach((each) => cluster.add(each))
  cluster.settle(BOTH)
  return cluster
}

const web = (name: string, extra: Partial<Pod> & { ip?: string; ready?: boolean } = {}): Pod =>
  pod(name, {
    ...extra,
    metadata: { labels: { app: 'web' }, ...extra.metadata },
    spec: { containers: [container()], nodeName: 'node-1', ...extra.spec },
    status: {
      phase: 'Running',
      podIP: extra.ip ?? '10.1.0.1',
      podIPs: [{ ip: extra.ip ?? '10.1.0.1' }],
      conditions: [
        {
          type: 'Ready',
          status: extra.ready === false ? 'False' : 'True',
          lastTransitionTime: '2025-12-31T00:00:00Z',
        },
      ],
      ...extra.status,
    },
  })

describe('Endpoints and EndpointSlices', () => {
  test('ready pods behind their ports, with who they are and where', () => {
    const cluster = serving(
      service('web', {}, { labels: { team: 'a' } }),
      web('a'),
      web('b', { ip: '10.1.0.2', ready: false }),
    )
    const targetRef = { kind: 'Pod', namespace: 'default', name: 'a' }
    expect(endpoints(cluster)).toMatchObject({
      metadata: {
        labels: { team: 'a', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
        annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' },
      },
      subsets: [
        {
          addresses: [{ ip: '10.1.0.1', nodeName: 'node-1', targetRef }],
          notReadyAddresses: [{ ip: '10.1.0.2' }],
          ports: [{ port: 80, protocol: 'TCP' }],
        },
      ],
    })
    expect(slices(cluster)).toMatchObject([
      {
        metadata: {
          generateName: 'web-',
          labels: {
            team: 'a',
            'kubernetes.io/service-name': 'web',
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          },
          ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', controller: true }],
        },
        addressType: 'IPv4',
        ports: [{ name: '', port: 80, protocol: 'TCP' }],
        endpoints: [
          {
            addresses: ['10.1.0.1'],
            conditions: { ready: true, serving: true, terminating: false },
            nodeName: 'node-1',
            zone: 'z',
            targetRef,
          },
          {
            addresses: ['10.1.0.2'],
            conditions: { ready: false, serving: false, terminating: false },
          },
        ],
      },
    ])
  })

  test('a pod that ends still serves in slices, not in Endpoints', () => {
    const ending = web('a', {
      metadata: { labels: { app: 'web' }, deletionTimestamp: '2026-01-01T00:00:30Z' },
    })
    const cluster = serving(service('web'), ending)
    expect(endpoints(cluster)?.subsets).toEqual([])
    expect(slices(cluster)[0]!.endpoints).toMatchObject([
      { conditions: { ready: false, serving: true, terminating: true } },
    ])
  })

  test('publishNotReadyAddresses: all count as ready', () => {
    const cluster = serving(
      service('web', { publishNotReadyAddresses: true }),
      web('a', { ready: false }),
    )
    expect(endpoints(cluster)?.subsets).toMatchObject([{ addresses: [{ ip: '10.1.0.1' }] }])
    expect(slices(cluster)[0]!.endpoints).toMatchObject([
      { conditions: { ready: true, serving: false } },
    ])
  })

  test('named target ports are looked up in each pod: pods of other numbers get another slice', () => {
    const named = (port: number) => ({
      containers: [
        container('nginx', { ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }] }),
      ],
      nodeName: 'node-1',
    })
    const cluster = serving(
      service('web', { ports: [servicePort(80, { name: 'http', targetPort: 'http' })] }),
      web('a', { spec: named(8080) }),
      web('b', { ip: '10.1.0.2', spec: named(9090) }),
    )
    expect(slices(cluster).map((slice) => slice.ports)).toEqual([
      [{ name: 'http', protocol: 'TCP', port: 8080 }],
      [{ name: 'http', protocol: 'TCP', port: 9090 }],
    ])
    expect(endpoints(cluster)?.subsets).toMatchObject([
      { addresses: [{ ip: '10.1.0.1' }], ports: [{ name: 'http', port: 8080 }] },
      { addresses: [{ ip: '10.1.0.2' }], ports: [{ name: 'http', port: 9090 }] },
    ])
  })

  test('headless without ports; hostnames of pods that name it as their domain', () => {
    const host = {
      containers: [container()],
      nodeName: 'node-1',
      hostname: 'db-0',
      subdomain: 'web',
    }
    const cluster = serving(
      service('web', { clusterIP: 'None', ports: [] }),
      web('a', { spec: host }),
    )
    expect(endpoints(cluster)).toMatchObject({
      metadata: { labels: { 'service.kubernetes.io/headless': '' } },
      subsets: [{ addresses: [{ ip: '10.1.0.1', hostname: 'db-0' }] }],
    })
    expect(endpoints(cluster)?.subsets?.[0]).not.toHaveProperty('ports')
    expect(slices(cluster)[0]).toMatchObject({
      metadata: { labels: { 'service.kubernetes.io/headless': '' } },
      ports: [],
      endpoints: [{ hostname: 'db-0' }],
    })
  })

  test('no pods: empty Endpoints and one empty slice, written once', () => {
    const cluster = serving(service('web'))
    expect(endpoints(cluster)?.subsets).toEqual([])
    expect(slices(cluster)).toMatchObject([{ ports: [], endpoints: [] }])
    const first = slices(cluster)[0]!.metadata.name
    const late = cluster.add(web('a'))
    cluster.settle(BOTH)
    // The empty slice becomes the first real one.
    expect(slices(cluster)).toMatchObject([
      { metadata: { name: first }, endpoints: [{ addresses: ['10.1.0.1'] }] },
    ])
    cluster.remove(late)
    cluster.settle(BOTH)
    expect(slices(cluster).length).toBe(1)
    expect(slices(cluster)[0]!.endpoints).toEqual([])
  })

  test('Services without a selector, and ExternalNames, are left alone', () => {
    const cluster = serving(service('web', { selector: undefined }))
    expect([endpoints(cluster), ...slices(cluster)]).toEqual([undefined])
    const external = serving(service('web', { type: 'ExternalName' }), web('a'))
    expect([endpoints(external), ...slices(external)]).toEqual([undefined])
  })

  test('Endpoints go with their Service, others stay', () => {
    const cluster = serving(service('web'), web('a'))
    cluster.add({
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'mine', namespace: 'default' },
    })
    cluster.remove(cluster.view.get('services', 'default', 'web')!)
    cluster.settle(BOTH)
    expect(cluster.view.list('endpoints').map((e) => e.metadata.name)).toEqual(['mine'])
  })

  test('a pod of an unknown node is left out of slices, and looked at again', () => {
    const cluster = serving(
      service('web'),
      web('a', { spec: { containers: [], nodeName: 'nowhere' } }),
    )
    expect(slices(cluster)[0]!.endpoints).toEqual([])
    expect(BOTH[1]!.reconcile('default/web', cluster.view, 0)).toEqual({
      commands: [],
      requeueAfterMs: 5_000,
    })
  })

  test('the trigger time is when the changed pod became what it is; a loss has none', () => {
    const cluster = serving(service('web'), web('a'))
    const time = () =>
      slices(cluster)[0]!.metadata.annotations?.['endpoints.kubernetes.io/last-change-trigger-time']
    expect(time()).toBe('2026-01-01T00:00:00Z')
    const b = cluster.add(web('b', { ip: '10.1.0.2', ready: false }))
    cluster.settle(BOTH)
    makeReady(cluster, b, 60)
    cluster.settle(BOTH)
    expect(time()).toBe('2025-12-31T23:59:00Z')
    cluster.remove(b)
    cluster.settle(BOTH)
    expect(time()).toBeUndefined()
  })

  test('250 pods fill three slices; one more is one write, one less too', () => {
    const cluster = new TestCluster()
    cluster.add(node('node-1'))
    cluster.add(service('web'))
    for (let i = 0; i < 250; i++) cluster.add(web(`p${i}`, { ip: `10.1.${i >> 8}.${i & 255}` }))
    cluster.settle(BOTH)
    expect(
      slices(cluster)
        .map((s) => s.endpoints!.length)
        .sort(),
    ).toEqual([100, 100, 50])
    const count = () => cluster.log.filter((c) => c.resource.startsWith('endpointslices')).length
    let before = count()
    const extra = cluster.add(web('extra', { ip: '10.2.0.1' }))
    cluster.settle(BOTH)
    expect(count() - before).toBe(1)
    before = count()
    cluster.remove(extra)
    cluster.settle(BOTH)
    expect(count() - before).toBe(1)
    expect(
      slices(cluster)
        .map((s) => s.endpoints!.length)
        .sort(),
    ).toEqual([100, 100, 50])
  })

  test('labels of the Service reach the slices', () => {
    const cluster = serving(service('web'), web('a'))
    cluster.edit(service('web'), (copy) => (copy.metadata.labels = { a: 'b' }))
    cluster.settle(BOTH)
    expect(slices(cluster)[0]!.metadata.labels).toMatchObject({ a: 'b' })
    expect(endpoints(cluster)!.metadata.labels).toMatchObject({ a: 'b' })
  })

  test('watches: what no endpoint is made of leads nowhere', () => {
    const cluster = serving(service('web'))
    const watch = BOTH[0]!.watches[2]!
    const before = web('a')
    const keys = (after: Pod) =>
      watch.keysOf(
        {
          resource: 'pods',
          namespace: 'default',
          name: 'a',
          revision: 1,
          before: () => before,
          after: () => after,
        },
        cluster.view,
      )
    expect(keys({ ...before, metadata: { ...before.metadata, annotations: { x: 'y' } } })).toEqual(
      [],
    )
    expect(keys(web('a', { ready: false }))).toEqual(['default/web'])
    expect(keys(web('a', { metadata: { labels: { app: 'other' } } }))).toEqual(['default/web'])
  })
})

test('more than 1,000 addresses are cut, ready ones first', () => {
  const items = Array.from({ length: 1_500 }, (_, i) => ({
    address: { ip: `10.0.${i >> 8}.${i & 255}` },
    port: { port: i % 2 === 0 ? 80 : 81 },
    ready: i < 900,
  }))
  const cut = truncated(packSubsets(items))!
  const sum = (list: 'addresses' | 'notReadyAddresses') =>
    cut.reduce((n, s) => n + (s[list]?.length ?? 0), 0)
  expect([sum('addresses'), sum('notReadyAddresses')]).toEqual([900, 100])
  expect(truncated(packSubsets(items.slice(0, 1_000)))).toBeUndefined()
})

test('whatever the pods do, slices hold each serving address once and then nothing is wanted', () => {
  const pick = fc.record({ at: fc.nat(250), do: fc.constantFrom('add', 'add', 'remove', 'flip') })
  fc.assert(
    fc.property(fc.array(fc.array(pick, { maxLength: 60 }), { maxLength: 4 }), (batches) => {
      const cluster = serving(service('web'))
      for (const batch of batches) {
        for (const { at, do: what } of batch) {
          const found = cluster.view.get<Pod>('pods', 'default', `p${at}`)
          if (what === 'add' && !found) cluster.add(web(`p${at}`, { ip: `10.1.1.${at}` }))
          if (what === 'remove' && found) cluster.remove(found)
          if (what === 'flip' && found)
            cluster.edit(found, (copy) => (copy.status!.conditions![0]!.status = 'False'))
        }
        cluster.settle(BOTH)
        const all = slices(cluster).flatMap((slice) => slice.endpoints ?? [])
        const addresses = all.flatMap((e) => e.addresses).sort()
        expect(addresses).toEqual(
          cluster.view
            .list<Pod>('pods')
            .map((p) => p.status!.podIP!)
            .sort(),
        )
        expect(slices(cluster).every((slice) => slice.endpoints!.length <= 100)).toBe(true)
      }
    }),
    { numRuns: 30 },
  )
})
