import type { KubeObject } from '../meta/object.ts'
import type { Status } from '../meta/status.ts'
import type { PendingState } from '../projections/pending-state.ts'
import type { Facts, ResourceDefinition, ServedVersion } from '../resources/define.ts'
import type { Registry } from '../resources/registry.ts'
import type { Consultant, Outside } from './outside.ts'
import type { Authorizer } from '../rights/attributes.ts'
import type { AdmissionChain } from './admission-chain.ts'
import type { RequestContext } from './request-context.ts'

/** What an admission rule looks at. `object` is fresh and may be changed by mutating rules. */
export interface AdmissionRequest {
  readonly definition: ResourceDefinition
  /** The version the client speaks. */
  readonly served: ServedVersion
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE'
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly object: KubeObject
  readonly before: KubeObject | undefined
  readonly facts: Facts
  readonly context: RequestContext
  readonly state: PendingState
  /** Kinds that are served. */
  readonly registry: Registry
  readonly dryRun: boolean
  /** Texts for the client beside the answer; rules append. */
  readonly warnings: string[]
  /** Answers of webhooks; undefined where nobody may be asked. */
  readonly outside: Outside | undefined
  readonly reinvocation: Reinvocation
  /** The options of a delete, as they were sent. */
  readonly options?: object
}

/** Whoever changed the object late makes the chain run a second time. Source: apiserver admission/reinvocation.go. */
export interface Reinvocation {
  round: 0 | 1
  wanted: boolean
  /** What policies that mutate know of the first round. */
  policies?: unknown
}

/**
 * One admission plugin. Pure but for what it takes from `state`; runs inside the decision, so that it
 * sees every earlier write. Returns a refusal, or undefined to let pass.
 */
export interface AdmissionRule {
  readonly name: string
  /** Storage resources it looks at; undefined for all. */
  readonly resources?: readonly string[]
  readonly operations: readonly ('CREATE' | 'UPDATE' | 'DELETE')[]
  /** Subresources it looks at, '' for the object itself; left out: the object alone. */
  readonly subresources?: readonly string[] | 'all'
  /**
   * `allocate` runs after a new object was found valid (before that on updates), as upstream's storage
   * does; `validate` runs last, on what would be stored, and changes nothing; all others run before the
   * kind prepares it, so that what it computes sees what they set.
   */
  readonly phase?: AdmissionPhase
  admit(request: AdmissionRequest): Status | undefined
}

/** When a rule runs; those without one are `mutate`. */
export type AdmissionPhase = 'mutate' | 'allocate' | 'validate'

/** What every decision is made with. */
export interface Environment {
  readonly registry: Registry
  readonly state: PendingState
  readonly admission: AdmissionChain
  /** Asked where a write turns out to be a create; left out: it may be. */
  readonly authorizer?: Authorizer
  /** Seeds uids and suffixes (design 2). */
  readonly idKey: Uint8Array
  /** Asks webhooks; left out where nobody is asked: a replay. */
  readonly consultant?: Consultant
}

/** One decision's frame. */
export interface Frame {
  readonly environment: Environment
  readonly definition: ResourceDefinition
  readonly served: ServedVersion
  readonly context: RequestContext
  readonly facts: Facts
  /** Revision the change gets when one is made. */
  readonly revision: number
  readonly warnings: string[]
  readonly outside?: Outside
}

/** What a frame adds to every request. */
type OfFrame = 'definition' | 'served' | 'facts' | 'context' | 'state' | 'registry' | 'warnings' | 'outside'
  | 'reinvocation'

/** A request before the frame's part is added. */
export type AdmissionWish = Omit<AdmissionRequest, OfFrame>

/** Runs one phase of the admission chain; the first refusal ends it. */
export function admit(
  frame: Frame, wish: AdmissionWish, phase: AdmissionPhase = 'mutate',
): Status | undefined {
  const { definition, environment } = frame
  const rules = environment.admission.rules(phase, wish.operation, definition.resource, wish.subresource)
  if (rules.length === 0) return undefined
  const reinvocation: Reinvocation = { round: 0, wanted: false }
  const request: AdmissionRequest = {
    ...wish, definition, served: frame.served, facts: frame.facts, context: frame.context, state: environment.state,
    registry: environment.registry, warnings: frame.warnings, outside: frame.outside, reinvocation,
  }
  const refusal = runRules(rules, request)
  if (refusal || !reinvocation.wanted) return refusal
  reinvocation.round = 1
  return runRules(rules, request)
}

function runRules(rules: readonly AdmissionRule[], request: AdmissionRequest): Status | undefined {
  for (const rule of rules) {
    const refusal = rule.admit(request)
    if (refusal) return refusal
  }
  return undefined
}
