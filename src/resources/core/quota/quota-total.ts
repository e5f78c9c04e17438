import type { Instant } from '../../../base/clock.ts'
import type { KubeObject } from '../../../meta/object.ts'
import { addQuantity, compareQuantity, subQuantity, ZERO_QUANTITY, type Quantity } from '../../../meta/quantity.ts'
import type { ResourceQuota } from '../../generated/core.gen.ts'
import { quantitiesOf, type Quantities } from '../../resource-list.ts'
import { isInScopes } from './evaluator.ts'
import type { Evaluators } from './evaluators.ts'
import { scopesOf } from './scope.ts'

/** What one object is charged with, and until when it is held in full (milliseconds). */
interface Charge {
  readonly resource: string
  readonly used: ReadonlyMap<string, Quantity>
  readonly until: Instant | undefined
}

const NOTHING: ReadonlyMap<string, Quantity> = new Map()

/**
 * What the objects of a namespace use of one quota, kept exact object by object: what an object uses is
 * charged when it comes, replaced when it changes and given back when it goes, however often it is told.
 */
export class QuotaTotal {
  readonly quota: ResourceQuota
  readonly hard: ReadonlyMap<string, Quantity>
  readonly #evaluators: Evaluators
  readonly #scopes: ReturnType<typeof scopesOf>
  readonly #counted = new Map<string, readonly string[]>()
  readonly #charges = new Map<string, Charge>()
  readonly #expiring = new Set<string>()
  readonly #used: Quantities
  readonly #told = new Map<string, number>()

  constructor(quota: ResourceQuota, evaluators: Evaluators) {
    this.quota = quota
    this.hard = quantitiesOf(quota.spec?.hard)
    this.#evaluators = evaluators
    this.#scopes = scopesOf(quota)
    this.#used = new Map([...this.hard.keys()].map((name) => [name, ZERO_QUANTITY]))
  }

  /** The names of `hard` that objects of a resource use. */
  counted(resource: string): readonly string[] {
    let names = this.#counted.get(resource)
    if (names) return names
    const evaluator = this.#evaluators(resource)
    names = evaluator ? [...this.hard.keys()].filter((name) => evaluator.counts(name)) : []
    this.#counted.set(resource, names)
    return names
  }

  /** Whether the quota counts such an object. */
  covers(resource: string, object: KubeObject): boolean {
    if (this.counted(resource).length === 0) return false
    return this.#scopes.length === 0 || isInScopes(this.#evaluators(resource)!, this.#scopes, object)
  }

  /** Tells how an object is now, undefined when it is gone; whether that changed what is used, or until when. */
  set(resource: string, name: string, object: KubeObject | undefined): boolean {
    if (this.counted(resource).length === 0) return false
    const key = `${resource}/${name}`
    const before = this.#charges.get(key)
    if (before) this.#take(key, before)
    const charge = object && this.#chargeOf(resource, object)
    if (charge) this.#give(key, charge)
    return before?.until !== charge?.until || !sameAmounts(before?.used ?? NOTHING, charge?.used ?? NOTHING)
  }

  #chargeOf(resource: string, object: KubeObject): Charge {
    if (!this.covers(resource, object)) return { resource, used: NOTHING, until: undefined }
    const evaluator = this.#evaluators(resource)!
    return { resource, used: this.#mine(evaluator.usage(object)), until: evaluator.heldUntil?.(object) }
  }

  /** How many objects of a resource were told and are there. */
  told(resource: string): number {
    return this.#told.get(resource) ?? 0
  }

  /** What is used at this time, by the names of `hard`. */
  usedAt(now: Instant): ReadonlyMap<string, Quantity> {
    for (const key of this.#expiring) this.#expire(key, now)
    return this.#used
  }

  /** When the next object stops being held in full; undefined when none waits for that. */
  nextExpiry(): Instant | undefined {
    const times = [...this.#expiring].map((key) => this.#charges.get(key)!.until!)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  #expire(key: string, now: Instant): void {
    const charge = this.#charges.get(key)!
    if (now <= charge.until!) return
    const after = this.#evaluators(charge.resource)?.usageAfter ?? NOTHING
    this.#take(key, charge)
    this.#give(key, { resource: charge.resource, used: this.#mine(after), until: undefined })
  }

  #mine(all: ReadonlyMap<string, Quantity>): Quantities {
    const mine: Quantities = new Map()
    for (const [name, amount] of all) if (this.hard.has(name)) mine.set(name, amount)
    return mine
  }

  #give(key: string, charge: Charge): void {
    this.#charges.set(key, charge)
    if (charge.until !== undefined) this.#expiring.add(key)
    this.#told.set(charge.resource, this.told(charge.resource) + 1)
    for (const [name, amount] of charge.used) this.#used.set(name, addQuantity(this.#used.get(name)!, amount))
  }

  #take(key: string, charge: Charge): void {
    this.#charges.delete(key)
    this.#expiring.delete(key)
    this.#told.set(charge.resource, this.told(charge.resource) - 1)
    for (const [name, amount] of charge.used) this.#used.set(name, subQuantity(this.#used.get(name)!, amount))
  }
}

function sameAmounts(a: ReadonlyMap<string, Quantity>, b: ReadonlyMap<string, Quantity>): boolean {
  if (a.size !== b.size) return false
  for (const [name, amount] of a) {
    const other = b.get(name)
    if (!other || compareQuantity(amount, other) !== 0) return false
  }
  return true
}
