import type { KubeObject } from '../../meta/object.ts'
import type { PendingState } from '../../projections/pending-state.ts'
import type { ResourceDefinition } from '../../resources/define.ts'
import type {
  MutatingAdmissionPolicySpec, ValidatingAdmissionPolicyBindingSpec, ValidatingAdmissionPolicySpec,
} from '../../resources/generated/admissionregistration.gen.ts'
import { compileMutating, compileValidating, type CompiledMutating, type CompiledValidating } from './compiled.ts'

/** A binding of either kind; those that mutate have no actions. */
export interface Binding {
  readonly name: string
  readonly spec: ValidatingAdmissionPolicyBindingSpec
}

/** A policy with its bindings and its expressions. */
export interface Policy<Spec, Expressions> {
  readonly name: string
  readonly spec: Spec
  readonly bindings: readonly Binding[]
  readonly compiled: Expressions
}

/** Policies of both kinds. */
export type ValidatingPolicy = Policy<ValidatingAdmissionPolicySpec, CompiledValidating>
export type MutatingPolicy = Policy<MutatingAdmissionPolicySpec, CompiledMutating>

const GROUP = 'admissionregistration.k8s.io'
const KIND = {
  validating: { policies: `validatingadmissionpolicies.${GROUP}`, bindings: `validatingadmissionpolicybindings.${GROUP}` },
  mutating: { policies: `mutatingadmissionpolicies.${GROUP}`, bindings: `mutatingadmissionpolicybindings.${GROUP}` },
} as const
const RESOURCES: ReadonlySet<ResourceDefinition['resource']> = new Set(Object.values(KIND).flatMap((kind) => Object.values(kind)))

/** The policies that are bound, by name; compiled once for each stored version. */
export class PolicyBook {
  readonly #state: PendingState
  readonly #compiled = new WeakMap<KubeObject, CompiledValidating | CompiledMutating>()
  #validating: readonly ValidatingPolicy[] | undefined
  #mutating: readonly MutatingPolicy[] | undefined

  constructor(state: PendingState) {
    this.#state = state
    state.onAbort(() => this.#forget())
    state.onStaged(({ resource }) => {
      if (RESOURCES.has(resource)) this.#forget()
    })
  }

  get validating(): readonly ValidatingPolicy[] {
    return (this.#validating ??= this.#bound<ValidatingPolicy>(KIND.validating, compileValidating))
  }

  get mutating(): readonly MutatingPolicy[] {
    return (this.#mutating ??= this.#bound<MutatingPolicy>(KIND.mutating, compileMutating))
  }

  #forget(): void {
    this.#validating = undefined
    this.#mutating = undefined
  }

  #bound<P extends ValidatingPolicy | MutatingPolicy>(
    { policies, bindings }: { readonly policies: string; readonly bindings: string },
    compile: (spec: P['spec']) => P['compiled'],
  ): P[] {
    const bound = this.#bindings(bindings)
    if (bound.size === 0) return []
    return this.#byName(policies).flatMap(({ name, object }) => {
      const own = bound.get(name)
      if (!own) return []
      const { spec } = object as KubeObject & Pick<P, 'spec'>
      let compiled = this.#compiled.get(object) as P['compiled'] | undefined
      if (!compiled) this.#compiled.set(object, (compiled = compile(spec)))
      return [{ name, spec, bindings: own, compiled } as unknown as P]
    })
  }

  #bindings(resource: string): Map<string, Binding[]> {
    const found = new Map<string, Binding[]>()
    for (const { name, object } of this.#byName(resource)) {
      const { spec } = object as KubeObject & Binding
      const own = found.get(spec.policyName)
      if (own) own.push({ name, spec })
      else found.set(spec.policyName, [{ name, spec }])
    }
    return found
  }

  #byName(resource: string) {
    return this.#state.entries(resource).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }
}
