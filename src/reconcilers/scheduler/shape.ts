import { amountsOf, type Amounts } from '../../resources/resource-list.ts'
import { podRequests } from '../../resources/core/pod/requests.ts'
import { controllerOf } from '../../meta/owner.ts'
import type {
  Container,
  NodeAffinity,
  Pod,
  Toleration,
} from '../../resources/generated/core.gen.ts'

/** A port of the node that a pod takes. Source: core/v1 ContainerPort. */
export interface HostPort {
  /** `0.0.0.0` for all addresses. */
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

/** What scores count where a pod asks for nothing. Source: scheduler/util/pod_resources.go. */
export interface ScoredRequests {
  readonly milliCpu: number
  readonly memoryBytes: number
}

/** All of a pod that decides where it may run. Pods of one shape share every verdict. */
export interface PodShape {
  readonly signature: string
  readonly priority: number
  readonly requests: Amounts
  readonly scored: ScoredRequests
  readonly hostPorts: readonly HostPort[]
  readonly nodeSelector: Readonly<Record<string, string>> | undefined
  readonly nodeAffinity: NodeAffinity | undefined
  readonly tolerations: readonly Toleration[]
  readonly images: readonly string[]
  /** Pods with the same one are spread over nodes: their controller; empty without one. */
  readonly group: string
  /** Whether it may push out pods of lower priority. */
  readonly preempts: boolean
}

/** Source: scheduler/util/pod_resources.go, for containers without requests. */
const SCORED_MILLI_CPU = 100
const SCORED_MEMORY_BYTES = 200 * 1024 * 1024

/** The shape of a pod; equal signatures mean equal shapes. */
export function shapeOf(pod: Pod): PodShape {
  const { spec } = pod
  const shape = {
    priority: priorityOf(pod),
    requests: amountsOf(podRequests(pod)),
    scored: scoredRequests(pod),
    hostPorts: hostPortsOf(pod),
    nodeSelector: spec?.nodeSelector,
    nodeAffinity: spec?.affinity?.nodeAffinity,
    tolerations: spec?.tolerations ?? [],
    images: containersOf(pod).map((container) => imageName(container.image ?? '')),
    group: groupOf(pod),
    preempts: spec?.preemptionPolicy !== 'Never',
  }
  return { ...shape, signature: JSON.stringify(shape) }
}

/** Source: component-helpers PodPriority. */
export const priorityOf = (pod: Pod): number => pod.spec?.priority ?? 0

/** Whom a pod is spread with. */
export const groupOf = (pod: Pod): string => controllerOf(pod)?.uid ?? ''

/** Ports of the node, sidecars' too. Source: scheduler/util GetHostPorts. */
export function hostPortsOf(pod: Pod): HostPort[] {
  const sidecars = (pod.spec?.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')
  return [...(pod.spec?.containers ?? []), ...sidecars].flatMap((container) =>
    (container.ports ?? [])
      .filter((port) => (port.hostPort ?? 0) > 0)
      .map(({ hostIP, protocol, hostPort }) => ({
        ip: hostIP || '0.0.0.0',
        protocol: protocol || 'TCP',
        port: hostPort!,
      })),
  )
}

/**
 * Requests with a default for containers that name none. Source: framework.PodInfo non-zero
 * requests.
 */
export function scoredRequests(pod: Pod): ScoredRequests {
  const containers = (pod.spec?.containers ?? []).map((container) => withDefaults(container))
  const amounts = amountsOf(podRequests({ spec: { ...pod.spec!, containers } }))
  return { milliCpu: amounts['cpu'] ?? 0, memoryBytes: amounts['memory'] ?? 0 }
}

/**
 * `nginx` is `nginx:latest`, as nodes name their images. Source: imagelocality normalizedImageName.
 */
export const imageName = (image: string): string =>
  image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image

const containersOf = (pod: Pod): Container[] => [
  ...(pod.spec?.initContainers ?? []),
  ...(pod.spec?.containers ?? []),
]

const withDefaults = (container: Container): Container => ({
  ...container,
  resources: {
    requests: {
      cpu: `${SCORED_MILLI_CPU}m`,
      memory: String(SCORED_MEMORY_BYTES),
      ...container.resources?.requests,
    },
  },
})
