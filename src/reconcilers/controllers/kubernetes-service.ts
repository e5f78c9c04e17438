import type { Command } from '../../commands/command.ts'
import type { KubeObject } from '../../meta/object.ts'
import type { View } from '../../projections/view.ts'
import { equal } from '../../resources/equal.ts'
import type { Endpoints, Service } from '../../resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../resources/generated/discovery.gen.ts'
import { NOTHING, type Reconciler } from '../runtime/reconciler.ts'

const NAMESPACE = 'default'
const NAME = 'kubernetes'
const SLICES = 'endpointslices.discovery.k8s.io'
const SKIP_MIRROR = { 'endpointslice.kubernetes.io/skip-mirror': 'true' }

/** Where clients in the cluster find the API. */
export interface ApiLocation {
  /** Address of the Service: the first of the service range. */
  readonly clusterIP: string
  /** Address that pods can reach; an Endpoints address may not be loopback. */
  readonly address: string
  readonly port: number
}

/**
 * Keeps Service, Endpoints and EndpointSlice `kubernetes`. Source:
 * controlplane/controller/kubernetesservice.
 */
export function kubernetesService(location: ApiLocation): Reconciler {
  const mine = { keysOf: (change: { namespace: string; name: string }) => isMine(change) }
  return {
    name: 'kubernetes-service-controller',
    user: 'system:apiserver',
    startKeys: [`${NAMESPACE}/${NAME}`],
    watches: [
      { resource: 'services', ...mine },
      { resource: 'endpoints', ...mine },
      { resource: SLICES, ...mine },
      {
        resource: 'namespaces',
        keysOf: (change) => (change.name === NAMESPACE ? [`${NAMESPACE}/${NAME}`] : []),
      },
    ],
    reconcile(_key, view) {
      if (!view.get('namespaces', '', NAMESPACE)) return NOTHING
      return {
        commands: [
          ...kept('services', serviceOf(location), view, sameService),
          ...kept('endpoints', endpointsOf(location), view, (a, b) => equal(a.subsets, b.subsets)),
          ...kept(SLICES, sliceOf(location), view, sameSlice),
        ],
      }
    },
  }
}

const isMine = (change: { namespace: string; name: string }): string[] =>
  change.namespace === NAMESPACE && change.name === NAME ? [`${NAMESPACE}/${NAME}`] : []

function kept<O extends KubeObject>(
  resource: string,
  wish: O,
  view: View,
  same: (current: O, wish: O) => boolean,
): Command[] {
  const current = view.get<O>(resource, NAMESPACE, NAME)
  const where = { resource, namespace: NAMESPACE, name: NAME, why: 'where the API is' }
  if (!current) return [{ verb: 'create', ...where, object: wish }]
  if (same(current, wish)) return []
  const labels = { ...current.metadata.labels, ...wish.metadata.labels }
  return [
    {
      verb: 'update',
      ...where,
      object: { ...current, ...wish, metadata: { ...current.metadata, labels } },
    },
  ]
}

const serviceOf = ({ clusterIP, port }: ApiLocation): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: NAME,
    namespace: NAMESPACE,
    labels: { component: 'apiserver', provider: 'kubernetes' },
  },
  spec: {
    type: 'ClusterIP',
    clusterIP,
    clusterIPs: [clusterIP],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    sessionAffinity: 'None',
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
  },
})

const sameService = (current: Service, wish: Service): boolean =>
  equal(current.spec?.ports, wish.spec?.ports) && current.spec?.type === 'ClusterIP'

const endpointsOf = ({ address, port }: ApiLocation): Endpoints => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: NAME, namespace: NAMESPACE, labels: SKIP_MIRROR },
  subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
})

const sliceOf = ({ address, port }: ApiLocation): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: NAME, namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': NAME } },
  addressType: address.includes(':') ? 'IPv6' : 'IPv4',
  endpoints: [{ addresses: [address], conditions: { ready: true } }],
  ports: [{ name: 'https', port, protocol: 'TCP' }],
})

const sameSlice = (current: EndpointSlice, wish: EndpointSlice): boolean =>
  equal(current.endpoints, wish.endpoints) && equal(current.ports, wish.ports)
