import {
  STORAGE_PARAMETERS_BYTES_MAX,
  STORAGE_PARAMETERS_MAX,
} from '../../base/limits.ts'
import { invalid, required, tooLong, type FieldError } from '../../meta/field-error.ts'
import { isQualifiedName } from '../../meta/names.ts'

/** What a provisioner is told. Source: storage/validation validateParameters. */
export function parameterErrors(
  field: string,
  parameters: Readonly<Record<string, string>> = {},
): FieldError[] {
  const entries = Object.entries(parameters)
  if (entries.length > STORAGE_PARAMETERS_MAX) return [tooLong(field, STORAGE_PARAMETERS_MAX)]
  const errors: FieldError[] = []
  let bytes = 0
  for (const [key, value] of entries) {
    if (key === '') errors.push(invalid(field, key, 'field can not be empty.'))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (bytes > STORAGE_PARAMETERS_BYTES_MAX)
    errors.push(tooLong(field, STORAGE_PARAMETERS_BYTES_MAX))
  return errors
}

/** Name of what makes the volumes. Source: storage/validation validateProvisioner. */
export function provisionerErrors(field: string, name: string | undefined): FieldError[] {
  if (!name) return [required(field, '')]
  const lower = name.toLowerCase()
  return isQualifiedName(lower).map((reason) => invalid(field, lower, reason))
}
