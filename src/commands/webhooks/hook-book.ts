import type { PendingState } from '../../projections/pending-state.ts'
import type { ResourceDefinition, ServedVersion } from '../../resources/define.ts'
import type { MutatingWebhook, MutatingWebhookConfiguration } from '../../resources/generated/admissionregistration.gen.ts'
import { matchedVersion } from '../matching/rules.ts'
import { isExempt, type Subject } from '../matching/subject.ts'

/** When webhooks are called. */
export type HookKind = 'mutate' | 'validate'

const RESOURCES: Readonly<Record<HookKind, string>> = {
  mutate: 'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  validate: 'validatingwebhookconfigurations.admissionregistration.k8s.io',
}
const OPERATIONS = ['CREATE', 'UPDATE', 'DELETE'] as const

/** One webhook of a configuration; those that validate have no reinvocation policy. */
export interface Hook {
  readonly configuration: string
  /** Tells webhooks of one name apart. Source: webhook/configuration mergeMutatingWebhookConfigurations. */
  readonly uid: string
  readonly webhook: MutatingWebhook
}

/** The webhooks that are configured, in the order of their configurations' names. */
export class HookBook {
  readonly #state: PendingState
  readonly #hooks: Record<HookKind, readonly Hook[] | undefined> = { mutate: undefined, validate: undefined }

  constructor(state: PendingState) {
    this.#state = state
    state.onAbort(() => this.#forget())
    state.onStaged(({ resource }) => {
      if (resource === RESOURCES.mutate || resource === RESOURCES.validate) this.#forget()
    })
  }

  hooks(kind: HookKind): readonly Hook[] {
    return (this.#hooks[kind] ??= this.#read(kind))
  }

  /** Whether rules of any webhook mean such a resource, whatever is done to it. */
  concerns(definition: ResourceDefinition, { group, version }: ServedVersion, subresource: string): boolean {
    const [mutate, validate] = [this.hooks('mutate'), this.hooks('validate')]
    if (mutate.length + validate.length === 0 || isExempt(definition.resource)) return false
    const subject = {
      group, version, plural: definition.plural, subresource, name: '',
      namespace: definition.namespaced ? 'any' : '', isNamespace: definition.isNamespace ?? false,
      equivalents: definition.served,
    }
    return [...mutate, ...validate].some(({ webhook: { rules = [], matchPolicy } }) =>
      OPERATIONS.some((operation) => matchedVersion(rules, { ...subject, operation }, matchPolicy)))
  }

  /** Whether rules of any webhook of this kind mean the request. */
  matches(kind: HookKind, subject: Subject): boolean {
    return this.hooks(kind).some(({ webhook: { rules = [], matchPolicy } }) => matchedVersion(rules, subject, matchPolicy))
  }

  #forget(): void {
    this.#hooks.mutate = undefined
    this.#hooks.validate = undefined
  }

  #read(kind: HookKind): Hook[] {
    return this.#state.entries(RESOURCES[kind])
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => hooksOf(entry.object as MutatingWebhookConfiguration))
  }
}

function hooksOf({ metadata, webhooks = [] }: MutatingWebhookConfiguration): Hook[] {
  const seen = new Map<string, number>()
  return webhooks.map((webhook) => {
    const count = seen.get(webhook.name) ?? 0
    seen.set(webhook.name, count + 1)
    return { configuration: metadata.name!, uid: `${metadata.name}/${webhook.name}/${count}`, webhook }
  })
}
