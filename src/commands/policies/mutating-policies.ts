import { CEL_POLICY_COST_MAX } from '../../base/limits.ts'
import { err, type Result } from '../../base/result.ts'
import { semanticallyEqual } from '../../meta/equality.ts'
import { goQuote } from '../../meta/go-quote.ts'
import type { KubeObject } from '../../meta/object.ts'
import type { Status } from '../../meta/status.ts'
import type { Authorizer } from '../../rights/attributes.ts'
import { forbidden } from '../admission/forbidden.ts'
import { cloneObject } from '../clone-object.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'
import { takeOver, unstamped } from '../matching/unstamped.ts'
import { versionedView } from '../matching/versions.ts'
import { bindingsOf, namespaceOf } from './activation.ts'
import { conditionsHold } from './conditions.ts'
import { evaluateAll, newPurse } from './evaluation.ts'
import { invocationsOf, type Invocation } from './invocations.ts'
import { mergedWith, patchedBy, type Trouble } from './mutation.ts'
import type { Binding, MutatingPolicy, PolicyBook } from './policy-book.ts'

/** What the second round of the chain knows of the first. Source: policy/mutating/reinvocationcontext.go. */
interface Memory {
  /** Invocations that happened and want to hear of later changes. */
  readonly invoked: Set<string>
  /** Invocations that have to happen again. */
  readonly again: Set<string>
  last: KubeObject | undefined
}

interface Refused {
  readonly policy: string
  readonly binding: Binding | undefined
  readonly why: string
  readonly reason?: string
}

/** Source: admission/plugin/policy/mutating. */
export const mutatingPolicies = (book: PolicyBook, authorizer: () => Authorizer): AdmissionRule => ({
  name: 'MutatingAdmissionPolicy', operations: ['CREATE', 'UPDATE', 'DELETE'], subresources: 'all',
  admit(request) {
    if (book.mutating.length === 0 || request.outside?.wanted) return undefined
    const invocations = invocationsOf(book.mutating, request)
    return invocations.length === 0 ? undefined : new Round(request, authorizer()).run(invocations)
  },
})

/** The mutations of one request, one after another. */
class Round {
  readonly #request: AdmissionRequest
  readonly #authorizer: Authorizer
  readonly #memory: Memory
  readonly #refused: Refused[] = []
  #object: KubeObject

  constructor(request: AdmissionRequest, authorizer: Authorizer) {
    this.#request = request
    this.#authorizer = authorizer
    this.#object = unstamped(request)
    const known = request.reinvocation.policies as Memory | undefined
    this.#memory = known ?? { invoked: new Set(), again: new Set(), last: undefined }
    request.reinvocation.policies = this.#memory
  }

  run(invocations: ReturnType<typeof invocationsOf<MutatingPolicy>>): Status | undefined {
    const { reinvocation } = this.#request
    const before = this.#object
    if (reinvocation.round === 1 && !semanticallyEqual(this.#memory.last, before)) this.#callAgain()
    for (const one of invocations) {
      if ('why' in one) {
        this.#failed(one.policy, one.binding, one.why)
        continue
      }
      const refusal = this.#invoke(one)
      if (refusal) return refusal
    }
    this.#memory.last = this.#object
    if (this.#object !== before) takeOver(this.#request, this.#object)
    return this.#refused.length === 0 ? undefined : refusalOf(this.#request, this.#refused)
  }

  #invoke(invocation: Invocation<MutatingPolicy>): Status | undefined {
    const { policy, binding, params } = invocation
    const holds = conditionsHold(policy.compiled, this.#bindings(invocation))
    if (!holds.ok) return this.#failed(policy, binding, holds.error, 'Invalid')
    if (!holds.value) return undefined
    const key = JSON.stringify([policy.name, binding.name, params?.metadata.namespace, params?.metadata.name])
    const { reinvocation, operation } = this.#request
    if (reinvocation.round === 1 && !this.#memory.again.has(key)) return undefined
    const before = this.#object
    for (let i = 0; operation !== 'DELETE' && i < policy.compiled.mutations.length; i++) {
      const mutated = this.#mutate(invocation, i)
      if (mutated.ok) this.#object = mutated.value ?? this.#object
      else if (typeof mutated.error !== 'string') return mutated.error
      else this.#failed(policy, binding, mutated.error, 'Invalid')
    }
    if (this.#object !== before && !semanticallyEqual(before, this.#object)) {
      this.#callAgain()
      reinvocation.wanted = true
    }
    if (policy.spec.reinvocationPolicy === 'IfNeeded') this.#memory.invoked.add(key)
    return undefined
  }

  #mutate(invocation: Invocation<MutatingPolicy>, index: number): Result<KubeObject | undefined, Trouble> {
    const { policy, version } = invocation
    const expression = policy.compiled.mutations[index]!
    if (!expression.program.ok) return err(expression.program.error)
    const { variables } = policy.compiled
    const outcomes = evaluateAll([expression], this.#bindings(invocation), variables, newPurse(CEL_POLICY_COST_MAX))
    if (!outcomes.ok) return outcomes
    const value = outcomes.value[0]!
    if (!value.ok) return value
    const view = versionedView(this.#request, version)
    const shown = cloneObject(view.show(this.#object))
    const isPatch = policy.spec.mutations![index]!.patchType === 'JSONPatch'
    return isPatch ? patchedBy(value.value, shown, view) : mergedWith(value.value, shown, view)
  }

  #bindings({ version, params }: Invocation<MutatingPolicy>) {
    const request = this.#request
    const view = versionedView(request, version)
    return bindingsOf({
      request: { ...request, object: this.#object }, matched: version, view, params, authorizer: this.#authorizer,
      namespaceObject: namespaceOf(request),
      object: request.operation === 'DELETE' ? null : view.show(this.#object),
      oldObject: request.before ? view.show(request.before) : null,
    })
  }

  #callAgain(): void {
    const { invoked, again } = this.#memory
    for (const key of invoked) again.add(key)
    invoked.clear()
  }

  #failed({ name, spec }: MutatingPolicy, binding: Binding | undefined, why: string, reason?: string): undefined {
    if (spec.failurePolicy !== 'Ignore') this.#refused.push({ policy: name, binding, why, reason })
    return undefined
  }
}

/** Source: policy_dispatcher.go Dispatch, PolicyError.Error. */
function refusalOf(request: AdmissionRequest, refused: readonly Refused[]): Status {
  const messages = refused.map(({ policy, binding, why }) => {
    const by = binding ? `'${policy}' with binding '${binding.name}'` : goQuote(policy)
    return `policy ${by} denied request: ${why}`
  })
  const status = forbidden(request, '')
  return {
    ...status, message: messages[0]!, reason: refused[0]!.reason ?? status.reason,
    details: { ...status.details, causes: messages.map((message) => ({ message })) },
  }
}
