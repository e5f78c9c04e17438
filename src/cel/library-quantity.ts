import {
  addQuantity, compareQuantity, parseQuantity, quantitySign, quantityText, subQuantity,
  type Quantity,
} from '../meta/quantity.ts'
import { functionOf, overload, type FunctionDecl, type Implementation } from './declarations.ts'
import { structType } from './types.ts'
import {
  NO_OVERLOAD, celObject, dataOf, double, failure, intOf, isInt64, orNoOverload,
  type ObjectKind, type Value,
} from './values.ts'

/** An amount, and whether upstream holds it as a big decimal, which is never an integer to it. */
export interface CelQuantity {
  readonly amount: Quantity
  readonly decimal: boolean
}

/** Quantities. Source: apiserver pkg/cel/quantity.go. */
export const QUANTITY: ObjectKind<CelQuantity> = {
  type: structType('kubernetes.Quantity'),
  equal: (a, b) => compareQuantity(a.amount, b.amount) === 0,
  text: ({ amount }) => quantityText(amount),
}

const SHAPE = /^[+-]?0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/
const DECIMAL_POWERS: Readonly<Record<string, number>> = {
  n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18,
}
const BINARY_POWERS: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }

/** Whether a text is too long for upstream's way with an int64. Source: resource.ParseQuantity. */
function isDecimal(text: string): boolean {
  const [, whole = '', fraction = '', suffix = ''] = SHAPE.exec(text)!
  const digits = Math.max(whole.length, 1)
  const binary = BINARY_POWERS[suffix]
  if (binary !== undefined) {
    if (fraction !== '' || 14 - digits - Math.trunc((binary * 3) / 10) < 0) return true
    return Number(whole) * 2 ** binary >= 2 ** 63
  }
  const power = DECIMAL_POWERS[suffix] ?? Number(suffix.slice(1))
  return digits + fraction.length > 18 || power - fraction.length < -9
}

/** Reads a quantity. Errors are upstream's, which trims nothing. */
export function readQuantity(text: string): Value {
  const parsed = text === text.trim() ? parseQuantity(text) : parseQuantity('')
  if (!parsed.ok) return failure(parsed.error)
  return celObject(QUANTITY, { amount: parsed.value, decimal: isDecimal(text) })
}

/** The amount as an int64; undefined when upstream says that it is none. Source: Quantity.AsInt64. */
function wholeOf({ amount, decimal }: CelQuantity): bigint | undefined {
  if (decimal || amount.exponent < 0) return undefined
  const exact = BigInt(amount.unscaled) * 10n ** BigInt(amount.exponent)
  return isInt64(exact) ? exact : undefined
}

/** Source: Quantity.AsApproximateFloat64. */
const approximate = ({ amount: { unscaled, exponent } }: CelQuantity): number =>
  exponent === 0 ? Number(unscaled) : Number(unscaled) * Number(`1e${exponent}`)

const ofQuantity =
  (run: (quantity: CelQuantity, other: Value) => Value): Implementation =>
  (value, other) => {
    const quantity = dataOf(value, QUANTITY)
    return quantity ? run(quantity, other) : orNoOverload(value)
  }

const ofTwo = (run: (a: CelQuantity, b: CelQuantity) => Value): Implementation =>
  ofQuantity((a, value) => {
    const b = dataOf(value, QUANTITY)
    return b ? run(a, b) : NO_OVERLOAD
  })

type Arithmetic = (a: Quantity, b: Quantity) => Quantity

function computed(a: CelQuantity, b: CelQuantity, compute: Arithmetic): Value {
  const { text: _, ...amount } = compute(a.amount, b.amount)
  const { text: __, ...left } = a.amount
  const exact = BigInt(amount.unscaled)
  const decimal = a.decimal || b.decimal || !isInt64(exact)
  return celObject(QUANTITY, { amount: quantitySign(b.amount) === 0 && compute === addQuantity ? left : amount, decimal })
}

/** With a quantity, or with an int. */
const arithmetic = (compute: Arithmetic): Implementation =>
  ofQuantity((a, value) => {
    if (typeof value === 'number' || typeof value === 'bigint') {
      const amount: Quantity = { unscaled: value, exponent: 0, format: 'DecimalExponent' }
      return computed(a, { amount, decimal: false }, compute)
    }
    const b = dataOf(value, QUANTITY)
    return b ? computed(a, b, compute) : NO_OVERLOAD
  })

const Q = 'kubernetes.Quantity'

/** Quantities. Source: apiserver cel/library/quantity.go. */
export const QUANTITY_FUNCTIONS: readonly FunctionDecl[] = [
  functionOf('quantity', [
    overload('string_to_quantity', `(string) -> ${Q}`, (text) => (typeof text === 'string' ? readQuantity(text) : orNoOverload(text))),
  ]),
  functionOf('isQuantity', [
    overload('is_quantity_string', '(string) -> bool', (text) =>
      typeof text === 'string' ? text === text.trim() && parseQuantity(text).ok : orNoOverload(text),
    ),
  ]),
  functionOf('sign', [overload('quantity_sign', `(${Q}) -> int`, ofQuantity(({ amount }) => quantitySign(amount)))]),
  functionOf('isGreaterThan', [
    overload('quantity_is_greater_than', `${Q}.(${Q}) -> bool`, ofTwo((a, b) => compareQuantity(a.amount, b.amount) > 0)),
  ]),
  functionOf('isLessThan', [
    overload('quantity_is_less_than', `${Q}.(${Q}) -> bool`, ofTwo((a, b) => compareQuantity(a.amount, b.amount) < 0)),
  ]),
  functionOf('compareTo', [
    overload('quantity_compare_to', `${Q}.(${Q}) -> int`, ofTwo((a, b) => compareQuantity(a.amount, b.amount))),
  ]),
  functionOf('asApproximateFloat', [
    overload('quantity_get_float', `${Q}.() -> double`, ofQuantity((quantity) => double(approximate(quantity)))),
  ]),
  functionOf('asInteger', [
    overload('quantity_get_int', `${Q}.() -> int`, ofQuantity((quantity) => {
      const whole = wholeOf(quantity)
      return whole === undefined ? failure('cannot convert value to integer') : intOf(whole)
    })),
  ]),
  functionOf('isInteger', [
    overload('quantity_is_integer', `${Q}.() -> bool`, ofQuantity((quantity) => wholeOf(quantity) !== undefined)),
  ]),
  functionOf('add', [
    overload('quantity_add', `${Q}.(${Q}) -> ${Q}`, arithmetic(addQuantity)),
    overload('quantity_add_int', `${Q}.(int) -> ${Q}`, arithmetic(addQuantity)),
  ]),
  functionOf('sub', [
    overload('quantity_sub', `${Q}.(${Q}) -> ${Q}`, arithmetic(subQuantity)),
    overload('quantity_sub_int', `${Q}.(int) -> ${Q}`, arithmetic(subQuantity)),
  ]),
]
