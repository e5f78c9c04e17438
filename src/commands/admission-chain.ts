import type { AdmissionPhase, AdmissionRequest, AdmissionRule } from './environment.ts'

type Operation = AdmissionRequest['operation']

/** The admission plugins, sorted by what they look at: a write meets only those that concern it. */
export interface AdmissionChain {
  /** In the chain's order; `resource` is a storage resource. */
  rules(
    phase: AdmissionPhase, operation: Operation, resource: string, subresource: string,
  ): readonly AdmissionRule[]
}

/** Sorts rules once for each resource that is written; their order stays. */
export function admissionChain(all: readonly AdmissionRule[]): AdmissionChain {
  const sorted = new Map<string, AdmissionRule[]>()
  const pick = (phase: AdmissionPhase, operation: Operation, resource: string, subresource: string) =>
    all.filter(
      (rule) =>
        (rule.phase ?? 'mutate') === phase &&
        rule.operations.includes(operation) &&
        (rule.resources?.includes(resource) ?? true) &&
        (rule.subresources === 'all' || (rule.subresources ?? ['']).includes(subresource)),
    )
  return {
    rules(phase, operation, resource, subresource) {
      const key = `${phase} ${operation} ${resource}/${subresource}`
      let found = sorted.get(key)
      if (!found) sorted.set(key, (found = pick(phase, operation, resource, subresource)))
      return found
    },
  }
}
