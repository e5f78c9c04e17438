import { duplicate, forbidden, invalid, required, type FieldError } from '../../../meta/field-error.ts'
import { isDns1123Subdomain } from '../../../meta/names.ts'
import { parseQuantity, quantitySign } from '../../../meta/quantity.ts'
import { checkLabel } from '../../checks.ts'
import { at, where, type Path } from '../../field-path.ts'
import type { Volume } from '../../generated/core.gen.ts'
import { NO_VOLUMES } from './spec-context.ts'
import { volumeSourceErrors } from './validate-volume-source.ts'

/**
 * Checks all volumes; answers those that are fine, by name, for mounts to refer to.
 * Source: core/validation ValidateVolumes.
 */
export function volumeErrors(
  errors: FieldError[],
  list: Path,
  volumes: readonly Volume[] | undefined,
  podName: string,
): ReadonlyMap<string, Volume> {
  if (!volumes || volumes.length === 0) return NO_VOLUMES
  const fine = new Map<string, Volume>()
  for (let i = 0; i < volumes.length; i++) {
    const volume = volumes[i]!
    const path = at(list, i)
    const before = errors.length
    sourceErrors(errors, path, volume, podName)
    if (!volume.name) errors.push(required(where(path, 'name'), ''))
    else checkLabel(errors, path, 'name', volume.name)
    if (fine.has(volume.name)) errors.push(duplicate(where(path, 'name'), volume.name))
    if (errors.length === before) fine.set(volume.name, volume)
    const claim = volume.persistentVolumeClaim?.claimName
    if (claim !== undefined && podName !== '' && isMade(claim, volumes, podName))
      errors.push(
        invalid(
          where(path, 'persistentVolumeClaim', 'claimName'),
          claim,
          'must not reference a PVC that gets created for an ephemeral volume',
        ),
      )
  }
  return fine
}

/** Whether the Pod itself makes a claim of that name. */
const isMade = (claim: string, volumes: readonly Volume[], podName: string): boolean =>
  volumes.some(({ ephemeral, name }) => ephemeral && claim === `${podName}-${name}`)

/** Upstream's order of kinds decides which of two is called one too many. */
const KINDS = [
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
] as const
/** How upstream spells the field where it differs. */
const SPELLED: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' }
const TOO_LONG =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'

function sourceErrors(errors: FieldError[], path: Path, volume: Volume, podName: string): void {
  const given = givenKinds(volume)
  if (volume.emptyDir) emptyDirErrors(errors, at(path, 'emptyDir'), volume.emptyDir)
  if (given === 0) return void errors.push(required(where(path), 'must specify a volume type'))
  if (given === 1 && volume.emptyDir) return
  let taken = volume.emptyDir !== undefined
  for (const kind of KINDS) {
    if (volume[kind] == null) continue
    if (taken) {
      const field = where(path, SPELLED[kind] ?? kind)
      errors.push(forbidden(field, 'may not specify more than 1 volume type'))
    } else volumeSourceErrors(errors, path, kind, volume)
    if (kind === 'iscsi') iscsiNameErrors(errors, path, volume)
    if (kind === 'ephemeral' && !taken && podName !== '' && volume.name)
      claimNameErrors(errors, path, volume.name, podName)
    taken = true
  }
}

/** Names one kind of volume source. */
export type VolumeKind = (typeof KINDS)[number]

function givenKinds(volume: Volume): number {
  let count = 0
  for (const key in volume) if (key !== 'name' && volume[key as keyof Volume] != null) count++
  return count
}

function emptyDirErrors(
  errors: FieldError[],
  path: Path,
  { sizeLimit, mode }: NonNullable<Volume['emptyDir']>,
): void {
  const size = sizeLimit === undefined ? undefined : parseQuantity(String(sizeLimit))
  if (size?.ok && quantitySign(size.value) < 0)
    errors.push(
      forbidden(where(path, 'sizeLimit'), 'SizeLimit field must be a valid resource quantity'),
    )
  if (mode !== undefined && (mode > 0o1777 || mode < 0))
    errors.push(
      invalid(
        where(path, 'mode'),
        mode,
        'must be a number between 0 and 01777 (octal), both inclusive',
      ),
    )
}

function iscsiNameErrors(errors: FieldError[], path: Path, { name, iscsi }: Volume): void {
  if (iscsi?.initiatorName !== undefined && `${name}:${iscsi.targetPortal}`.length > 64)
    errors.push(invalid(where(path, 'name'), name, TOO_LONG))
}

function claimNameErrors(errors: FieldError[], path: Path, name: string, podName: string): void {
  const claim = `${podName}-${name}`
  for (const reason of isDns1123Subdomain(claim))
    errors.push(
      invalid(where(path, 'name'), name, `PVC name ${JSON.stringify(claim)}: ${reason}`),
    )
}
