import { invalid, type FieldError } from '../meta/field-error.ts'
import {
  addQuantity,
  compareQuantity,
  parseQuantity,
  quantityMilliValue,
  quantitySign,
  quantityText,
  quantityValue,
  roundUpQuantity,
  type Quantity,
} from '../meta/quantity.ts'
import { where, type Path } from './field-path.ts'
import { isIntegerResource } from './resource-name.ts'

/** Amounts by resource name as objects hold them. Source: core/v1 ResourceList. */
export type ResourceList = Record<string, string>

/** Amounts by resource name, exact. */
export type Quantities = Map<string, Quantity>

/** Amounts as plain numbers: thousandths of a core for `cpu`, whole units for the rest. */
export type Amounts = Record<string, number>

/** Reads a list; what is no quantity is left out (validation refused it). */
export function quantitiesOf(list: ResourceList | undefined): Quantities {
  const result: Quantities = new Map()
  addList(result, list)
  return result
}

/** Adds a list of texts to `into`. */
export function addList(into: Quantities, list: ResourceList | undefined): void {
  for (const name in list) {
    const parsed = parseQuantity(String(list[name]))
    if (parsed.ok) addOne(into, name, parsed.value)
  }
}

/** Adds exact amounts to `into`. */
export function addAll(into: Quantities, more: Quantities): void {
  for (const [name, quantity] of more) addOne(into, name, quantity)
}

/** Raises each amount of `into` to at least that of `other`. */
export function raiseAll(into: Quantities, other: Quantities): void {
  for (const [name, quantity] of other) {
    const old = into.get(name)
    if (!old || compareQuantity(quantity, old) > 0) into.set(name, quantity)
  }
}

/** Canonical texts of the amounts. */
export const listOf = (quantities: Quantities): ResourceList =>
  Object.fromEntries([...quantities].map(([name, q]) => [name, quantityText(q)]))

/** The number that schedulers add up. Source: scheduler framework.Resource. */
export const amountOf = (name: string, quantity: Quantity): number =>
  name === 'cpu' ? quantityMilliValue(quantity) : quantityValue(quantity)

/** All amounts as such numbers. */
export const amountsOf = (quantities: Quantities): Amounts =>
  Object.fromEntries([...quantities].map(([name, q]) => [name, amountOf(name, q)]))

/** Adds (or with `times` -1 takes away) numbers in place. */
export function addAmounts(into: Amounts, more: Amounts, times = 1): void {
  for (const name in more) into[name] = (into[name] ?? 0) + times * more[name]!
}

/** Names of what `wanted` asks beyond `free`; empty when it fits. */
export function lacking(wanted: Amounts, free: Amounts): string[] {
  const names: string[] = []
  for (const name in wanted)
    if (wanted[name]! > 0 && wanted[name]! > (free[name] ?? 0)) names.push(name)
  return names
}

/** Whether two texts mean the same amount. */
export function sameQuantity(a: string | undefined, b: string | undefined): boolean {
  if (a === b) return true
  const left = parseQuantity(a ?? '0')
  const right = parseQuantity(b ?? '0')
  return left.ok && right.ok && compareQuantity(left.value, right.value) === 0
}

/** Rounds amounts up to thousandths, in place. Source: core/v1 SetDefaults_ResourceList. */
export function roundQuantities(list: ResourceList | undefined): void {
  for (const name in list) {
    const text = list[name]!
    // Only these suffixes, many decimals or a negative exponent can be finer than a thousandth.
    if (!mayBeFine(text)) continue
    const parsed = parseQuantity(text)
    if (parsed.ok) list[name] = quantityText(roundUpQuantity(parsed.value, -3))
  }
}

/** Source: core/validation ValidateResourceQuantityValue. */
export function quantityErrors(
  errors: FieldError[],
  path: Path,
  name: string,
  text: string,
): void {
  const parsed = parseQuantity(text)
  if (!parsed.ok) return
  if (quantitySign(parsed.value) < 0)
    errors.push(invalid(where(path), text, 'must be greater than or equal to 0'))
  if (isIntegerResource(name) && !isWhole(parsed.value))
    errors.push(invalid(where(path), text, 'must be an integer'))
}

/** Whether the amount is a multiple of one, looking at thousandths only as upstream does. */
export const isWhole = (quantity: Quantity): boolean => quantityMilliValue(quantity) % 1000 === 0

function addOne(into: Quantities, name: string, quantity: Quantity): void {
  const old = into.get(name)
  into.set(name, old ? addQuantity(old, quantity) : quantity)
}

function mayBeFine(text: string): boolean {
  const last = text.charCodeAt(text.length - 1)
  if (last === 0x6e || last === 0x75) return true
  return text.includes('.') || text.includes('e') || text.includes('E')
}
