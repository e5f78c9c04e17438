import type { LabelSelector } from '../../generated/meta.gen.ts'
import type { Pod, PodAffinityTerm, PodSpec } from '../../generated/core.gen.ts'
import type { Instant } from '../../../base/clock.ts'
import { timeText } from '../../../meta/timestamp.ts'
import { setAppArmorFields } from './apparmor.ts'
import { setPodLevelResources } from './pod-level-resources.ts'
import { qosClassOf } from './qos.ts'

/** Source: pkg/registry/core/pod/strategy.go PrepareForCreate. */
export function preparePodCreate(pod: Pod, now: Instant): void {
  const spec = (pod.spec ??= { containers: [] })
  pod.status = { phase: 'Pending' }
  if (spec.schedulingGates?.length)
    pod.status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        lastTransitionTime: timeText(now),
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ]
  mergeLabelKeys(spec, pod.metadata.labels ?? {})
  setAppArmorFields(pod)
  setPodLevelResources(spec)
  pod.status.qosClass = qosClassOf(pod)
}

/** Source: PrepareForUpdate. */
export function preparePodUpdate(pod: Pod, before: Pod): void {
  pod.status = before.status
  keepPodLevelResources(pod, before)
}

/** Clients that do not know Pod-level resources drop them without meaning it. */
export function keepPodLevelResources({ spec }: Pod, before: Pod): void {
  if (spec && !spec.resources && before.spec?.resources)
    spec.resources = { ...before.spec.resources }
}

/** matchLabelKeys become part of the selector. Source: strategy.go mutatePodAffinity. */
function mergeLabelKeys(spec: PodSpec, labels: Record<string, string>): void {
  for (const constraint of spec.topologySpreadConstraints ?? [])
    addKeys(constraint.labelSelector, constraint.matchLabelKeys, 'In', labels)
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {}
  for (const affinity of [podAffinity, podAntiAffinity]) {
    for (const { podAffinityTerm } of affinity?.preferredDuringSchedulingIgnoredDuringExecution ??
      [])
      mergeTerm(podAffinityTerm, labels)
    for (const term of affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [])
      mergeTerm(term, labels)
  }
}

function mergeTerm(term: PodAffinityTerm, labels: Record<string, string>): void {
  addKeys(term.labelSelector, term.matchLabelKeys, 'In', labels)
  addKeys(term.labelSelector, term.mismatchLabelKeys, 'NotIn', labels)
}

function addKeys(
  selector: LabelSelector | undefined,
  keys: readonly string[] | undefined,
  operator: 'In' | 'NotIn',
  labels: Record<string, string>,
): void {
  if (!selector) return
  for (const key of keys ?? []) {
    const value = labels[key]
    if (value !== undefined)
      (selector.matchExpressions ??= []).push({ key, operator, values: [value] })
  }
}
