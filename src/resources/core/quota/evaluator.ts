import type { Instant } from '../../../base/clock.ts'
import type { KubeObject } from '../../../meta/object.ts'
import type { Quantity } from '../../../meta/quantity.ts'
import type { ScopedResourceSelectorRequirement } from '../../generated/core.gen.ts'
import type { Quantities } from '../../resource-list.ts'

/** One object. */
export const ONE: Quantity = { unscaled: 1, exponent: 0, format: 'DecimalSI' }

/** How objects of one resource use quotas. Pure. Source: apiserver quota/v1 Evaluator. */
export interface QuotaEvaluator<O extends KubeObject = KubeObject> {
  /** Whether a name in a quota's `hard` is one of this resource's. */
  counts(name: string): boolean
  /** Whether such a write can change what is used. `before` is there for updates. */
  handles(operation: 'CREATE' | 'UPDATE', subresource: string, object: O, before: O | undefined): boolean
  /** `usage` is the same for every object: it does not look at them. */
  readonly blind?: boolean
  /** All that the object uses, of any quota. */
  usage(object: O): Quantities
  /** When an object that is still there stops using more than `usageAfter`; milliseconds. */
  heldUntil?(object: O): Instant | undefined
  readonly usageAfter?: Quantities
  /** Whether the object is in a scope; left out where no scope applies. */
  inScope?(selector: ScopedResourceSelectorRequirement, object: O): boolean
  /** What the object must state because these names are counted. */
  lacks?(object: O, counted: readonly string[]): string | undefined
}

/** Whether the object is in all of these scopes. */
export const isInScopes = (
  evaluator: QuotaEvaluator,
  scopes: readonly ScopedResourceSelectorRequirement[],
  object: KubeObject,
): boolean => scopes.every((scope) => evaluator.inScope?.(scope, object) ?? false)
