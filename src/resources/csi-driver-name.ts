import { required, tooLong, type FieldError } from '../meta/field-error.ts'
import { exceedsBytes, isDns1123Subdomain } from '../meta/names.ts'
import { addInvalid } from './checks.ts'
import { where, type Path } from './field-path.ts'

const DRIVER_BYTES_MAX = 63

/** Source: core/validation ValidateCSIDriverName. */
export function csiDriverNameErrors(
  errors: FieldError[],
  path: Path,
  step: string,
  name: string | undefined,
): void {
  if (!name) return void errors.push(required(where(path, step), ''))
  if (exceedsBytes(name, DRIVER_BYTES_MAX))
    errors.push(tooLong(where(path, step), DRIVER_BYTES_MAX))
  addInvalid(errors, path, step, name, isDns1123Subdomain(name.toLowerCase()))
}
