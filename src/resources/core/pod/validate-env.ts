import { invalid, required, type FieldError } from '../../../meta/field-error.ts'
import { isConfigMapKey, isEnvVarName, nameIsDnsSubdomain } from '../../../meta/names.ts'
import { addInvalid, checkLabel, checkRequired } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { EnvFromSource, EnvVar, EnvVarSource, FileKeySelector } from '../../generated/core.gen.ts'
import { ENV_FIELDS, fieldRefErrors, resourceFieldErrors } from './validate-field-ref.ts'
import { backstepErrors } from './validate-path.ts'

/** Source: core/validation ValidateEnv. */
export function envErrors(errors: FieldError[], path: Path, env: readonly EnvVar[]): void {
  for (let i = 0; i < env.length; i++) {
    const { name, value, valueFrom } = env[i]!
    if (!name) errors.push(required(where(path, i, 'name'), ''))
    else if (!isCommonName(name)) addInvalid(errors, at(path, i), 'name', name, isEnvVarName(name))
    if (valueFrom) valueFromErrors(errors, at(at(path, i), 'valueFrom'), valueFrom, value ?? '')
  }
}

/** Source: core/validation ValidateEnvFrom. */
export function envFromErrors(
  errors: FieldError[],
  path: Path,
  sources: readonly EnvFromSource[],
): void {
  for (const [i, { prefix, configMapRef, secretRef }] of sources.entries()) {
    const own = at(path, i)
    if (prefix) addInvalid(errors, own, 'prefix', prefix, isEnvVarName(prefix))
    if (configMapRef) sourceNameErrors(errors, at(own, 'configMapRef'), configMapRef.name)
    if (secretRef) sourceNameErrors(errors, at(own, 'secretRef'), secretRef.name)
    if (!configMapRef && !secretRef)
      errors.push(
        invalid(where(path), '', 'must specify one of: `configMapRef` or `secretRef`'),
      )
    else if (configMapRef && secretRef)
      errors.push(invalid(where(path), '', 'may not have more than one field specified at a time'))
  }
}

function sourceNameErrors(errors: FieldError[], path: Path, name = ''): void {
  if (name === '') errors.push(required(where(path, 'name'), ''))
  else addInvalid(errors, path, 'name', name, nameIsDnsSubdomain(name, true))
}

/** Source: core/validation validateEnvVarValueFrom. */
function valueFromErrors(
  errors: FieldError[],
  path: Path,
  source: EnvVarSource,
  value: string,
): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source
  if (fieldRef) fieldRefErrors(errors, at(path, 'fieldRef'), fieldRef, ENV_FIELDS)
  if (resourceFieldRef)
    resourceFieldErrors(errors, at(path, 'resourceFieldRef'), resourceFieldRef, false)
  if (configMapKeyRef) keyErrors(errors, at(path, 'configMapKeyRef'), configMapKeyRef)
  if (secretKeyRef) keyErrors(errors, at(path, 'secretKeyRef'), secretKeyRef)
  if (fileKeyRef) fileKeyErrors(errors, at(path, 'fileKeyRef'), fileKeyRef)
  const given = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef]
  const count = given.reduce((sum, one) => sum + (one ? 1 : 0), 0)
  if (count === 0)
    errors.push(
      invalid(
        where(path),
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    )
  else if (value !== '')
    errors.push(invalid(where(path), '', 'may not be specified when `value` is not empty'))
  else if (count > 1)
    errors.push(invalid(where(path), '', 'may not have more than one field specified at a time'))
}

function keyErrors(
  errors: FieldError[],
  path: Path,
  { name = '', key }: { name?: string; key?: string },
): void {
  addInvalid(errors, path, 'name', name, nameIsDnsSubdomain(name, false))
  if (!key) errors.push(required(where(path, 'key'), ''))
  else addInvalid(errors, path, 'key', key, isConfigMapKey(key))
}

/** Source: core/validation validateFileKeySelector. */
function fileKeyErrors(errors: FieldError[], path: Path, file: FileKeySelector): void {
  if (file.key) addInvalid(errors, path, 'key', file.key, isEnvVarName(file.key))
  else errors.push(required(where(path, 'key'), ''))
  if (file.volumeName) checkLabel(errors, path, 'volumeName', file.volumeName)
  else errors.push(required(where(path, 'volumeName'), ''))
  if (file.path) backstepErrors(errors, path, 'path', file.path)
  else checkRequired(errors, path, 'path', file.path)
}

/** `PATH`, `my_var`: needs no look at the rules. */
function isCommonName(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i)
    const letter = (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x5f
    if (!letter && !(c >= 0x30 && c <= 0x39)) return false
  }
  return true
}
