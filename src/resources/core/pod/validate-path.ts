import { invalid, type FieldError } from '../../../meta/field-error.ts'
import { where, type Path } from '../../field-path.ts'

/** A path may not leave its directory. Source: core/validation validatePathNoBacksteps. */
export function backstepErrors(
  errors: FieldError[],
  path: Path | undefined,
  step: string | number,
  text: string,
): void {
  if (text.includes('..') && text.split('/').includes('..'))
    errors.push(invalid(where(path, step), text, "must not contain '..'"))
}

/** A path below a directory. Source: core/validation validateLocalDescendingPath. */
export function descendingPathErrors(
  errors: FieldError[],
  path: Path | undefined,
  step: string | number,
  text: string,
): void {
  if (text.startsWith('/'))
    errors.push(invalid(where(path, step), text, 'must be a relative path'))
  backstepErrors(errors, path, step, text)
}

/** Such a path that the kubelet does not use itself. Source: ValidateLocalNonReservedPath. */
export function localPathErrors(
  errors: FieldError[],
  path: Path | undefined,
  step: string | number,
  text: string,
): void {
  descendingPathErrors(errors, path, step, text)
  if (text.startsWith('..') && !text.startsWith('../'))
    errors.push(invalid(where(path, step), text, "must not start with '..'"))
}
