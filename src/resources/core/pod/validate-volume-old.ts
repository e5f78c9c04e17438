import { invalid, notSupported, required, type FieldError } from '../../../meta/field-error.ts'
import { addInvalid, checkLabel, checkOneOf, checkRequired } from '../../checks.ts'
import { at, atKey, where, type Path } from '../../field-path.ts'
import type { Volume } from '../../generated/core.gen.ts'
import { descendingPathErrors } from './validate-path.ts'
import type { VolumeKind } from './validate-volumes.ts'

/** Fields that a source of an older kind cannot do without. */
const REQUIRED: Readonly<Partial<Record<VolumeKind, readonly string[]>>> = {
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  glusterfs: ['endpoints', 'path'],
  rbd: ['monitors', 'image'],
  cinder: ['volumeID'],
  cephfs: ['monitors'],
  flexVolume: ['driver'],
  azureFile: ['secretName', 'shareName'],
  azureDisk: ['diskName', 'diskURI'],
  vsphereVolume: ['volumePath'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  gitRepo: ['repository'],
}
const LUN_MAX = 255
const IQN = /iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+$/
const EUI = /^eui.[A-Za-z0-9]{16}$/
const NAA = /^naa.[A-Za-z0-9]{32}$/
const HOST_PORTS = 'must be a host:port pair or multiple pairs separated by commas'

/** Kinds of volumes older than CSI. Source: core/validation, a function for each. */
export function oldVolumeErrors(
  errors: FieldError[],
  parent: Path,
  kind: VolumeKind,
  volume: Volume,
): void {
  // Upstream looks at this one under another name.
  const path = at(parent, kind === 'gcePersistentDisk' ? 'persistentDisk' : kind)
  const source = volume[kind] as Record<string, unknown>
  for (const field of REQUIRED[kind] ?? []) {
    const value = source[field]
    checkRequired(errors, path, field, Array.isArray(value) && value.length === 0 ? '' : value)
  }
  switch (kind) {
    case 'gcePersistentDisk':
    case 'awsElasticBlockStore':
      return partitionErrors(errors, path, Number(source['partition'] ?? 0))
    case 'gitRepo':
      return descendingPathErrors(errors, path, 'directory', volume.gitRepo!.directory ?? '')
    case 'iscsi':
      return iscsiErrors(errors, path, volume.iscsi!)
    case 'fc':
      return fcErrors(errors, path, volume.fc!)
    case 'flocker':
      return flockerErrors(errors, path, volume.flocker!)
    case 'quobyte':
      return quobyteErrors(errors, path, volume.quobyte!)
    case 'flexVolume':
      return flexErrors(errors, path, volume.flexVolume!.options ?? {})
    case 'azureDisk':
      return azureDiskErrors(errors, path, volume.azureDisk!)
    case 'storageos':
      return storageOsErrors(errors, path, volume.storageos!)
    case 'cinder':
      return secretErrors(errors, path, volume.cinder!.secretRef)
    default:
  }
}

function secretErrors(errors: FieldError[], path: Path, ref: { name?: string } | undefined): void {
  if (ref && !ref.name) errors.push(required(where(path, 'secretRef', 'name'), ''))
}

function partitionErrors(errors: FieldError[], path: Path, partition: number): void {
  if (partition < 0 || partition > 255)
    addInvalid(errors, path, 'partition', partition, ['must be between 1 and 255, inclusive'])
}

function iscsiErrors(errors: FieldError[], path: Path, iscsi: NonNullable<Volume['iscsi']>): void {
  checkRequired(errors, path, 'targetPortal', iscsi.targetPortal)
  if (!iscsi.iqn) errors.push(required(where(path, 'iqn'), ''))
  else initiatorErrors(errors, path, 'iqn', iscsi.iqn)
  lunErrors(errors, path, iscsi.lun ?? 0)
  if ((iscsi.chapAuthDiscovery || iscsi.chapAuthSession) && !iscsi.secretRef)
    errors.push(required(where(path, 'secretRef'), ''))
  if (iscsi.initiatorName !== undefined)
    initiatorErrors(errors, path, 'initiatorname', iscsi.initiatorName)
}

function initiatorErrors(errors: FieldError[], path: Path, step: string, name: string): void {
  const rule = { iqn: IQN, eui: EUI, naa: NAA }[name.slice(0, 3)]
  if (!rule)
    addInvalid(errors, path, step, name, ['must be valid format starting with iqn, eui, or naa'])
  else if (!rule.test(name)) addInvalid(errors, path, step, name, ['must be valid format'])
}

function lunErrors(errors: FieldError[], path: Path, lun: number): void {
  if (lun < 0 || lun > LUN_MAX)
    errors.push(invalid(where(path, 'lun'), lun, `must be between 0 and ${LUN_MAX}, inclusive`))
}

function fcErrors(errors: FieldError[], path: Path, fc: NonNullable<Volume['fc']>): void {
  const { targetWWNs = [], wwids = [], lun } = fc
  const field = where(path, 'targetWWNs')
  if (targetWWNs.length === 0 && wwids.length === 0)
    errors.push(required(field, 'must specify either targetWWNs or wwids, but not both'))
  if (targetWWNs.length === 0) return
  if (wwids.length > 0)
    errors.push(
      invalid(field, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'),
    )
  if (lun === undefined)
    errors.push(required(where(path, 'lun'), 'lun is required if targetWWNs is specified'))
  else lunErrors(errors, path, lun)
}

function flockerErrors(
  errors: FieldError[],
  path: Path,
  { datasetName = '', datasetUUID = '' }: NonNullable<Volume['flocker']>,
): void {
  if (datasetName === '' && datasetUUID === '')
    errors.push(required(where(path), 'one of datasetName and datasetUUID is required'))
  if (datasetName !== '' && datasetUUID !== '')
    errors.push(
      invalid(
        where(path),
        'resource',
        'datasetName and datasetUUID can not be specified simultaneously',
      ),
    )
  if (datasetName.includes('/'))
    errors.push(invalid(where(path, 'datasetName'), datasetName, "must not contain '/'"))
}

function quobyteErrors(
  errors: FieldError[],
  path: Path,
  { registry = '', tenant = '', volume }: NonNullable<Volume['quobyte']>,
): void {
  if (registry === '') errors.push(required(where(path, 'registry'), HOST_PORTS))
  else if (tenant.length >= 65)
    errors.push(
      required(
        where(path, 'tenant'),
        'must be a UUID and may not exceed a length of 64 characters',
      ),
    )
  else
    for (const pair of registry.split(','))
      if (!/^(?:[^:]*|\[[^\]]*\]):[^:]*$/.test(pair))
        errors.push(invalid(where(path, 'registry'), registry, HOST_PORTS))
  checkRequired(errors, path, 'volume', volume)
}

function flexErrors(errors: FieldError[], path: Path, options: Record<string, string>): void {
  for (const key of Object.keys(options)) {
    const namespace = `.${(key.includes('/') ? key.split('/', 1)[0]! : key).toLowerCase()}`
    if (namespace.endsWith('.kubernetes.io') || namespace.endsWith('.k8s.io'))
      errors.push(
        invalid(
          where(atKey(at(path, 'options'), key)),
          key,
          'kubernetes.io and k8s.io namespaces are reserved',
        ),
      )
  }
}

function azureDiskErrors(
  errors: FieldError[],
  path: Path,
  { cachingMode, kind, diskURI = '' }: NonNullable<Volume['azureDisk']>,
): void {
  if (cachingMode !== undefined)
    checkOneOf(errors, path, 'cachingMode', cachingMode, ['None', 'ReadOnly', 'ReadWrite'])
  if (kind === undefined) return
  checkOneOf(errors, path, 'kind', kind, ['Dedicated', 'Managed', 'Shared'])
  const managed = kind === 'Managed'
  if (!diskURI.startsWith(managed ? '/subscriptions/' : 'https://'))
    errors.push(
      notSupported(where(path, 'diskURI'), diskURI, [
        managed
          ? '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
          : 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd',
      ]),
    )
}

function storageOsErrors(
  errors: FieldError[],
  path: Path,
  { volumeName, volumeNamespace, secretRef }: NonNullable<Volume['storageos']>,
): void {
  if (volumeName) checkLabel(errors, path, 'volumeName', volumeName)
  else errors.push(required(where(path, 'volumeName'), ''))
  if (volumeNamespace) checkLabel(errors, path, 'volumeNamespace', volumeNamespace)
  secretErrors(errors, path, secretRef)
}
