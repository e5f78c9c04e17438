import type { DownwardAPIVolumeFile, Volume } from '../../generated/core.gen.ts'
import { roundQuantities } from '../../resource-list.ts'
import { pullPolicyFor } from './image-name.ts'

/** Mode of files in volumes: rw-r--r--. Source: core/v1 ConfigMapVolumeSourceDefaultMode. */
const FILE_MODE = 0o644
/** Lifetime of a projected token in seconds. Source: SetDefaults_ServiceAccountTokenProjection. */
const TOKEN_SECONDS = 3600

/** Source: SetDefaults_Volume and the defaults of each source in pkg/apis/core/v1. */
export function setVolumeDefaults(volume: Volume): void {
  // A volume is its name and one source.
  if (!hasSource(volume)) volume.emptyDir = {}
  else if (volume.configMap) volume.configMap.defaultMode ??= FILE_MODE
  else if (volume.secret) volume.secret.defaultMode ??= FILE_MODE
  else if (volume.projected) projectedDefaults(volume.projected)
  else if (volume.hostPath) volume.hostPath.type ??= ''
  else if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= FILE_MODE
    fieldVersions(volume.downwardAPI.items)
  } else otherDefaults(volume)
}

function hasSource(volume: Volume): boolean {
  for (const key in volume)
    if (key !== 'name' && volume[key as keyof Volume] != null) return true
  return false
}

function projectedDefaults(projected: NonNullable<Volume['projected']>): void {
  projected.defaultMode ??= FILE_MODE
  for (const source of projected.sources ?? []) {
    if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= TOKEN_SECONDS
    fieldVersions(source.downwardAPI?.items)
  }
}

function fieldVersions(items: readonly DownwardAPIVolumeFile[] | undefined): void {
  for (const { fieldRef } of items ?? []) if (fieldRef) fieldRef.apiVersion ||= 'v1'
}

/** Sources that clusters rarely see. */
function otherDefaults({ image, ephemeral, iscsi, rbd, azureDisk, scaleIO }: Volume): void {
  if (image) image.pullPolicy ||= pullPolicyFor(image.reference ?? '')
  const claim = ephemeral?.volumeClaimTemplate?.spec
  if (claim) {
    claim.volumeMode ??= 'Filesystem'
    roundQuantities(claim.resources?.limits)
    roundQuantities(claim.resources?.requests)
  }
  if (iscsi) iscsi.iscsiInterface ||= 'default'
  if (rbd) {
    rbd.pool ||= 'rbd'
    rbd.user ||= 'admin'
    rbd.keyring ||= '/etc/ceph/keyring'
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= 'ReadWrite'
    azureDisk.fsType ??= 'ext4'
    azureDisk.readOnly ??= false
    azureDisk.kind ??= 'Shared'
  }
  if (scaleIO) {
    scaleIO.storageMode ||= 'ThinProvisioned'
    scaleIO.fsType ||= 'xfs'
  }
}
