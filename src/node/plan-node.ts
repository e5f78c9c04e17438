import type { Instant } from '../base/clock.ts'
import {
  NODE_IMAGE_NAMES_MAX, NODE_IMAGES_MAX, NODE_LEASE_SECONDS, KUBELET_PODS_MAX,
} from '../base/limits.ts'
import type { ImageSummary } from '../docker/types.ts'
import { findCondition } from '../meta/conditions.ts'
import { canonicalQuantity } from '../meta/quantity.ts'
import { microTimeText, timeText } from '../meta/timestamp.ts'
import type { Lease } from '../resources/generated/coordination.gen.ts'
import type {
  ContainerImage, Node, NodeCondition, NodeStatus,
} from '../resources/generated/core.gen.ts'
import type { Machine } from './machine.ts'

/** What a Node object is made from. */
export interface NodeInput {
  readonly name: string
  readonly machine: Machine
  /** Addresses the node is known by. */
  readonly hostIps: readonly string[]
  readonly podCidr: string
  /** `docker://20.10.24`. */
  readonly runtimeVersion: string
  /** `v1.37.2`. */
  readonly kubeletVersion: string
  readonly kubeletPort: number
  readonly images: readonly ImageSummary[]
  /** Why the node cannot run Pods; '' when it can. */
  readonly notReady: string
  readonly labels: Readonly<Record<string, string>>
  readonly now: Instant
}

/** Memory and disk that stay free before Pods are evicted. Source: kubelet DefaultEvictionHard. */
const MEMORY_KEPT_BYTES = 100 * 1024 * 1024
const DISK_KEPT_SHARE = 0.1
const PIDS_KEPT_SHARE = 0.1

/** The labels every node has. Source: kubelet_node_status.go initialNode. */
export function nodeLabels({ name, machine, labels }: NodeInput): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': machine.architecture,
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': machine.architecture,
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...labels,
  }
}

/** The Node as it is registered; its status follows by itself. */
export const planNode = (input: NodeInput): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: input.name, labels: nodeLabels(input) },
  spec: { podCIDR: input.podCidr, podCIDRs: [input.podCidr] },
})

/** The status of a node, over what it was. Extended resources of others stay as they are. */
export function planNodeStatus(input: NodeInput, before: NodeStatus | undefined): NodeStatus {
  const capacity = capacityOf(input.machine)
  return {
    capacity: { ...before?.capacity, ...capacity },
    allocatable: { ...before?.allocatable, ...allocatableOf(input.machine) },
    conditions: conditionsOf(input, before?.conditions ?? []),
    addresses: [
      ...input.hostIps.map((address) => ({ type: 'InternalIP', address })),
      { type: 'Hostname', address: input.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: input.kubeletPort } },
    nodeInfo: {
      machineID: input.machine.machineId,
      systemUUID: input.machine.systemUuid,
      bootID: input.machine.bootId,
      kernelVersion: input.machine.kernelVersion,
      osImage: input.machine.osImage,
      containerRuntimeVersion: input.runtimeVersion,
      kubeletVersion: input.kubeletVersion,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: input.machine.architecture,
      ...(input.machine.swapBytes > 0 && { swap: { capacity: input.machine.swapBytes } }),
    },
    images: imagesOf(input.images),
  }
}

/** What the node has. */
export const capacityOf = (m: Machine): Record<string, string> => ({
  cpu: String(m.cpus),
  'ephemeral-storage': kibi(m.diskBytes),
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  memory: kibi(m.memoryBytes),
  pods: String(KUBELET_PODS_MAX),
})

/** What of it Pods may ask for. */
export const allocatableOf = (m: Machine): Record<string, string> => ({
  ...capacityOf(m),
  'ephemeral-storage': canonicalQuantity(String(Math.floor(m.diskBytes * (1 - DISK_KEPT_SHARE)))),
  memory: kibi(Math.max(0, m.memoryBytes - MEMORY_KEPT_BYTES)),
})

/** In the API's own form: another text for the same amount would look like a change for ever. */
const kibi = (bytes: number): string => canonicalQuantity(`${Math.floor(bytes / 1024)}Ki`)

/** Whether two statuses differ in more than their heartbeats. Source: nodeStatusHasChanged. */
export function statusChanged(before: NodeStatus | undefined, after: NodeStatus): boolean {
  const quiet = (status: NodeStatus | undefined) =>
    JSON.stringify({
      ...status,
      conditions: status?.conditions
        ?.map(({ lastHeartbeatTime: _, ...rest }) => rest)
        .sort((a, b) => (a.type < b.type ? -1 : 1)),
    }, sortedKeys)
  return quiet(before) !== quiet({ ...before, ...after })
}

const sortedKeys = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

interface Wish {
  readonly type: string
  readonly bad: boolean
  /** Reason and message when it is well, then when it is not. */
  readonly well: readonly [string, string]
  readonly ill: readonly [string, string]
  /** Status when well. */
  readonly status: 'True' | 'False'
}

/** Source: kubelet/nodestatus/setters.go. */
function conditionsOf(input: NodeInput, before: readonly NodeCondition[]): NodeCondition[] {
  const { machine: m, notReady } = input
  const disk = m.diskBytes > 0 && m.diskAvailableBytes < m.diskBytes * DISK_KEPT_SHARE
  const wishes: Wish[] = [
    {
      type: 'MemoryPressure', status: 'False', bad: m.memoryAvailableBytes < MEMORY_KEPT_BYTES,
      well: ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      ill: ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
    },
    {
      type: 'DiskPressure', status: 'False', bad: disk,
      well: ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
      ill: ['KubeletHasDiskPressure', 'kubelet has disk pressure'],
    },
    {
      type: 'PIDPressure', status: 'False', bad: m.processes > m.pidMax * (1 - PIDS_KEPT_SHARE),
      well: ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
      ill: ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
    },
    {
      type: 'Ready', status: 'True', bad: notReady !== '',
      well: ['KubeletReady', 'kubelet is posting ready status'],
      ill: ['KubeletNotReady', notReady],
    },
  ]
  return wishes.map((wish) => condition(wish, before, input.now))
}

function condition(wish: Wish, before: readonly NodeCondition[], now: Instant): NodeCondition {
  const old = findCondition(before, wish.type)
  const other = wish.status === 'True' ? 'False' : 'True'
  const status = wish.bad ? other : wish.status
  const [reason, message] = wish.bad ? wish.ill : wish.well
  const same = old?.status === status && old.lastTransitionTime
  return {
    type: wish.type, status, reason, message,
    lastHeartbeatTime: timeText(now),
    lastTransitionTime: same ? old.lastTransitionTime! : timeText(now),
  }
}

/** The largest images with their names. Source: setters.go Images. */
export function imagesOf(images: readonly ImageSummary[]): ContainerImage[] {
  return [...images]
    .map((image) => ({
      names: [...(image.RepoDigests ?? []), ...(image.RepoTags ?? [])]
        .filter((name) => !name.includes('<none>'))
        .slice(0, NODE_IMAGE_NAMES_MAX),
      sizeBytes: image.Size,
    }))
    .filter((image) => image.names.length > 0)
    .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.names[0]! < b.names[0]! ? -1 : 1))
    .slice(0, NODE_IMAGES_MAX)
}

/** The node's sign of life. Source: component-helpers lease controller. */
export const planLease = (name: string, nodeUid: string | undefined, now: Instant): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: {
    name,
    namespace: 'kube-node-lease',
    ...(nodeUid !== undefined && {
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: nodeUid }],
    }),
  },
  spec: {
    holderIdentity: name,
    leaseDurationSeconds: NODE_LEASE_SECONDS,
    renewTime: microTimeText(now),
  },
})
