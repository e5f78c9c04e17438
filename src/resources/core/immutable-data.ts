import { forbidden, type FieldError } from '../../meta/field-error.ts'
import { equalMaps } from '../equal.ts'

type Bags = Record<string, Record<string, string> | undefined>

/**
 * What an immutable ConfigMap or Secret refuses; `bags` names its maps.
 * Source: core/validation ValidateConfigMapUpdate and ValidateSecretUpdate.
 */
export function immutableErrors(
  object: { immutable?: boolean },
  before: { immutable?: boolean },
  bags: readonly string[],
): FieldError[] {
  if (before.immutable !== true) return []
  const why = 'field is immutable when `immutable` is set'
  const errors = object.immutable === true ? [] : [forbidden('immutable', why)]
  for (const bag of bags)
    if (!equalMaps((object as Bags)[bag], (before as Bags)[bag])) errors.push(forbidden(bag, why))
  return errors
}
