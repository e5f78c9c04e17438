import { selectorOfLabels } from '../../meta/label-selector.ts'
import type { View } from '../../projections/view.ts'
import type { Pod, Service, ServicePort } from '../../resources/generated/core.gen.ts'
import { isPodTerminal } from './pod-state.ts'

/** Set on what serves a Service without an address. Source: core/v1 well_known_labels.go. */
export const HEADLESS = 'service.kubernetes.io/headless'
/**
 * When the change happened that the object tells of. Source: core/v1 annotation_key_constants.go.
 */
export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'

/** Whether this Service's endpoints are the controllers' business; no selector selects nothing. */
export const isSelecting = ({ spec }: Service): boolean =>
  spec?.type !== 'ExternalName' && Object.keys(spec?.selector ?? {}).length > 0

/** The pods a Service selects. */
export const podsOf = (service: Service, view: View): Pod[] =>
  view.bySelector<Pod>(
    'pods',
    service.metadata.namespace ?? '',
    selectorOfLabels(service.spec?.selector),
  )

/** Source: endpointslice/util ShouldPodBeInEndpoints. */
export function belongsInEndpoints(pod: Pod, includeTerminating: boolean): boolean {
  if (isPodTerminal(pod)) return false
  if (!pod.status?.podIP && (pod.status?.podIPs ?? []).length === 0) return false
  return includeTerminating || pod.metadata.deletionTimestamp === undefined
}

/** Addresses of one family. */
export const addressesOf = (pod: Pod, family: 'IPv4' | 'IPv6'): string[] => {
  const { podIPs, podIP } = pod.status ?? {}
  const all = podIPs && podIPs.length > 0 ? podIPs.map(({ ip }) => ip ?? '') : [podIP ?? '']
  return all.filter((ip) => ip !== '' && ip.includes(':') === (family === 'IPv6'))
}

/**
 * A pod that names its Service as its domain is known by its hostname. Source: ShouldSetHostname.
 */
export const hostnameIn = (pod: Pod, service: Service): string | undefined =>
  pod.spec?.hostname && pod.spec.subdomain === service.metadata.name ? pod.spec.hostname : undefined

/**
 * The pod's port behind a Service's port; undefined when it has none of that name. Source:
 * FindPort.
 */
export function targetPortOf(pod: Pod, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port
  if (typeof target === 'number') return target
  const sidecars = (pod.spec?.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')
  for (const container of [...(pod.spec?.containers ?? []), ...sidecars])
    for (const named of container.ports ?? [])
      if (named.name === target && (named.protocol ?? 'TCP') === (port.protocol ?? 'TCP'))
        return named.containerPort
  return undefined
}

/** A Service with an address of its own. Source: core/v1/helper IsServiceIPSet. */
export const hasClusterIP = (service: Service): boolean => {
  const { clusterIP = '' } = service.spec ?? {}
  return clusterIP !== '' && clusterIP !== 'None'
}

/** What the object says it points at. */
export const targetRefOf = (pod: Pod) => ({
  kind: 'Pod',
  namespace: pod.metadata.namespace,
  name: pod.metadata.name,
  uid: pod.metadata.uid,
})

/** The earliest time at which one of the changed pods became what it is. */
export function triggerTimeOf(changed: readonly Pod[]): string | undefined {
  const times = changed
    .map((pod) => pod.status?.conditions?.find((c) => c.type === 'Ready')?.lastTransitionTime)
    .filter((time) => typeof time === 'string')
  return times.sort()[0]
}
