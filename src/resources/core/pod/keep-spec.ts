import type { Pod } from '../../generated/core.gen.ts'

/**
 * Puts all but the metadata back to what it was; the spec is a copy of its own, one level deep.
 * What a subresource may not touch of the metadata is restored too.
 * Source: apimachinery meta/v1 ResetObjectMetaForStatus.
 */
export function keepAllBut(pod: Pod, before: Pod): void {
  pod.spec = { ...(before.spec ?? { containers: [] }) }
  if (before.status) pod.status = before.status
  else delete pod.status
  const { metadata } = pod
  const old = before.metadata
  for (const key of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const)
    if (old[key] === undefined) delete metadata[key]
    else Object.assign(metadata, { [key]: old[key] })
}
