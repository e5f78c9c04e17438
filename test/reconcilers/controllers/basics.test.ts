import { expect, test } from 'bun:test'
import type {
  ConfigMap,
  Endpoints,
  Service,
  ServiceAccount,
} from '../../../src/resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../../src/resources/generated/discovery.gen.ts'
import { kubernetesService } from '../../../src/reconcilers/controllers/kubernetes-service.ts'
import { rootCaPublisher } from '../../../src/reconcilers/controllers/root-ca.ts'
import { serviceAccountController } from '../../../src/reconcilers/controllers/serviceaccount.ts'
import { systemNamespaces } from '../../../src/reconcilers/controllers/system-namespaces.ts'
import { namesOf, namespace } from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'

test('the namespaces of every cluster are there, and come back', () => {
  const cluster = new TestCluster()
  cluster.settle([systemNamespaces()])
  const all = ['default', 'kube-node-lease', 'kube-public', 'kube-system']
  expect(namesOf(cluster.view.list('namespaces'))).toEqual(all)
  cluster.remove(cluster.view.get('namespaces', '', 'kube-public')!)
  cluster.settle([systemNamespaces()])
  expect(namesOf(cluster.view.list('namespaces'))).toEqual(all)
})

test('each living namespace has its ServiceAccount', () => {
  const cluster = new TestCluster()
  cluster.add(namespace('a'))
  cluster.add(namespace('b', { deletionTimestamp: '2026-01-01T00:00:00Z' }))
  const controller = serviceAccountController()
  cluster.settle([controller])
  const accounts = () =>
    cluster.view.list<ServiceAccount>('serviceaccounts').map((o) => o.metadata.namespace)
  expect(accounts()).toEqual(['a'])
  cluster.remove(cluster.view.list('serviceaccounts')[0]!)
  cluster.settle([controller])
  expect(accounts()).toEqual(['a'])
})

test('each living namespace has the CA, and only that in it', () => {
  const cluster = new TestCluster()
  cluster.add(namespace('a'))
  const find = () => cluster.view.get<ConfigMap>('configmaps', 'a', 'kube-root-ca.crt')!
  cluster.settle([rootCaPublisher('PEM 1')])
  expect(find().data).toEqual({ 'ca.crt': 'PEM 1' })
  expect(find().metadata.annotations?.['kubernetes.io/description']).toMatch(
    /^Contains a CA bundle/,
  )
  cluster.edit(find(), (copy) => (copy.data = { 'ca.crt': 'mine', more: 'x' }))
  cluster.settle([rootCaPublisher('PEM 2')])
  expect(find().data).toEqual({ 'ca.crt': 'PEM 2' })
})

test('Service, Endpoints and slice kubernetes say where the API is, and follow it', () => {
  const cluster = new TestCluster()
  cluster.settle([kubernetesService({ clusterIP: '10.0.0.1', address: '172.20.0.1', port: 6443 })])
  expect(cluster.log).toEqual([])
  cluster.add(namespace('default'))
  cluster.settle([kubernetesService({ clusterIP: '10.0.0.1', address: '172.20.0.1', port: 6443 })])
  const at = <O extends Service | Endpoints | EndpointSlice>(resource: string) =>
    cluster.view.get<O>(resource, 'default', 'kubernetes')!
  expect(at<Service>('services').spec).toMatchObject({
    clusterIP: '10.0.0.1',
    ports: [{ name: 'https', port: 443, targetPort: 6443 }],
  })
  cluster.settle([kubernetesService({ clusterIP: '10.0.0.1', address: '172.21.0.1', port: 7443 })])
  expect(at<Service>('services').spec?.ports).toMatchObject([{ targetPort: 7443 }])
  expect(at<Endpoints>('endpoints').subsets).toEqual([
    { addresses: [{ ip: '172.21.0.1' }], ports: [{ name: 'https', port: 7443, protocol: 'TCP' }] },
  ])
  expect(at<EndpointSlice>('endpointslices.discovery.k8s.io')).toMatchObject({
    metadata: { labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['172.21.0.1'], conditions: { ready: true } }],
  })
})
