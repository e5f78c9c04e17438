import { duplicate, forbidden, invalid, required, tooMany, type FieldError } from '../../meta/field-error.ts'
import {
  addQuantity, compareQuantity, parseQuantity, quantitySign, quantityText, quantityValue, ZERO_QUANTITY, type Quantity,
} from '../../meta/quantity.ts'
import { at, where, type Path } from '../field-path.ts'
import type { CapacityRequestPolicy, CapacityRequestPolicyRange, DeviceCapacity } from '../generated/resource.gen.ts'

const OPTIONS_MAX = 10
const INT64_MAX = must('9223372036854775807')

/** Quantities are decoded before: what is here can be read. */
function must(text: string | undefined): Quantity {
  const parsed = parseQuantity(text ?? '0')
  return parsed.ok ? parsed.value : ZERO_QUANTITY
}

/** What may be asked of a shared device's capacity. Source: resource/validation validateRequestPolicy. */
export function policyErrors(errors: FieldError[], path: Path, capacity: DeviceCapacity): void {
  const policy = capacity.requestPolicy
  if (!policy) return
  const { validValues = [], validRange } = policy
  if (validValues.length > 0 && validRange)
    return void errors.push(
      forbidden(
        where(path),
        'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time',
      ),
    )
  const kind = validValues.length > 0 ? 'validValues' : validRange ? 'validRange' : undefined
  if (!kind) return
  if (policy.default === undefined)
    errors.push(required(where(path, 'default'), `required when ${kind} is defined`))
  else if (kind === 'validValues') valuesErrors(errors, at(path, kind), policy, must(capacity.value))
  else rangeErrors(errors, at(path, kind), rangeOf(policy, validRange!, capacity))
}

function valuesErrors(errors: FieldError[], path: Path, policy: CapacityRequestPolicy, most: Quantity): void {
  const values = (policy.validValues ?? []).map(must)
  const given = must(policy.default)
  for (const [i, value] of values.entries())
    if (i > 0 && compareQuantity(values[i - 1]!, value) > 0)
      errors.push(invalid(where(path, i), quantityText(value), 'values must be sorted in ascending order'))
  const within = values.length <= OPTIONS_MAX
  if (!within) errors.push(tooMany(where(path), values.length, OPTIONS_MAX))
  for (const [i, value] of within ? values.entries() : []) {
    if (compareQuantity(value, most) > 0)
      errors.push(
        invalid(
          where(path, i),
          quantityText(value),
          `option is larger than capacity value: ${quantityText(most)}`,
        ),
      )
    if (values.slice(0, i).some((other) => quantityValue(other) === quantityValue(value)))
      errors.push(duplicate(where(path, i), String(quantityValue(value))))
  }
  if (!within || !values.some((value) => compareQuantity(value, given) === 0))
    errors.push(
      invalid(where(path), quantityText(given), 'default value is not valid according to the requestPolicy'),
    )
}

interface Range {
  readonly default: Quantity
  readonly min?: Quantity
  readonly max?: Quantity
  readonly step?: Quantity
  readonly most: Quantity
}

function rangeOf(
  policy: CapacityRequestPolicy,
  range: CapacityRequestPolicyRange,
  capacity: DeviceCapacity,
): Range {
  const optional = (text: string | undefined): Quantity | undefined => (text === undefined ? undefined : must(text))
  const [min, max, step] = [range.min, range.max, range.step].map(optional)
  return {
    default: must(policy.default),
    most: must(capacity.value),
    ...(min && { min }),
    ...(max && { max }),
    ...(step && { step }),
  }
}

function rangeErrors(errors: FieldError[], path: Path, range: Range): void {
  const { min, max, most } = range
  const refuse = (name: string, value: Quantity, detail: string, limit: Quantity): void =>
    void errors.push(invalid(where(path, name), quantityText(value), `${detail}: ${quantityText(limit)}`))
  if (!min) return void errors.push(required(where(path, 'min'), 'required when validRange is defined'))
  if (compareQuantity(min, most) > 0) refuse('min', min, 'min is larger than capacity value', most)
  if (compareQuantity(range.default, min) < 0) refuse('default', range.default, 'default is less than min', min)
  if (max) {
    if (compareQuantity(min, max) > 0) refuse('max', min, 'min is larger than max', max)
    if (compareQuantity(max, most) > 0) refuse('max', max, 'max is larger than capacity value', most)
    if (compareQuantity(range.default, max) > 0)
      refuse('default', range.default, 'default is more than max', max)
  }
  if (range.step) stepErrors(errors, path, { ...range, min, step: range.step })
}

type Steps = Range & { readonly min: Quantity; readonly step: Quantity }

function stepErrors(errors: FieldError[], path: Path, range: Steps): void {
  const { min, step, max, most } = range
  const field = where(path, 'step')
  if (quantitySign(step) <= 0)
    return void errors.push(invalid(field, quantityText(step), 'must be greater than zero'))
  const first = addQuantity(min, step)
  if (compareQuantity(first, most) > 0)
    errors.push(
      invalid(
        field,
        quantityText(step),
        `one step ${quantityText(first)} is larger than capacity value: ${quantityText(most)}`,
      ),
    )
  const parts = ['default', 'min', 'max', 'step'] as const
  const unsafe = parts.flatMap((name) => int64Errors(where(path, name), range[name]))
  errors.push(...unsafe)
  if (unsafe.length > 0) return
  for (const value of max ? [range.default, max] : [range.default])
    if ((quantityValue(value) - quantityValue(min)) % quantityValue(step) !== 0)
      errors.push(
        invalid(
          field,
          quantityText(value),
          `value is not a multiple of a given step (${quantityText(step)}) from (${quantityText(min)})`,
        ),
      )
}

function int64Errors(field: string, value: Quantity | undefined): FieldError[] {
  if (!value) return []
  if (quantitySign(value) < 0)
    return [invalid(field, quantityText(value), 'must be greater than or equal to 0')]
  if (compareQuantity(value, INT64_MAX) > 0)
    return [invalid(field, quantityText(value), 'must not be larger than 9223372036854775807')]
  return []
}
