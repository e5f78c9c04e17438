import { amountsOf, addAmounts, quantitiesOf, type Amounts } from '../../resources/resource-list.ts'
import { podRequests } from '../../resources/core/pod/requests.ts'
import { parseTime } from '../../meta/timestamp.ts'
import type { Node, Pod, Taint } from '../../resources/generated/core.gen.ts'
import {
  groupOf,
  hostPortsOf,
  imageName,
  priorityOf,
  scoredRequests,
  type HostPort,
  type PodShape,
  type ScoredRequests,
} from './shape.ts'

/** What the scheduler must know of a node. */
export interface NodeFacts {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
  readonly unschedulable: boolean
  readonly allocatable: Amounts
  readonly podsMax: number
  /** Bytes by normalised image name. */
  readonly images: ReadonlyMap<string, number>
}

/** A pod that has a place: what it takes there. */
export interface PlacedPod {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly priority: number
  readonly requests: Amounts
  readonly scored: ScoredRequests
  readonly hostPorts: readonly HostPort[]
  readonly group: string
  /** Milliseconds; when it began to run, or was made. */
  readonly startedMs: number
  /** Being deleted: its place becomes free by itself. */
  readonly ending: boolean
}

/** One node's facts and running totals, so that no decision adds up pods. */
export class NodeUsage {
  readonly facts: NodeFacts
  readonly pods: Map<string, PlacedPod>
  readonly requested: Amounts
  milliCpuScored: number
  memoryBytesScored: number
  /** Addresses that hold a port, by `TCP/80`. */
  readonly ports: Map<string, string[]>
  /** Pods by the group they are spread with. */
  readonly groups: Map<string, number>

  constructor(facts: NodeFacts, from?: NodeUsage) {
    this.facts = facts
    this.pods = new Map(from?.pods)
    this.requested = { ...from?.requested }
    this.milliCpuScored = from?.milliCpuScored ?? 0
    this.memoryBytesScored = from?.memoryBytesScored ?? 0
    this.ports = new Map(from?.ports)
    this.groups = new Map(from?.groups)
  }

  /** A copy to try things on. */
  copy(): NodeUsage {
    return new NodeUsage(this.facts, this)
  }

  add(key: string, pod: PlacedPod): void {
    this.remove(key)
    this.pods.set(key, pod)
    this.#count(pod, 1)
    for (const { ip, protocol, port } of pod.hostPorts) {
      const slot = `${protocol}/${port}`
      this.ports.set(slot, [...(this.ports.get(slot) ?? []), ip])
    }
  }

  remove(key: string): PlacedPod | undefined {
    const pod = this.pods.get(key)
    if (!pod) return undefined
    this.pods.delete(key)
    this.#count(pod, -1)
    for (const { ip, protocol, port } of pod.hostPorts) this.#freePort(`${protocol}/${port}`, ip)
    return pod
  }

  #count(pod: PlacedPod, times: 1 | -1): void {
    addAmounts(this.requested, pod.requests, times)
    this.milliCpuScored += times * pod.scored.milliCpu
    this.memoryBytesScored += times * pod.scored.memoryBytes
    if (pod.group === '') return
    const left = (this.groups.get(pod.group) ?? 0) + times
    if (left > 0) this.groups.set(pod.group, left)
    else this.groups.delete(pod.group)
  }

  #freePort(slot: string, ip: string): void {
    const left = [...(this.ports.get(slot) ?? [])]
    left.splice(left.indexOf(ip), 1)
    if (left.length > 0) this.ports.set(slot, left)
    else this.ports.delete(slot)
  }
}

/** Reads a node. */
export function nodeFacts(node: Node): NodeFacts {
  const allocatable = amountsOf(quantitiesOf(node.status?.allocatable ?? node.status?.capacity))
  const images = (node.status?.images ?? []).flatMap(({ names = [], sizeBytes = 0 }) =>
    names.map((name) => [imageName(name), sizeBytes] as const),
  )
  return {
    name: node.metadata.name ?? '',
    labels: node.metadata.labels ?? {},
    taints: node.spec?.taints ?? [],
    unschedulable: node.spec?.unschedulable === true,
    allocatable,
    podsMax: allocatable['pods'] ?? 0,
    images: new Map(images),
  }
}

/** Reads a pod that has a node. */
export const placedPod = (pod: Pod): PlacedPod => ({
  namespace: pod.metadata.namespace ?? '',
  name: pod.metadata.name ?? '',
  uid: pod.metadata.uid ?? '',
  priority: priorityOf(pod),
  requests: amountsOf(podRequests(pod)),
  scored: scoredRequests(pod),
  hostPorts: hostPortsOf(pod),
  group: groupOf(pod),
  startedMs: parseTime(pod.status?.startTime ?? pod.metadata.creationTimestamp ?? '') ?? 0,
  ending: pod.metadata.deletionTimestamp !== undefined,
})

/** A pod of this shape as if it were placed. */
export const placedAs = (
  shape: PodShape,
  pod: { readonly namespace: string; readonly name: string; readonly uid: string },
): PlacedPod => ({
  namespace: pod.namespace,
  name: pod.name,
  uid: pod.uid,
  priority: shape.priority,
  requests: shape.requests,
  scored: shape.scored,
  hostPorts: shape.hostPorts,
  group: shape.group,
  startedMs: 0,
  ending: false,
})
