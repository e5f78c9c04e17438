import { forbidden, required, type FieldError } from '../../meta/field-error.ts'
import { checkLabel, checkRequired, checkSubdomain } from '../checks.ts'
import { csiDriverNameErrors } from '../csi-driver-name.ts'
import { at, where, type Path } from '../field-path.ts'
import type {
  CSIPersistentVolumeSource,
  PersistentVolumeSource,
  PersistentVolumeSpec,
  SecretReference,
} from '../generated/core.gen.ts'
import { backstepErrors } from './pod/validate-path.ts'
import { hostPathErrors, nfsErrors } from './pod/validate-volume-source.ts'

/** Every kind of volume, in the order in which upstream looks. */
const KINDS = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
] as const satisfies (keyof PersistentVolumeSource)[]
/** Texts that kinds without a driver of their own cannot do without. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  cinder: ['volumeID'],
  flexVolume: ['driver'],
  vsphereVolume: ['volumePath'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  iscsi: ['targetPortal', 'iqn'],
}
const SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const

/** The one source of a PersistentVolume. Source: core/validation ValidatePersistentVolumeSpec. */
export function pvSourceErrors(errors: FieldError[], path: Path, spec: PersistentVolumeSpec): void {
  const given = KINDS.filter((kind) => spec[kind] !== undefined)
  const [first, ...more] = given
  if (first === undefined)
    return void errors.push(required(where(path), 'must specify a volume type'))
  kindErrors(errors, path, first, spec)
  for (const kind of more)
    errors.push(forbidden(where(path, kind), 'may not specify more than 1 volume type'))
}

/** Only the source of a spec. */
export const pvSourceOf = (spec: PersistentVolumeSpec = {}): PersistentVolumeSource =>
  Object.fromEntries(KINDS.filter((kind) => spec[kind]).map((kind) => [kind, spec[kind]]))

function kindErrors(
  errors: FieldError[],
  parent: Path,
  kind: (typeof KINDS)[number],
  spec: PersistentVolumeSpec,
): void {
  const path = at(parent, kind)
  switch (kind) {
    case 'hostPath':
      return hostPathErrors(errors, path, spec.hostPath!)
    case 'nfs':
      return nfsErrors(errors, path, spec.nfs!)
    case 'csi':
      return csiErrors(errors, path, spec.csi!)
    case 'local': {
      const text = spec.local?.path
      if (text) backstepErrors(errors, path, 'path', text)
      else errors.push(required(where(path, 'path'), ''))
      if (!spec.nodeAffinity)
        errors.push(
          required(where(parent, 'nodeAffinity'), 'Local volume requires node affinity'),
        )
      return
    }
    default: {
      const source: object = spec[kind] ?? {}
      const texts = new Map<string, unknown>(Object.entries(source))
      for (const name of NEEDED[kind] ?? []) checkRequired(errors, path, name, texts.get(name))
    }
  }
}

function csiErrors(errors: FieldError[], path: Path, csi: CSIPersistentVolumeSource): void {
  csiDriverNameErrors(errors, path, 'driver', csi.driver)
  checkRequired(errors, path, 'volumeHandle', csi.volumeHandle)
  for (const name of SECRETS) {
    const secret = csi[name]
    if (secret) secretErrors(errors, at(path, name), secret)
  }
}

function secretErrors(errors: FieldError[], path: Path, { name, namespace }: SecretReference): void {
  if (name) checkSubdomain(errors, path, 'name', name)
  else errors.push(required(where(path, 'name'), ''))
  if (namespace) checkLabel(errors, path, 'namespace', namespace)
  else errors.push(required(where(path, 'namespace'), ''))
}
