import { expect, test } from 'bun:test'
import type { KubeObject } from '../../../src/meta/object.ts'
import type { IPAddress, ServiceCIDR } from '../../../src/resources/generated/networking.gen.ts'
import { ipAddressController } from '../../../src/reconcilers/controllers/ip-address.ts'
import { serviceCidrController } from '../../../src/reconcilers/controllers/service-cidr.ts'
import { service } from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock, type SteppedClock } from '../../support/stepped-clock.ts'

const BOTH = [serviceCidrController('10.96.0.0/16'), ipAddressController()]
const RANGES = 'servicecidrs.networking.k8s.io'
const ADDRESSES = 'ipaddresses.networking.k8s.io'

const range = (name: string, ...cidrs: string[]): ServiceCIDR => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name }, spec: { cidrs },
})
const holding = (name: string, ip: string): KubeObject => {
  const object = service(name)
  object.spec = { ...object.spec, clusterIP: ip, clusterIPs: [ip] }
  return object
}
const addresses = (cluster: TestCluster): string[] =>
  cluster.view
    .list<IPAddress>(ADDRESSES)
    .map(({ metadata, spec }) => `${metadata.name}=${spec?.parentRef?.name}`)
    .sort()

function settled(clock: SteppedClock, ...objects: KubeObject[]): TestCluster {
  const cluster = new TestCluster(clock)
  for (const object of objects) cluster.add(object)
  cluster.settle(BOTH)
  return cluster
}

const remove = (cluster: TestCluster, resource: string, name: string, namespace = ''): void => {
  cluster.apply({ verb: 'delete', resource, namespace, name, options: {}, why: 'test' })
  cluster.settle(BOTH)
}

test('the range of the cluster is there and ready, and comes back', () => {
  const cluster = settled(steppedClock())
  const wanted = {
    metadata: { name: 'kubernetes', finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
    spec: { cidrs: ['10.96.0.0/16'] },
    status: {
      conditions: [{ type: 'Ready', status: 'True', reason: '', message: 'Kubernetes default Service CIDR is ready' }],
    },
  }
  expect(cluster.view.list<ServiceCIDR>(RANGES)).toMatchObject([wanted])
})

test('a range goes ten seconds after its last address', async () => {
  const clock = steppedClock()
  const cluster = settled(clock, range('extra', '10.200.0.0/24'), holding('a', '10.200.0.9'), holding('b', '10.96.0.9'))
  expect(addresses(cluster)).toEqual(['10.200.0.9=a', '10.96.0.9=b'])
  remove(cluster, RANGES, 'extra')
  expect(cluster.view.get<ServiceCIDR>(RANGES, '', 'extra')!.status!.conditions).toMatchObject([
    { type: 'Ready', status: 'False', reason: 'Terminating' },
  ])
  remove(cluster, 'services', 'a', 'default')
  expect(addresses(cluster)).toEqual(['10.96.0.9=b'])
  expect(cluster.view.get(RANGES, '', 'extra')).toBeDefined()
  await clock.step(10_001)
  for (const reconciler of BOTH) cluster.reconcile(reconciler, 'extra')
  expect(cluster.view.get(RANGES, '', 'extra')).toBeUndefined()
})

test('a range within another goes with its addresses', async () => {
  const clock = steppedClock()
  const cluster = settled(clock, range('part', '10.96.4.0/24'), holding('a', '10.96.4.9'))
  remove(cluster, RANGES, 'part')
  await clock.step(10_001)
  cluster.reconcile(BOTH[0]!, 'part')
  expect(cluster.view.get(RANGES, '', 'part')).toBeUndefined()
})

test('an address has an object while a Service holds it, and only then', () => {
  const cluster = settled(steppedClock(), holding('a', '10.96.0.9'), holding('none', 'None'))
  expect(cluster.view.list<IPAddress>(ADDRESSES)).toMatchObject([
    {
      metadata: {
        name: '10.96.0.9',
        labels: { 'ipaddress.kubernetes.io/ip-family': 'IPv4', 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' },
      },
      spec: { parentRef: { resource: 'services', namespace: 'default', name: 'a' } },
    },
  ])
  remove(cluster, ADDRESSES, '10.96.0.9')
  expect(addresses(cluster)).toEqual(['10.96.0.9=a'])
  remove(cluster, 'services', 'a', 'default')
  expect(addresses(cluster)).toEqual([])
})

test('what people made themselves is left alone', () => {
  const own = {
    apiVersion: 'networking.k8s.io/v1', kind: 'IPAddress', metadata: { name: '192.168.6.7' },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'gone' } },
  } as IPAddress
  expect(addresses(settled(steppedClock(), own))).toEqual(['192.168.6.7=gone'])
})
