import { invalid, notSupported, required, type FieldError } from '../../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../../meta/names.ts'
import { addInvalid, checkRequired } from '../../checks.ts'
import { csiDriverNameErrors } from '../../csi-driver-name.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { HostPathVolumeSource, Volume } from '../../generated/core.gen.ts'
import { claimTemplateErrors } from '../claim-spec.ts'
import { checkPullPolicy } from './pull-policy.ts'
import { backstepErrors } from './validate-path.ts'
import { downwardVolumeErrors, keyVolumeErrors } from './validate-volume-files.ts'
import { oldVolumeErrors } from './validate-volume-old.ts'
import { projectedErrors } from './validate-projected.ts'
import type { VolumeKind } from './validate-volumes.ts'

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]

/** Source: core/validation validateVolumeSource and the function of each kind. */
export function volumeSourceErrors(
  errors: FieldError[],
  parent: Path,
  kind: VolumeKind,
  volume: Volume,
): void {
  const path = at(parent, kind)
  switch (kind) {
    case 'configMap':
      return keyVolumeErrors(errors, path, 'name', volume.configMap!)
    case 'secret':
      return keyVolumeErrors(errors, path, 'secretName', volume.secret!)
    case 'projected':
      return projectedErrors(errors, path, volume.projected!)
    case 'downwardAPI':
      return downwardVolumeErrors(errors, path, volume.downwardAPI!)
    case 'hostPath':
      return hostPathErrors(errors, path, volume.hostPath!)
    case 'persistentVolumeClaim':
      return checkRequired(errors, path, 'claimName', volume.persistentVolumeClaim!.claimName)
    case 'nfs':
      return nfsErrors(errors, path, volume.nfs!)
    case 'csi':
      return csiErrors(errors, path, volume.csi!)
    case 'ephemeral':
      return claimTemplateErrors(errors, path, volume.ephemeral!.volumeClaimTemplate)
    case 'image':
      checkRequired(errors, path, 'reference', volume.image!.reference)
      return checkPullPolicy(errors, path, 'pullPolicy', volume.image!.pullPolicy ?? '')
    default:
      return oldVolumeErrors(errors, parent, kind, volume)
  }
}

/** Source: core/validation validateHostPathVolumeSource. */
export function hostPathErrors(
  errors: FieldError[],
  path: Path,
  { path: text, type }: HostPathVolumeSource,
): void {
  if (!text) return void errors.push(required(where(path, 'path'), ''))
  backstepErrors(errors, path, 'path', text)
  if (type !== undefined && !HOST_PATH_TYPES.includes(type))
    errors.push(notSupported(where(path, 'type'), type, HOST_PATH_TYPES))
}

/** Source: core/validation validateNFSVolumeSource. */
export function nfsErrors(
  errors: FieldError[],
  path: Path,
  { server, path: text = '' }: { server?: string; path?: string },
): void {
  checkRequired(errors, path, 'server', server)
  checkRequired(errors, path, 'path', text)
  if (!text.startsWith('/'))
    errors.push(invalid(where(path, 'path'), text, 'must be an absolute path'))
}

function csiErrors(
  errors: FieldError[],
  path: Path,
  { driver, nodePublishSecretRef }: NonNullable<Volume['csi']>,
): void {
  csiDriverNameErrors(errors, path, 'driver', driver)
  const name = nodePublishSecretRef?.name
  if (nodePublishSecretRef && !name)
    errors.push(required(where(path, 'nodePublishSecretRef', 'name'), ''))
  else if (name) addInvalid(errors, path, 'name', name, nameIsDnsSubdomain(name, false))
}
