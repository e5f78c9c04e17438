import { milliValueOf, valueOf } from '../../meta/quantity.ts'
import type { Container, Pod } from '../../resources/generated/core.gen.ts'
import { isSidecar, specOf } from './pod-spec.ts'

/** How a Pod fares when memory runs short. */
export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

/** Source: pkg/apis/core/v1/helper/qos ComputePodQOS. */
export function qosClass(pod: Pod): QosClass {
  const spec = specOf(pod)
  const whole = spec.resources
  const lists = whole ? [whole] : [...spec.containers, ...(spec.initContainers ?? [])].map((c) => c.resources)
  const names = ['cpu', 'memory'] as const
  const set = (list: Record<string, string> | undefined, name: string): number =>
    milliValueOf(list?.[name])
  const any = lists.some((r) =>
    names.some((n) => set(r?.requests, n) > 0 || set(r?.limits, n) > 0),
  )
  if (!any) return 'BestEffort'
  const guaranteed = lists.every((r) =>
    names.every((n) => {
      const limit = set(r?.limits, n)
      const request = r?.requests?.[n] === undefined ? limit : set(r.requests, n)
      return limit > 0 && request === limit
    }),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}

/** What the kernel adds to a process' badness. Source: kubelet/qos/policy.go. */
export function oomScoreAdjust(pod: Pod, container: Container, memoryBytes: number): number {
  if (isNodeCritical(pod)) return -997
  const qos = pod.status?.qosClass ?? qosClass(pod)
  if (qos === 'Guaranteed') return -997
  if (qos === 'BestEffort') return 1000
  const share = (bytes: number) => 1000 - Math.floor((1000 * bytes) / memoryBytes)
  let score = share(valueOf(container.resources?.requests?.memory))
  if (isSidecar(container)) {
    const least = Math.min(...specOf(pod).containers.map((c) => valueOf(c.resources?.requests?.memory)))
    score = Math.min(score, share(least))
  }
  if (score < 3) return 3
  return score === 1000 ? 999 : score
}

const isNodeCritical = (pod: Pod): boolean =>
  (specOf(pod).priority ?? 0) >= 2_000_000_000 ||
  specOf(pod).priorityClassName === 'system-node-critical'
