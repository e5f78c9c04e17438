import type {
  Container, EphemeralContainer, Pod, PodSpec,
} from '../../resources/generated/core.gen.ts'

/** What a container is to its Pod. */
export type ContainerRole = 'init' | 'app' | 'ephemeral'

/** Where a container stands in its Pod. */
export interface PlacedContainer {
  readonly role: ContainerRole
  readonly container: Container | EphemeralContainer
}

const EMPTY_SPEC: PodSpec = { containers: [] }

/** The spec; a Pod without one (never accepted by the API) counts as empty. */
export const specOf = (pod: Pod): PodSpec => pod.spec ?? EMPTY_SPEC

/** All containers: init, app, ephemeral, each in the order of the spec. */
export const allContainers = (pod: Pod): PlacedContainer[] => [
  ...(specOf(pod).initContainers ?? []).map((container) => ({ role: 'init' as const, container })),
  ...specOf(pod).containers.map((container) => ({ role: 'app' as const, container })),
  ...(specOf(pod).ephemeralContainers ?? []).map((container) => ({
    role: 'ephemeral' as const,
    container,
  })),
]

/** A container by name. */
export const findContainer = (pod: Pod, name: string): PlacedContainer | undefined =>
  allContainers(pod).find(({ container }) => container.name === name)

/** Init containers that restart: sidecars. Source: KEP-753. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always'

/** The sidecars in the order of the spec. */
export const sidecars = (pod: Pod): Container[] =>
  (specOf(pod).initContainers ?? []).filter(isSidecar)

/** Whether the Pod shares the host's network. */
export const isHostNetwork = (pod: Pod): boolean => specOf(pod).hostNetwork === true

/** `web-1_default(7c2e...)`, as upstream's messages name a Pod. Source: kubelet/util/format. */
export const podText = (pod: Pod): string =>
  `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`

/** Field path of a container for Events. Source: kubecontainer FieldPath. */
export function containerFieldPath(pod: Pod, name: string): string | undefined {
  const found = findContainer(pod, name)
  if (!found) return undefined
  const list = { init: 'initContainers', app: 'containers', ephemeral: 'ephemeralContainers' }
  return `spec.${list[found.role]}{${name}}`
}

/** Seconds between TERM and KILL when the Pod itself ends. */
export const graceSecondsOf = (pod: Pod): number =>
  pod.metadata.deletionGracePeriodSeconds ?? specOf(pod).terminationGracePeriodSeconds ?? 30

const HOSTNAME_MAX = 63

/** Hostname and domain of a Pod. Source: kubelet_pods.go GeneratePodHostNameAndDomain. */
export function podHostname(pod: Pod, clusterDomain: string): { host: string; domain: string } {
  const spec = specOf(pod)
  if (spec.hostnameOverride) return { host: cutHostname(spec.hostnameOverride), domain: '' }
  const host = cutHostname(spec.hostname || pod.metadata.name!)
  const domain = spec.subdomain
    ? `${spec.subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}`
    : ''
  return { host, domain }
}

/** What `hostname` prints inside: the short name, or the whole one with setHostnameAsFQDN. */
export function kernelHostname(pod: Pod, clusterDomain: string): string {
  const { host, domain } = podHostname(pod, clusterDomain)
  return specOf(pod).setHostnameAsFQDN && domain !== '' ? `${host}.${domain}` : host
}

const cutHostname = (name: string): string =>
  name.length <= HOSTNAME_MAX ? name : name.slice(0, HOSTNAME_MAX).replace(/[-.]+$/, '')
