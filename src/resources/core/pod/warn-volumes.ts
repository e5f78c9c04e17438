import { at, where, type Path } from '../../field-path.ts'
import type { Volume, VolumeProjection } from '../../generated/core.gen.ts'
import { claimSpecWarnings } from '../claim-warnings.ts'

/** Kinds of volumes on their way out, in upstream's order. Source: pkg/api/pod/warnings.go. */
const OLD: readonly (readonly [keyof Volume, string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
]
const OLDER: typeof OLD = [
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]

/** Old kinds, and files of one volume that cover each other. */
export function volumeWarnings(texts: string[], list: Path, volumes: readonly Volume[]): void {
  for (let i = 0; i < volumes.length; i++) {
    const volume = volumes[i]!
    oldKinds(texts, at(list, i), volume, OLD)
    const claim = volume.ephemeral?.volumeClaimTemplate?.spec
    if (claim)
      texts.push(...claimSpecWarnings(where(list, i, 'ephemeral', 'volumeClaimTemplate', 'spec'), claim))
    oldKinds(texts, at(list, i), volume, OLDER)
  }
  for (const volume of volumes) overlapWarnings(texts, volume)
}

function oldKinds(texts: string[], path: Path, volume: Volume, kinds: typeof OLD): void {
  for (const one of kinds)
    if (volume[one[0]]) texts.push(`${where(path, one[0] === 'storageos' ? 'storageOS' : one[0])}: ${one[1]}`)
}

interface File {
  readonly path: string
  readonly source: () => string
}

function overlapWarnings(texts: string[], volume: Volume): void {
  const { name, configMap, secret, downwardAPI, projected } = volume
  const quote = JSON.stringify
  const check = (what: () => string, files: readonly { path: string }[] = []): void =>
    overlaps(texts, () => `volume ${quote(name)} (${what()})`, named(files, () => ''))
  if (configMap) check(() => `ConfigMap ${quote(configMap.name ?? '')}`, configMap.items)
  if (secret) check(() => `Secret ${quote(secret.secretName ?? '')}`, secret.items)
  if (downwardAPI) check(() => 'DownwardAPI', downwardAPI.items)
  if (!projected) return
  const files: File[] = []
  for (const source of projected.sources ?? []) {
    if (isEmpty(source)) texts.push(`volume ${quote(name)} (Projected) has no sources provided`)
    files.push(...filesOf(source))
  }
  overlaps(texts, () => `volume ${quote(name)} (Projected)`, files)
}

function isEmpty(source: VolumeProjection): boolean {
  for (const kind in source) if (source[kind as keyof VolumeProjection] != null) return false
  return true
}

/** Words are made when something is wrong: nearly never. */
const named = (items: readonly { path: string }[], source: () => string): File[] =>
  items.map(({ path }) => ({ path, source }))

function filesOf(source: VolumeProjection): File[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } =
    source
  const quote = JSON.stringify
  if (configMap?.items) return named(configMap.items, () => `ConfigMap ${quote(configMap.name ?? '')}`)
  if (secret?.items) return named(secret.items, () => `Secret ${quote(secret.name ?? '')}`)
  if (downwardAPI?.items) return named(downwardAPI.items, () => 'DownwardAPI')
  if (serviceAccountToken) return named([serviceAccountToken], () => 'ServiceAccountToken')
  if (clusterTrustBundle) {
    const bundle = clusterTrustBundle.name ?? clusterTrustBundle.signerName ?? ''
    return named([clusterTrustBundle], () => `ClusterTrustBundle ${quote(bundle)}`)
  }
  const { certificateChainPath, keyPath, credentialBundlePath } = podCertificate ?? {}
  return [
    { path: certificateChainPath ?? '', source: () => 'PodCertificate chain' },
    { path: keyPath ?? '', source: () => 'PodCertificate key' },
    { path: credentialBundlePath ?? '', source: () => 'PodCertificate credential bundle' },
  ].filter(({ path }) => path !== '')
}

function overlaps(texts: string[], what: () => string, files: readonly File[]): void {
  if (files.length < 2) return
  const trimmed = files.map(({ path, source }) => ({ path: path.endsWith('/') ? path.replace(/\/+$/, '') : path, source }))
  for (let i = 1; i < trimmed.length; i++)
    for (let j = 0; j < i; j++)
      if (covers(trimmed[i]!.path, trimmed[j]!.path))
        texts.push(`${what()}: overlapping paths: ${shown(trimmed[i]!)} with ${shown(trimmed[j]!)}`)
}

const covers = (a: string, b: string): boolean => isIn(a, b) || isIn(b, a)

/** Whether `path` is `parent` or below it. */
const isIn = (path: string, parent: string): boolean =>
  parent !== '' && path.startsWith(parent) && (path.length === parent.length || path[parent.length] === '/')

const shown = ({ path, source }: File): string => {
  const from = source()
  return JSON.stringify(path) + (from === '' ? '' : ` (${from})`)
}
