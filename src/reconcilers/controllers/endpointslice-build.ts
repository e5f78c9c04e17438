import { controllerReference } from '../../meta/owner.ts'
import type { View } from '../../projections/view.ts'
import type { Node, Pod, Service } from '../../resources/generated/core.gen.ts'
import type {
  Endpoint,
  EndpointPort,
  EndpointSlice,
} from '../../resources/generated/discovery.gen.ts'
import { defined } from './defined.ts'
import {
  addressesOf,
  belongsInEndpoints,
  HEADLESS,
  hasClusterIP,
  hostnameIn,
  targetPortOf,
  targetRefOf,
} from './endpoint-pods.ts'
import { isPodReady } from './pod-state.ts'

/** Names the Service of a slice. Source: discovery/v1 well_known_labels.go. */
export const SERVICE_NAME = 'kubernetes.io/service-name'
/** Names the controller whose a slice is. */
export const SLICE_MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
/** Value of SLICE_MANAGED_BY for the slices of this controller. */
export const SLICE_CONTROLLER = 'endpointslice-controller.k8s.io'

/** Family of a slice's addresses. */
export type AddressType = 'IPv4' | 'IPv6'

/** Endpoints that share one list of ports, and so may share a slice. */
export interface PortGroup {
  readonly ports: EndpointPort[]
  /** By endpointKey, in the order of their pods. */
  readonly endpoints: Map<string, Endpoint>
}

/** What a Service's pods make for one family. */
export interface Desired {
  readonly groups: Map<string, PortGroup>
  /** A pod was left out because its node is not known. */
  readonly missingNode: boolean
}

/** Source: endpointslice/reconciler.go reconcileByAddressType. */
export function desiredGroups(
  service: Service,
  pods: readonly Pod[],
  type: AddressType,
  view: View,
): Desired {
  const groups = new Map<string, PortGroup>()
  let missingNode = false
  for (const pod of pods) {
    if (!belongsInEndpoints(pod, true)) continue
    const ports = portsFor(service, pod)
    const key = portsKey(ports)
    const group = groups.get(key) ?? { ports, endpoints: new Map<string, Endpoint>() }
    groups.set(key, group)
    const node = view.get<Node>('nodes', '', pod.spec?.nodeName ?? '')
    if (!node && !service.spec?.publishNotReadyAddresses) {
      missingNode = true
      continue
    }
    const endpoint = endpointOf(service, pod, node, type)
    if (endpoint.addresses.length > 0) group.endpoints.set(endpointKey(endpoint), endpoint)
  }
  return { groups, missingNode }
}

/** What makes two endpoints the same one. Source: endpointset.go hashEndpoint. */
export const endpointKey = ({ addresses, hostname, targetRef }: Endpoint): string =>
  JSON.stringify([
    [...addresses].sort(),
    hostname ?? '',
    targetRef?.namespace ?? '',
    targetRef?.name ?? '',
  ])

/** Two lists of ports are one whatever their order. */
export const portsKey = (ports: readonly EndpointPort[] | undefined): string =>
  (ports ?? [])
    .map(({ name, port, protocol, appProtocol }) =>
      JSON.stringify([name ?? '', port, protocol, appProtocol]),
    )
    .sort()
    .join()

/**
 * A fresh slice; the server completes its name. Source: endpointslice/utils.go newEndpointSlice.
 */
export function newSlice(
  service: Service,
  type: AddressType,
  ports: EndpointPort[],
): EndpointSlice {
  const { name = '', namespace } = service.metadata
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: sliceLabels(service),
      ownerReferences: [
        controllerReference(service, { group: '', version: 'v1', kind: 'Service' }),
      ],
    },
    addressType: type,
    endpoints: [],
    ports,
  }
}

/**
 * The Service's labels and the reserved ones. Source: endpointslice/utils.go
 * setEndpointSliceLabels.
 */
export function sliceLabels(service: Service): Record<string, string> {
  const labels = { ...service.metadata.labels }
  delete labels[HEADLESS]
  if (!hasClusterIP(service)) labels[HEADLESS] = ''
  return {
    ...labels,
    [SERVICE_NAME]: service.metadata.name ?? '',
    [SLICE_MANAGED_BY]: SLICE_CONTROLLER,
  }
}

/** Families a Service serves. Source: endpointslice/utils.go getAddressTypesForService. */
export function addressTypesOf(service: Service): AddressType[] {
  const { ipFamilies = [], clusterIP = '' } = service.spec ?? {}
  if (ipFamilies.length > 0)
    return ipFamilies.map((family) => (family === 'IPv6' ? 'IPv6' : 'IPv4'))
  if (hasClusterIP(service)) return [clusterIP.includes(':') ? 'IPv6' : 'IPv4']
  return ['IPv4', 'IPv6']
}

function endpointOf(
  service: Service,
  pod: Pod,
  node: Node | undefined,
  type: AddressType,
): Endpoint {
  const serving = isPodReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating)
  return defined({
    addresses: addressesOf(pod, type),
    conditions: { ready, serving, terminating },
    hostname: hostnameIn(pod, service),
    targetRef: targetRefOf(pod),
    nodeName: pod.spec?.nodeName,
    zone: node?.metadata.labels?.['topology.kubernetes.io/zone'] || undefined,
  })
}

function portsFor(service: Service, pod: Pod): EndpointPort[] {
  return (service.spec?.ports ?? []).flatMap((port) => {
    const number = targetPortOf(pod, port)
    if (number === undefined) return []
    const { name = '', protocol = 'TCP', appProtocol } = port
    return [defined({ name, protocol, port: number, appProtocol })]
  })
}
