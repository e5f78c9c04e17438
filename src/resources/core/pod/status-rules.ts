import type { FieldError } from '../../../meta/field-error.ts'
import type { Pod, PodCondition } from '../../generated/core.gen.ts'
import { podStatusErrors } from './validate-status.ts'

/** What /status does to a Pod. Source: pkg/registry/core/pod/strategy.go podStatusStrategy. */
export const podStatusRules = {
  prepare(pod: Pod, before: Pod): void {
    pod.spec = before.spec
    delete pod.metadata.deletionTimestamp
    if (before.metadata.ownerReferences)
      pod.metadata.ownerReferences = before.metadata.ownerReferences
    else delete pod.metadata.ownerReferences
    const status = (pod.status ??= {})
    const old = before.status ?? {}
    status.qosClass ||= old.qosClass
    if (status.qosClass === undefined) delete status.qosClass
    keep(status, old, 'resourceClaimStatuses')
    keep(status, old, 'extendedResourceClaimStatus')
    keep(status, old, 'nodeAllocatableResourceClaimStatuses')
    if (!status.observedGeneration) keep(status, old, 'observedGeneration', true)
    keepObserved(status.conditions, old.conditions)
  },
  validate: (pod: Pod, before: Pod): FieldError[] => podStatusErrors(pod, before),
}

function keep<S extends object, K extends keyof S>(
  status: S,
  old: S,
  key: K,
  evenZero = false,
): void {
  const missing = status[key] === undefined || (evenZero && !status[key])
  if (missing && old[key] !== undefined) status[key] = old[key]
}

/** A condition's generation survives clients that do not know it; types may repeat. */
function keepObserved(
  conditions: readonly PodCondition[] | undefined,
  before: readonly PodCondition[] | undefined,
): void {
  const left = [...(before ?? [])]
  for (const condition of conditions ?? []) {
    const i = left.findIndex(({ type }) => type === condition.type)
    const old = i < 0 ? undefined : left.splice(i, 1)[0]
    if (!condition.observedGeneration && old?.observedGeneration)
      condition.observedGeneration = old.observedGeneration
  }
}
