import type { Command } from '../../commands/command.ts'
import { objectKey, splitKey } from '../../meta/key.ts'
import type { View } from '../../projections/view.ts'
import { equal, equalMaps } from '../../resources/equal.ts'
import type {
  EndpointAddress,
  EndpointPort,
  Endpoints,
  EndpointSubset,
  Pod,
  Service,
} from '../../resources/generated/core.gen.ts'
import { NOTHING, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'
import { defined } from './defined.ts'
import {
  addressesOf,
  belongsInEndpoints,
  HEADLESS,
  hasClusterIP,
  hostnameIn,
  isSelecting,
  podsOf,
  targetPortOf,
  targetRefOf,
  TRIGGER_TIME,
  triggerTimeOf,
} from './endpoint-pods.ts'
import { servedPodsWatch } from './endpoint-watches.ts'
import { packSubsets, repacked, truncated, type PortAddress } from './endpoints-subsets.ts'
import { isPodReady } from './pod-state.ts'

const NAME = 'endpoint-controller'
/** Marks what this controller made. Source: endpoints_controller.go LabelManagedBy. */
const ENDPOINTS_MANAGED_BY = 'endpoints.kubernetes.io/managed-by'
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
/** Keys of Services that were deleted: their Endpoints go, whoever wrote them. */
const DELETED = 'deleted:'

/**
 * Keeps Endpoints of Services that select pods; others are left alone. Source:
 * pkg/controller/endpoint.
 */
export function endpointsController(): Reconciler {
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: [
      {
        resource: 'services',
        keysOf: (change) => {
          const key = objectKey(change.namespace, change.name)
          return change.after() ? [key] : [`${DELETED}${key}`]
        },
      },
      { resource: 'endpoints', keysOf: (change) => [objectKey(change.namespace, change.name)] },
      servedPodsWatch(),
    ],
    reconcile(key, view) {
      const deleted = key.startsWith(DELETED)
      const { namespace, name } = splitKey(deleted ? key.slice(DELETED.length) : key)
      const service = view.get<Service>('services', namespace, name)
      const current = view.get<Endpoints>('endpoints', namespace, name)
      if (!service) return current && isLeftover(current, deleted) ? removal(current) : NOTHING
      return isSelecting(service) ? plan(service, current, view) : NOTHING
    },
  }
}

const isLeftover = ({ metadata }: Endpoints, deleted: boolean): boolean =>
  metadata.annotations?.[LEADER] === undefined &&
  (deleted || metadata.labels?.[ENDPOINTS_MANAGED_BY] === NAME)

function removal({ metadata }: Endpoints): Plan {
  const { namespace = '', name = '', uid } = metadata
  const options = { preconditions: { uid } }
  const why = 'its Service is gone'
  return { commands: [{ verb: 'delete', resource: 'endpoints', namespace, name, options, why }] }
}

function plan(service: Service, current: Endpoints | undefined, view: View): Plan {
  const pods = podsOf(service, view)
  const packed = packSubsets(pods.flatMap((pod) => portAddresses(service, pod)))
  const cut = truncated(packed)
  const subsets = cut ?? packed
  const labels = labelsFor(service)
  const flagged = current?.metadata.annotations?.[OVER_CAPACITY] !== undefined
  if (
    current &&
    sameSubsets(current.subsets ?? [], subsets) &&
    equalMaps(current.metadata.labels, labels)
  )
    if (flagged === (cut !== undefined)) return NOTHING
  const time = current
    ? triggerTimeOf(changedPods(current, subsets, pods))
    : service.metadata.creationTimestamp
  const {
    [TRIGGER_TIME]: _time,
    [OVER_CAPACITY]: _flag,
    ...kept
  } = current?.metadata.annotations ?? {}
  const annotations = {
    ...kept,
    ...(time && { [TRIGGER_TIME]: time }),
    ...(cut && { [OVER_CAPACITY]: 'truncated' }),
  }
  return { commands: [write(service, current, { subsets, labels, annotations })] }
}

function write(
  service: Service,
  current: Endpoints | undefined,
  next: {
    subsets: EndpointSubset[]
    labels: Record<string, string>
    annotations: Record<string, string>
  },
): Command {
  const { namespace = '', name = '' } = service.metadata
  const metadata = {
    ...(current?.metadata ?? { name, namespace }),
    labels: next.labels,
    annotations: next.annotations,
  }
  const object: Endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets: next.subsets }
  const why = `${countOf(next.subsets)} addresses`
  return {
    verb: current ? 'update' : 'create',
    resource: 'endpoints',
    namespace,
    name,
    object,
    why,
  }
}

function portAddresses(service: Service, pod: Pod): PortAddress[] {
  const tolerate = service.spec?.publishNotReadyAddresses === true
  if (!belongsInEndpoints(pod, tolerate)) return []
  const family = familyOf(service, pod)
  const [ip] = addressesOf(pod, family)
  if (ip === undefined) return []
  const address: EndpointAddress = defined({
    ip,
    hostname: hostnameIn(pod, service),
    nodeName: pod.spec?.nodeName,
    targetRef: targetRefOf(pod),
  })
  const ready = tolerate || isPodReady(pod)
  const ports = service.spec?.ports ?? []
  if (ports.length === 0)
    return service.spec?.clusterIP === 'None' ? [{ address, port: undefined, ready }] : []
  return ports.flatMap((port) => {
    const number = targetPortOf(pod, port)
    if (number === undefined) return []
    const { name, protocol = 'TCP', appProtocol } = port
    const target: EndpointPort = defined({
      name: name || undefined,
      port: number,
      protocol,
      appProtocol,
    })
    return [{ address, port: target, ready }]
  })
}

/** The Service's first family; of older objects the address or the pod tells. */
function familyOf(service: Service, pod: Pod): 'IPv4' | 'IPv6' {
  const { ipFamilies, clusterIP } = service.spec ?? {}
  if (ipFamilies && ipFamilies.length > 0) return ipFamilies[0] === 'IPv6' ? 'IPv6' : 'IPv4'
  const address = hasClusterIP(service) ? clusterIP : pod.status?.podIP
  return address?.includes(':') ? 'IPv6' : 'IPv4'
}

const labelsFor = (service: Service): Record<string, string> => {
  const { [HEADLESS]: _headless, ...labels } = service.metadata.labels ?? {}
  return {
    ...labels,
    ...(!hasClusterIP(service) && { [HEADLESS]: '' }),
    [ENDPOINTS_MANAGED_BY]: NAME,
  }
}

/** Equal as they stand, or after packing what somebody else packed differently. */
const sameSubsets = (current: EndpointSubset[], wanted: EndpointSubset[]): boolean =>
  equal(current, wanted) || equal(repacked(current), wanted)

function changedPods(current: Endpoints, wanted: EndpointSubset[], pods: readonly Pod[]): Pod[] {
  const before = statesOf(current.subsets ?? [])
  const after = statesOf(wanted)
  return pods.filter(
    ({ metadata: { uid = '' } }) => after.has(uid) && after.get(uid) !== before.get(uid),
  )
}

function statesOf(subsets: readonly EndpointSubset[]): Map<string, string> {
  const states = new Map<string, string>()
  for (const { addresses = [], notReadyAddresses = [] } of subsets) {
    for (const { ip, targetRef } of addresses) states.set(targetRef?.uid ?? '', `${ip} ready`)
    for (const { ip, targetRef } of notReadyAddresses) states.set(targetRef?.uid ?? '', `${ip} not`)
  }
  return states
}

const countOf = (subsets: readonly EndpointSubset[]): number =>
  subsets.reduce((n, s) => n + (s.addresses?.length ?? 0) + (s.notReadyAddresses?.length ?? 0), 0)
