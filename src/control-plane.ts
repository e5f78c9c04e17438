import type { Clock } from './base/clock.ts'
import type { Log as Logger } from './base/log.ts'
import { AdmissionWebhooks } from './api/webhooks/admission-webhooks.ts'
import { webhookCaller } from './api/webhooks/call-webhook.ts'
import { PolicyBook } from './commands/policies/policy-book.ts'
import { mutatingPolicies } from './commands/policies/mutating-policies.ts'
import { validatingPolicies } from './commands/policies/validating-policies.ts'
import { webhookConditions } from './commands/policies/webhook-conditions.ts'
import { HookBook } from './commands/webhooks/hook-book.ts'
import { webhookRules } from './commands/webhooks/webhook-rules.ts'
import { admissionChain } from './commands/admission-chain.ts'
import { serviceAccountAdmission } from './commands/admission/service-account.ts'
import { defaultTolerations } from './commands/admission/default-tolerations.ts'
import { claimResize } from './commands/admission/claim-resize.ts'
import { defaultIngressClass, defaultStorageClass } from './commands/admission/default-class.ts'
import { podResize } from './commands/admission/pod-resize.ts'
import { podSecurity, podSecurityLabels, podSecurityTemplates } from './commands/admission/pod-security.ts'
import { runtimeClassAdmission, runtimeClassCheck } from './commands/admission/runtime-class.ts'
import { signerRules } from './commands/admission/signer-rights.ts'
import { storageProtection } from './commands/admission/storage-protection.ts'
import { taintNodes } from './commands/admission/taint-nodes.ts'
import { topologyLabels } from './commands/admission/topology-labels.ts'
import { disruptionBudgets } from './commands/admission/disruption-budget.ts'
import { limitRanger, limitRangerCheck } from './commands/admission/limit-ranger.ts'
import { escalationRules, type HeldRights } from './commands/admission/escalation.ts'
import { namespaceLifecycle } from './commands/admission/namespace-lifecycle.ts'
import { priorityAdmission } from './commands/admission/priority.ts'
import { resourceQuotaAdmission } from './commands/admission/resource-quota.ts'
import { serviceAddresses } from './commands/admission/service-address.ts'
import type { AdmissionRule } from './commands/environment.ts'
import { Commands } from './commands/execute.ts'
import type { LeaderLock } from './events/leader-lock.ts'
import type { Log } from './events/log.ts'
import type { Sequencer } from './events/proposal.ts'
import { createSequencer } from './events/sequencer.ts'
import { Past } from './history/as-of.ts'
import type { Identity } from './identity.ts'
import { followDefinitions } from './projections/follow-definitions.ts'
import { LiveReader } from './projections/live-reader.ts'
import { LiveRegistry } from './projections/live-registry.ts'
import { LiveView } from './projections/live-view.ts'
import { PendingState } from './projections/pending-state.ts'
import type { Authorizer } from './rights/attributes.ts'
import { authorizerOf } from './rights/authorizers.ts'
import { RuleIndex } from './rights/rule-index.ts'
import { builtIn } from './resources/registry.ts'

/** The log's writer with everything that decides: what the API, controllers and history stand on. */
export interface Core {
  readonly log: Log
  readonly registry: LiveRegistry
  readonly view: LiveView
  readonly sequencer: Sequencer
  readonly commands: Commands
  readonly reader: LiveReader
  readonly past: Past
  /** Who may do what, by the rights in the view. */
  readonly authorizer: Authorizer
  readonly rules: RuleIndex
}

/** What a core is made from. */
export interface CoreParts {
  readonly log: Log
  readonly lock: LeaderLock
  readonly clock: Clock
  readonly logger: Logger
  readonly identity: Identity
  /** Seeds ids; derived from the cluster key. */
  readonly idKey: Uint8Array
  readonly signal: AbortSignal
  /** Now in microseconds; the machine's unless a simulation gives its own. */
  readonly micros?: () => number
}

/** Objects read in one page while the view is loaded. */
const LOAD_PAGE = 1_000

/** Loads the view, takes the lock and is ready to decide. */
export async function openCore(parts: CoreParts): Promise<Core> {
  const { log, lock, clock, logger } = parts
  const registry = new LiveRegistry(builtIn)
  const view = new LiveView((resource) => registry.byResource(resource))
  const head = await log.head()
  for await (const page of log.live(LOAD_PAGE)) view.load(page)
  view.loaded(head.revision)
  followDefinitions(view, registry)
  const rules = new RuleIndex(view)
  const authorizer = authorizerOf(rules)
  const state = new PendingState(view)
  const sequencer = createSequencer({
    log, host: state, lock, clock,
    applied: () => view.revision,
    onHolder: (holder) => holder && logger.warn(`waiting: the log is held by ${holder}`),
  })
  const hooks = new HookBook(state)
  const admission = admissionChain(admissionOf(parts.identity, state, { hooks, held: () => ({ authorizer, rules }) }))
  const caller = webhookCaller(view)
  parts.signal.addEventListener('abort', () => caller.close(), { once: true })
  const consultant = new AdmissionWebhooks(caller, hooks, webhookConditions(authorizer))
  const commands = new Commands(
    { registry, state, admission, authorizer, consultant, idKey: parts.idKey }, sequencer, parts.micros ?? micros,
  )
  await sequencer.lead(parts.signal)
  const past = new Past(log, (resource) => registry.byResource(resource))
  const reader = new LiveReader(view, sequencer, (revision, resource, namespace) =>
    past.snapshot(revision, resource, namespace),
  )
  return { log, registry, view, sequencer, commands, reader, past, authorizer, rules }
}

/**
 * The admission chain, in the order of upstream's plugins; a shadow replay decides with the same.
 * Source: pkg/kubeapiserver/options/plugins.go.
 */
export function admissionOf(
  identity: Identity,
  state: PendingState,
  kept: { readonly hooks?: HookBook; readonly held?: () => HeldRights } = {},
): AdmissionRule[] {
  const { hooks = new HookBook(state), held = rightsIn(state) } = kept
  const { mutating, validating } = webhookRules(hooks)
  const policies = new PolicyBook(state)
  const rights = (): Authorizer => held().authorizer
  return [
    namespaceLifecycle, limitRanger, limitRangerCheck, serviceAccountAdmission, taintNodes, podSecurity,
    podSecurityTemplates, podSecurityLabels, priorityAdmission, defaultTolerations, defaultStorageClass,
    storageProtection, claimResize, runtimeClassAdmission, runtimeClassCheck, defaultIngressClass, topologyLabels,
    podResize, disruptionBudgets, mutatingPolicies(policies, rights), mutating,
    ...escalationRules(held), ...signerRules(held),
    validatingPolicies(policies, rights), validating, serviceAddresses(identity.serviceCidr, state),
    resourceQuotaAdmission(state),
  ]
}

/** Rights of a state that no core keeps them for, indexed when they are first asked for. */
function rightsIn({ view }: PendingState): () => HeldRights {
  let held: HeldRights | undefined
  return () => {
    if (!held) {
      const rules = new RuleIndex(view)
      held = { rules, authorizer: authorizerOf(rules) }
    }
    return held
  }
}

/** Now in microseconds since the epoch. */
export const micros = (): number => Math.floor((performance.timeOrigin + performance.now()) * 1000)
