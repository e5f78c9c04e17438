import {
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { parseQuantity, quantitySign, quantityValue } from '../../meta/quantity.ts'
import { addInvalid, checkOneOf } from '../checks.ts'
import { at, where, whereKey, type Path } from '../field-path.ts'
import type { PersistentVolumeSpec } from '../generated/core.gen.ts'
import { accessModeErrors, VOLUME_MODES } from './claim-spec.ts'
import { nodeSelectorErrors } from './node-selector.ts'
import { pvSourceErrors } from './pv-source.ts'

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain']
/** The whole disk, however written; steps upwards are refused before. */
const ROOT = /^\/(\.?\/)*\.?$/
const NOT_INLINE = 'may not be specified in the context of inline volumes'

/**
 * Source: core/validation ValidatePersistentVolumeSpec. `inline`: the volume of a VolumeAttachment, which
 * has no claim, size or class of its own.
 */
export function pvSpecErrors(
  errors: FieldError[],
  path: Path,
  spec: PersistentVolumeSpec,
  inline: boolean,
): void {
  const { accessModes = [], nodeAffinity, hostPath } = spec
  if (inline) inlineErrors(errors, path, spec)
  if (accessModes.length === 0) errors.push(required(where(path, 'accessModes'), ''))
  accessModeErrors(errors, path, accessModes)
  if (!inline) standaloneErrors(errors, path, spec)
  if (nodeAffinity && !inline) {
    const place = at(path, 'nodeAffinity')
    const { required: wanted } = nodeAffinity
    if (wanted) nodeSelectorErrors(errors, at(place, 'required'), wanted)
    else errors.push(required(where(place, 'required'), 'must specify required node constraints'))
  }
  pvSourceErrors(errors, path, spec)
  const root = hostPath !== undefined && ROOT.test(hostPath.path ?? '')
  if (root && spec.persistentVolumeReclaimPolicy === 'Recycle')
    errors.push(
      forbidden(
        where(path, 'persistentVolumeReclaimPolicy'),
        "may not be 'recycle' for a hostPath mount of '/'",
      ),
    )
  if (!inline) nameErrors(errors, path, spec)
  attributesClassErrors(errors, path, spec)
}

function inlineErrors(errors: FieldError[], path: Path, spec: PersistentVolumeSpec): void {
  const refuse = (field: string, why: string): void =>
    void errors.push(forbidden(where(path, field), why))
  const { persistentVolumeReclaimPolicy: policy, volumeMode } = spec
  if (spec.claimRef) refuse('claimRef', NOT_INLINE)
  if (Object.keys(spec.capacity ?? {}).length > 0) refuse('capacity', NOT_INLINE)
  if (!spec.csi)
    errors.push(
      required(where(path, 'csi'), 'has to be specified in the context of inline volumes'),
    )
  if (policy && policy !== 'Retain')
    refuse(
      'persistentVolumeReclaimPolicy',
      'may only be Retain in the context of inline volumes',
    )
  if (spec.nodeAffinity) refuse('nodeAffinity', NOT_INLINE)
  if (spec.storageClassName) refuse('storageClassName', NOT_INLINE)
  if (volumeMode !== undefined && volumeMode !== 'Filesystem')
    refuse(
      'volumeMode',
      'may not specify volumeMode other than Filesystem in the context of inline volumes',
    )
}

function standaloneErrors(errors: FieldError[], path: Path, spec: PersistentVolumeSpec): void {
  const { capacity = {}, persistentVolumeReclaimPolicy: policy } = spec
  const place = at(path, 'capacity')
  const names = Object.keys(capacity)
  if (names.length === 0) errors.push(required(where(place), ''))
  if (capacity['storage'] === undefined || names.length > 1)
    errors.push(notSupported(where(place), spec.capacity ?? null, ['storage']))
  for (const name of names) {
    const parsed = parseQuantity(String(capacity[name]))
    if (parsed.ok && quantitySign(parsed.value) < 0)
      errors.push(
        invalid(
          whereKey(place, name),
          quantityValue(parsed.value),
          'must be a valid resource quantity',
        ),
      )
    if (parsed.ok && quantitySign(parsed.value) <= 0)
      errors.push(invalid(whereKey(place, name), capacity[name], 'must be greater than zero'))
  }
  if (policy) checkOneOf(errors, path, 'persistentVolumeReclaimPolicy', policy, RECLAIM_POLICIES)
}

function nameErrors(
  errors: FieldError[],
  path: Path,
  { storageClassName: name, volumeMode }: PersistentVolumeSpec,
): void {
  if (name) addInvalid(errors, path, 'storageClassName', name, nameIsDnsSubdomain(name, false))
  if (volumeMode !== undefined) checkOneOf(errors, path, 'volumeMode', volumeMode, VOLUME_MODES)
}

function attributesClassErrors(errors: FieldError[], path: Path, spec: PersistentVolumeSpec): void {
  const { volumeAttributesClassName: name } = spec
  const step = 'volumeAttributesClassName'
  if (name === undefined) return
  if (name === '') errors.push(required(where(path, step), 'an empty string is disallowed'))
  else addInvalid(errors, path, step, name, nameIsDnsSubdomain(name, false))
  if (!spec.csi)
    errors.push(
      required(where(path, 'csi'), 'has to be specified when using volumeAttributesClassName'),
    )
}
