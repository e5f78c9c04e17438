import { expect, test } from 'bun:test'
import type { KubeObject } from '../../../src/meta/object.ts'
import { priorityOf } from '../../../src/reconcilers/controllers/api-service-priorities.ts'
import { apiServiceRegistration } from '../../../src/reconcilers/controllers/api-service-registration.ts'
import type { APIService } from '../../../src/resources/generated/apiregistration.gen.ts'
import { builtIn } from '../../../src/resources/registry.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

const REGISTRATION = apiServiceRegistration([
  { group: '', version: 'v1' }, { group: 'apps', version: 'v1' }, { group: 'apiregistration.k8s.io', version: 'v1' },
])
const API_SERVICES = 'apiservices.apiregistration.k8s.io'
const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io'

const definition = (...versions: [string, boolean][]): KubeObject =>
  ({
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'foos.example.com' },
    spec: { group: 'example.com', versions: versions.map(([name, served]) => ({ name, served })) },
  }) as unknown as KubeObject

function settled(...objects: KubeObject[]): TestCluster {
  const cluster = new TestCluster(steppedClock())
  for (const object of objects) cluster.add(object)
  cluster.settle([REGISTRATION])
  return cluster
}

const namesIn = (cluster: TestCluster): string[] =>
  cluster.view.list<APIService>(API_SERVICES).map(({ metadata }) => metadata.name!).sort()

test('what klio serves itself is registered, but for the register', () => {
  const cluster = settled()
  expect(namesIn(cluster)).toEqual(['v1.', 'v1.apps'])
  expect(cluster.view.get<APIService>(API_SERVICES, '', 'v1.apps')).toMatchObject({
    metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
    spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 17800, versionPriority: 15 },
  })
})

test('custom versions are registered while they are served', () => {
  const cluster = settled(definition(['v1', true], ['v2', false]))
  expect(namesIn(cluster)).toEqual(['v1.', 'v1.apps', 'v1.example.com'])
  cluster.apply({ verb: 'delete', resource: DEFINITIONS, namespace: '', name: 'foos.example.com', options: {}, why: 'test' })
  cluster.settle([REGISTRATION])
  expect(namesIn(cluster)).toEqual(['v1.', 'v1.apps'])
})

test('what another server answers is its owner\'s', () => {
  const own = {
    apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService',
    metadata: { name: 'v1.wardle.example.com', labels: { 'kube-aggregator.kubernetes.io/automanaged': 'true' } },
    spec: { group: 'wardle.example.com', version: 'v1', service: { namespace: 'a', name: 'b' }, groupPriorityMinimum: 1, versionPriority: 1 },
  } as APIService
  expect(namesIn(settled(own))).toContain('v1.wardle.example.com')
})

test('every group and version that is built in has its place', () => {
  const missing = builtIn
    .flatMap(({ served }) => served)
    .filter(({ group, version }) => group !== 'apiregistration.k8s.io' && !priorityOf(group, version))
    .map(({ group, version }) => `${group}/${version}`)
  expect(missing).toEqual([])
})
