import { invalid, type FieldError } from '../../meta/field-error.ts'
import { intValue, isPercent, type IntOrString } from '../../meta/int-or-string.ts'
import { isValidPercent } from '../../meta/names.ts'

/** Source: apps/validation ValidatePositiveIntOrPercent. */
export function intOrPercentErrors(field: string, value: IntOrString): FieldError[] {
  if (typeof value === 'string')
    return isValidPercent(value).map((reason) => invalid(field, value, reason))
  return value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : []
}

/** Source: apps/validation IsNotMoreThan100Percent. */
export const notMoreThanAllErrors = (field: string, value: IntOrString): FieldError[] =>
  isPercent(value) && parseInt(value, 10) > 100
    ? [invalid(field, value, 'must not be greater than 100%')]
    : []

/** The number, or the percentage's number. Source: apps/validation getIntOrPercentValue. */
export const intOrPercent = (value: IntOrString): number =>
  isPercent(value) ? parseInt(value, 10) : intValue(value)
