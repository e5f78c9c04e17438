import { where, type Path } from '../../field-path.ts'
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
  for (const [i, volume] of volumes.entries()) {
    const old = (kinds: typeof OLD): void => {
      for (const [kind, message] of kinds)
        if (volume[kind])
          texts.push(`${where(list, i, kind === 'storageos' ? 'storageOS' : kind)}: ${message}`)
    }
    old(OLD)
    const claim = volume.ephemeral?.volumeClaimTemplate?.spec
    if (claim)
      texts.push(...claimSpecWarnings(where(list, i, 'ephemeral', 'volumeClaimTemplate', 'spec'), claim))
    old(OLDER)
  }
  for (const volume of volumes) overlapWarnings(texts, volume)
}

interface File {
  readonly path: string
  readonly source: string
}

function overlapWarnings(texts: string[], volume: Volume): void {
  const { name, configMap, secret, downwardAPI, projected } = volume
  const quote = JSON.stringify
  const check = (what: string, files: readonly { path: string }[] | undefined): void =>
    overlaps(texts, `volume ${quote(name)} (${what})`, (files ?? []).map(({ path }) => ({ path, source: '' })))
  if (configMap) check(`ConfigMap ${quote(configMap.name ?? '')}`, configMap.items)
  if (secret) check(`Secret ${quote(secret.secretName ?? '')}`, secret.items)
  if (downwardAPI) check('DownwardAPI', downwardAPI.items)
  if (!projected) return
  const files: File[] = []
  for (const source of projected.sources ?? []) {
    if (Object.values(source).every((one) => one == null))
      texts.push(`volume ${quote(name)} (Projected) has no sources provided`)
    files.push(...filesOf(source))
  }
  overlaps(texts, `volume ${quote(name)} (Projected)`, files)
}

function filesOf(source: VolumeProjection): File[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } =
    source
  const named = (items: readonly { path: string }[] | undefined, from: string): File[] =>
    (items ?? []).map(({ path }) => ({ path, source: from }))
  const quote = JSON.stringify
  if (configMap?.items) return named(configMap.items, `ConfigMap ${quote(configMap.name ?? '')}`)
  if (secret?.items) return named(secret.items, `Secret ${quote(secret.name ?? '')}`)
  if (downwardAPI?.items) return named(downwardAPI.items, 'DownwardAPI')
  if (serviceAccountToken) return named([serviceAccountToken], 'ServiceAccountToken')
  if (clusterTrustBundle) {
    const bundle = clusterTrustBundle.name ?? clusterTrustBundle.signerName ?? ''
    return named([clusterTrustBundle], `ClusterTrustBundle ${quote(bundle)}`)
  }
  const { certificateChainPath, keyPath, credentialBundlePath } = podCertificate ?? {}
  return [
    { path: certificateChainPath ?? '', source: 'PodCertificate chain' },
    { path: keyPath ?? '', source: 'PodCertificate key' },
    { path: credentialBundlePath ?? '', source: 'PodCertificate credential bundle' },
  ].filter(({ path }) => path !== '')
}

function overlaps(texts: string[], what: string, files: readonly File[]): void {
  const trimmed = files.map(({ path, source }) => ({ path: path.replace(/\/+$/, ''), source }))
  for (const [i, file] of trimmed.entries())
    for (const other of trimmed.slice(0, i))
      if (covers(file.path, other.path))
        texts.push(`${what}: overlapping paths: ${shown(file)} with ${shown(other)}`)
}

const covers = (a: string, b: string): boolean =>
  a !== '' && b !== '' && (`${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`))

const shown = ({ path, source }: File): string =>
  JSON.stringify(path) + (source === '' ? '' : ` (${source})`)
