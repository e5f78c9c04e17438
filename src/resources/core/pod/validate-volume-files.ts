import { invalid, required, type FieldError } from '../../../meta/field-error.ts'
import { checkRequired, checkUnixId } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type {
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  KeyToPath,
} from '../../generated/core.gen.ts'
import { fieldRefErrors, resourceFieldErrors, VOLUME_FIELDS } from './validate-field-ref.ts'
import { localPathErrors } from './validate-path.ts'

/** A mode between 0 and 0777. */
export function checkMode(
  errors: FieldError[],
  path: Path,
  step: string,
  mode: number | undefined,
): void {
  if (mode !== undefined && (mode > 0o777 || mode < 0))
    errors.push(
      invalid(
        where(path, step),
        mode,
        'must be a number between 0 and 0777 (octal), both inclusive',
      ),
    )
}

interface KeyVolume {
  name?: string
  secretName?: string
  defaultMode?: number
  defaultUser?: number
  items?: KeyToPath[]
}

/** A ConfigMap or Secret as files. Source: core/validation validateConfigMapVolumeSource. */
export function keyVolumeErrors(
  errors: FieldError[],
  path: Path,
  nameField: 'name' | 'secretName',
  volume: KeyVolume,
): void {
  checkRequired(errors, path, nameField, volume[nameField])
  checkMode(errors, path, 'defaultMode', volume.defaultMode)
  checkUnixId(errors, path, 'defaultUser', volume.defaultUser)
  for (const [i, item] of (volume.items ?? []).entries())
    keyToPathErrors(errors, at(at(path, 'items'), i), item)
}

/** Source: core/validation validateKeyToPath. */
export function keyToPathErrors(errors: FieldError[], path: Path, item: KeyToPath): void {
  checkRequired(errors, path, 'key', item.key)
  checkRequired(errors, path, 'path', item.path)
  localPathErrors(errors, path, 'path', item.path ?? '')
  checkMode(errors, path, 'mode', item.mode)
  checkUnixId(errors, path, 'user', item.user)
}

/** Source: core/validation validateDownwardAPIVolumeSource; files have no index in the path. */
export function downwardVolumeErrors(
  errors: FieldError[],
  path: Path,
  volume: DownwardAPIVolumeSource,
): void {
  checkMode(errors, path, 'defaultMode', volume.defaultMode)
  checkUnixId(errors, path, 'defaultUser', volume.defaultUser)
  for (const file of volume.items ?? []) downwardFileErrors(errors, path, file)
}

/** Source: core/validation validateDownwardAPIVolumeFile. */
export function downwardFileErrors(
  errors: FieldError[],
  path: Path,
  file: DownwardAPIVolumeFile,
): void {
  checkRequired(errors, path, 'path', file.path)
  localPathErrors(errors, path, 'path', file.path ?? '')
  if (file.fieldRef) {
    fieldRefErrors(errors, at(path, 'fieldRef'), file.fieldRef, VOLUME_FIELDS)
    if (file.resourceFieldRef)
      errors.push(
        invalid(
          where(path),
          'resource',
          'fieldRef and resourceFieldRef can not be specified simultaneously',
        ),
      )
  } else if (file.resourceFieldRef)
    resourceFieldErrors(errors, at(path, 'resourceFieldRef'), file.resourceFieldRef, true)
  else errors.push(required(where(path), 'one of fieldRef and resourceFieldRef is required'))
  checkMode(errors, path, 'mode', file.mode)
  checkUnixId(errors, path, 'user', file.user)
}
