import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  valueNotFound,
  type FieldError,
} from '../../../meta/field-error.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { Container, Volume, VolumeDevice, VolumeMount } from '../../generated/core.gen.ts'
import { descendingPathErrors } from './validate-path.ts'

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None']
const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible']
const BIND_OPTIONS = ['nodev', 'noexec', 'nosuid']

/** Source: core/validation ValidateVolumeMounts. Some errors name the list, not the item, as there. */
export function mountErrors(
  errors: FieldError[],
  list: Path,
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
): void {
  const { volumeMounts = [], volumeDevices } = container
  const points = new Set<string>()
  const fail = (i: number, step: string, value: string, why: string): void => {
    errors.push(invalid(where(list, i, step), value, why))
  }
  for (let i = 0; i < volumeMounts.length; i++) {
    const mount = volumeMounts[i]!
    const { name = '', mountPath = '' } = mount
    if (name === '') errors.push(required(where(list, i, 'name'), ''))
    if (!volumes.has(name)) errors.push(valueNotFound(where(list, i, 'name'), name))
    if (mountPath === '') errors.push(required(where(list, i, 'mountPath'), ''))
    if (points.has(mountPath)) fail(i, 'mountPath', mountPath, 'must be unique')
    points.add(mountPath)
    for (const device of volumeDevices ?? []) {
      if (device.name === name) fail(i, 'name', name, 'must not already exist in volumeDevices')
      if (device.devicePath === mountPath)
        fail(i, 'mountPath', mountPath, 'must not already exist as a path in volumeDevices')
    }
    if (mount.subPath || mount.subPathExpr) subPathErrors(errors, list, i, mount)
    if (mount.mountPropagation !== undefined)
      propagationErrors(errors, list, mount.mountPropagation, container)
    if (mount.recursiveReadOnly !== undefined) recursiveErrors(errors, list, mount)
    if (mount.bindMountOptions?.length)
      bindErrors(errors, at(at(list, i), 'bindMountOptions'), mount, volumes)
  }
}

function subPathErrors(errors: FieldError[], list: Path, i: number, mount: VolumeMount): void {
  const { subPath, subPathExpr } = mount
  if (subPath) descendingPathErrors(errors, list, 'subPath', subPath)
  if (!subPathExpr) return
  if (subPath)
    errors.push(
      invalid(
        where(list, i, 'subPathExpr'),
        subPathExpr,
        'subPathExpr and subPath are mutually exclusive',
      ),
    )
  descendingPathErrors(errors, list, 'subPathExpr', subPathExpr)
}

function propagationErrors(
  errors: FieldError[],
  list: Path,
  propagation: string,
  { securityContext }: Container,
): void {
  const field = (): string => where(list, 'mountPropagation')
  if (!PROPAGATIONS.includes(propagation))
    errors.push(notSupported(field(), propagation, PROPAGATIONS))
  if (propagation === 'Bidirectional' && securityContext?.privileged !== true)
    errors.push(
      forbidden(
        field(),
        'Bidirectional mount propagation is available only to privileged containers',
      ),
    )
}

function recursiveErrors(errors: FieldError[], list: Path, mount: VolumeMount): void {
  const { recursiveReadOnly: mode = '', readOnly, mountPropagation: propagation } = mount
  const field = where(list, 'recursiveReadOnly')
  if (mode === 'Disabled') return
  if (!RECURSIVE.includes(mode)) return void errors.push(notSupported(field, mode, RECURSIVE))
  if (!readOnly) errors.push(forbidden(field, 'may only be specified when readOnly is true'))
  if (propagation !== undefined && propagation !== 'None')
    errors.push(
      forbidden(field, 'may only be specified when mountPropagation is None or not specified'),
    )
}

function bindErrors(
  errors: FieldError[],
  path: Path,
  { name, bindMountOptions: options = [] }: VolumeMount,
  volumes: ReadonlyMap<string, Volume>,
): void {
  for (const [i, option] of options.entries()) {
    if (!BIND_OPTIONS.includes(option))
      errors.push(notSupported(where(path, i), option, BIND_OPTIONS))
    if (options.indexOf(option) < i) errors.push(duplicate(where(path, i), option))
  }
  if (volumes.get(name)?.image)
    errors.push(
      invalid(where(path), options, 'bindMountOptions may not be used with image volumes'),
    )
}

/** Source: core/validation ValidateVolumeDevices. */
export function deviceErrors(
  errors: FieldError[],
  list: Path,
  { volumeDevices = [], volumeMounts = [] }: Container,
  volumes: ReadonlyMap<string, Volume>,
): void {
  const names = new Set<string>()
  const paths = new Set<string>()
  for (const [i, device] of volumeDevices.entries()) {
    const { name = '', devicePath = '' } = device
    const fail = (step: keyof VolumeDevice, value: string, why: string): void => {
      errors.push(invalid(where(list, i, step), value, why))
    }
    const volume = volumes.get(name)
    if (name === '') errors.push(required(where(list, i, 'name'), ''))
    if (names.has(name)) fail('name', name, 'must be unique')
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      fail(
        'name',
        name,
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      )
    if (!volume) errors.push(valueNotFound(where(list, i, 'name'), name))
    if (devicePath === '') errors.push(required(where(list, i, 'devicePath'), ''))
    if (paths.has(devicePath)) fail('devicePath', devicePath, 'must be unique')
    if (devicePath.split('/').includes('..'))
      fail('devicePath', devicePath, "can not contain backsteps ('..')")
    else paths.add(devicePath)
    if (volumeMounts.some((mount) => mount.name === name))
      fail('name', name, 'must not already exist in volumeMounts')
    if (volumeMounts.some((mount) => mount.mountPath === devicePath))
      fail('devicePath', devicePath, 'must not already exist as a path in volumeMounts')
    if (name !== '') names.add(name)
  }
}
