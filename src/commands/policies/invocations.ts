import type { KubeObject } from '../../meta/object.ts'
import type { AdmissionRequest } from '../environment.ts'
import { matchedBy } from '../matching/criteria.ts'
import { subjectOf, type Version } from '../matching/subject.ts'
import { paramKindOf, paramsOf } from './params.ts'
import type { Binding, MutatingPolicy, ValidatingPolicy } from './policy-book.ts'

/** One evaluation of a policy: for a binding that matches, and each of its params. */
export interface Invocation<P> {
  readonly policy: P
  readonly binding: Binding
  readonly version: Version
  readonly params: KubeObject | undefined
}

/** Why a policy cannot be evaluated; without a binding the policy itself is wrong. */
export interface Misconfigured<P> {
  readonly policy: P
  readonly binding: Binding | undefined
  readonly why: string
}

/** What policies have to say about a request, in their order. Source: policy/generic/policy_dispatcher.go Dispatch. */
export function invocationsOf<P extends ValidatingPolicy | MutatingPolicy>(
  policies: readonly P[], request: AdmissionRequest,
): readonly (Invocation<P> | Misconfigured<P>)[] {
  const subject = subjectOf(request)
  if (!subject) return []
  return policies.flatMap((policy): (Invocation<P> | Misconfigured<P>)[] => {
    const version = matchedBy(policy.spec.matchConstraints ?? {}, subject, request)
    if (!version.ok) return [{ policy, binding: undefined, why: policyProblem(version.error.message ?? '') }]
    if (!version.value) return []
    const kind = paramKindOf(policy.spec.paramKind, request.registry)
    if (!kind.ok) return [{ policy, binding: undefined, why: policyProblem(kind.error) }]
    const matched = version.value
    return policy.bindings.flatMap((binding): (Invocation<P> | Misconfigured<P>)[] => {
      const { matchResources, paramRef } = binding.spec
      const bound = matchResources ? matchedBy(matchResources, subject, request) : version
      if (!bound.ok) return [{ policy, binding, why: bindingProblem(bound.error.message ?? '') }]
      if (!bound.value) return []
      const params = paramsOf(kind.value, paramRef, request)
      if (!params.ok) return [{ policy, binding, why: bindingProblem(params.error) }]
      return params.value.map((one) => ({ policy, binding, version: matched, params: one }))
    })
  })
}

const policyProblem = (why: string): string => `failed to configure policy: ${why}`
const bindingProblem = (why: string): string => `failed to configure binding: ${why}`
