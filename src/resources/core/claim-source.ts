import type { PersistentVolumeClaimSpec } from '../generated/core.gen.ts'

/**
 * The old field of a data source takes only claims and snapshots; then both fields say the same.
 * Source: pkg/api/persistentvolumeclaim NormalizeDataSources.
 */
export function matchSources(
  spec: PersistentVolumeClaimSpec,
  before: PersistentVolumeClaimSpec | undefined,
): void {
  const { dataSource: source, dataSourceRef: ref } = spec
  const inUse = before?.dataSource !== undefined || before?.dataSourceRef !== undefined
  const { kind = '', apiGroup = '' } = source ?? {}
  const isClaim = kind === 'PersistentVolumeClaim' && apiGroup === ''
  const isSnapshot = kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io'
  if (!inUse && !ref && source && !isClaim && !isSnapshot) delete spec.dataSource
  if (spec.dataSource && !ref) spec.dataSourceRef = { ...spec.dataSource }
  else if (ref && !source && !ref.namespace) {
    const { namespace: _, ...same } = ref
    spec.dataSource = same
  }
}
