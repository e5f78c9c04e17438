import { at } from '../field-path.ts'
import type { PersistentVolume } from '../generated/core.gen.ts'
import { nodeTermWarnings } from '../node-labels.ts'
import { CLASS_ANNOTATION } from './volume-cells.ts'

const TERMS = at(at(at(at(undefined, 'spec'), 'nodeAffinity'), 'required'), 'nodeSelectorTerms')
const GONE = [
  ['cephfs', 'cephfs', 'v1.28', 'v1.31'],
  ['photonPersistentDisk', 'photonPersistentDisk', 'v1.11', 'v1.16'],
  ['scaleIO', 'scaleIO', 'v1.16', 'v1.22'],
  ['storageos', 'storageOS', 'v1.22', 'v1.25'],
  ['glusterfs', 'glusterfs', 'v1.25', 'v1.26'],
  ['rbd', 'rbd', 'v1.28', 'v1.31'],
] as const

/** Source: pkg/api/persistentvolume/util.go GetWarningsForPersistentVolume. */
export function pvWarnings({ metadata, spec = {} }: PersistentVolume): string[] {
  const warnings: string[] = []
  if (metadata.annotations?.[CLASS_ANNOTATION] !== undefined)
    warnings.push(
      `metadata.annotations[${CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead`,
    )
  if (spec.persistentVolumeReclaimPolicy === 'Recycle')
    warnings.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    )
  for (const [i, term] of (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries())
    warnings.push(...nodeTermWarnings(at(TERMS, i), term))
  for (const [kind, shown, since, until] of GONE)
    if (spec[kind])
      warnings.push(`spec.${shown}: deprecated in ${since}, non-functional in ${until}+`)
  return warnings
}
