import { invalid, type FieldError } from '../../../meta/field-error.ts'
import { where, type Path } from '../../field-path.ts'

/** Paths that earlier sources filled; a repetition is an error of the whole volume. */
export interface Taken {
  readonly paths: Set<string>
  readonly errors: FieldError[]
  readonly volume: Path
}

/** Takes a path, or says that it was taken; `shown` is what upstream shows. */
export function takePath({ paths, errors, volume }: Taken, path: string, shown: string): void {
  if (paths.has(path)) errors.push(invalid(where(volume), shown, 'conflicting duplicate paths'))
  paths.add(path)
}
