import { FIELD_MANAGER_BYTES_MAX, MANAGED_FIELDS_SUBRESOURCE_BYTES_MAX } from '../base/limits.ts'
import { invalid, notSupported, required, tooLong, type FieldError } from './field-error.ts'
import { isPrintable } from './go-quote.ts'
import { exceedsBytes } from './names.ts'
import type { ManagedFieldsEntry } from './object.ts'

/** The shape of managedFields; what they say is not judged. Source: meta/v1/validation. */
export const validateManagedFields = (
  field: string,
  entries: readonly ManagedFieldsEntry[] | undefined,
): FieldError[] =>
  (entries ?? []).flatMap((entry, i) => entryErrors(`${field}[${i}]`, entry))

/** Printable characters, at most 128 bytes. Source: ValidateFieldManager. */
export function validateFieldManager(field: string, manager: string): FieldError[] {
  const errors: FieldError[] = []
  if (exceedsBytes(manager, FIELD_MANAGER_BYTES_MAX))
    errors.push(tooLong(field, FIELD_MANAGER_BYTES_MAX))
  let bytes = 0
  for (const character of manager) {
    if (!isPrintable(character))
      errors.push(
        invalid(field, manager, `invalid character ${codePoint(character)} (at position ${bytes})`),
      )
    bytes += Buffer.byteLength(character)
  }
  return errors
}

function entryErrors(field: string, entry: ManagedFieldsEntry): FieldError[] {
  const { operation = '', fieldsType = '', manager = '', subresource = '' } = entry
  const errors: FieldError[] = []
  if (operation === '') errors.push(required(`${field}.operation`, 'must not be empty'))
  else if (operation !== 'Apply' && operation !== 'Update')
    errors.push(notSupported(`${field}.operation`, operation, ['Apply', 'Update']))
  if (fieldsType !== '' && fieldsType !== 'FieldsV1')
    errors.push(invalid(`${field}.fieldsType`, fieldsType, 'must be `FieldsV1`'))
  errors.push(...validateFieldManager(`${field}.manager`, manager))
  if (exceedsBytes(subresource, MANAGED_FIELDS_SUBRESOURCE_BYTES_MAX))
    errors.push(tooLong(`${field}.subresource`, MANAGED_FIELDS_SUBRESOURCE_BYTES_MAX))
  return errors
}

/** Go's `%#U` of a character that cannot be printed. */
const codePoint = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
