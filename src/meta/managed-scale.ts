import { difference, hasField, isBare, setOfPath } from './field-set.ts'
import {
  fieldsOf,
  type ManagedEntry,
  sameIdentity,
  sortEntries,
  withFields,
} from './managed-entry.ts'
import type { PathElement } from './path-element.ts'

/**
 * Managed fields of a `scale` subresource: a Scale is another kind (autoscaling/v1), so the entries
 * that own the replicas are shown as owners of its `.spec.replicas`, and what a write to the Scale
 * makes of them is carried back. Source: util/managedfields/scalehandler.go.
 */
export interface ScalePaths {
  /** Where a version keeps its replicas, as `f:spec`, `f:replicas`; empty when it has none. */
  readonly replicasAt: (apiVersion: string) => readonly PathElement[] | undefined
  /** The main resource's version in this request. */
  readonly apiVersion: string
}

const SCALE_VERSION = 'autoscaling/v1'
const SCALE_REPLICAS = ['f:spec', 'f:replicas'] as const

/** The entries as the Scale shows them. */
export function entriesOfScale(
  parent: readonly ManagedEntry[],
  paths: ScalePaths,
): readonly ManagedEntry[] {
  const owners = parent.filter((entry) => owns(entry, paths))
  const shown = owners.map((entry) =>
    withFields({ ...entry, apiVersion: SCALE_VERSION }, setOfPath(SCALE_REPLICAS)),
  )
  return sortEntries(shown)
}

/**
 * The main resource's entries after a write left the Scale with `scale`. Upstream forgets the time
 * of entries that come from the Scale, and splits an updater that keeps its replicas; neither is
 * copied.
 */
export function entriesFromScale(
  parent: readonly ManagedEntry[],
  scale: readonly ManagedEntry[],
  paths: ScalePaths,
): readonly ManagedEntry[] {
  const kept: ManagedEntry[] = []
  const stays = new Set<ManagedEntry>()
  for (const entry of parent) {
    const path = paths.replicasAt(entry.apiVersion)
    if (!path) continue
    const twin = scale.find((other) => isTwin(entry, other))
    if (twin) stays.add(twin)
    const fields = fieldsOf(entry)
    const left = twin ? fields : difference(fields, setOfPath(path))
    if (left === fields) kept.push(entry)
    else if (!isBare(left)) kept.push(withFields(entry, left))
  }
  const path = paths.replicasAt(paths.apiVersion)
  for (const entry of scale) {
    if (stays.has(entry) || !path || !hasField(fieldsOf(entry), SCALE_REPLICAS)) continue
    kept.push(withFields({ ...entry, apiVersion: paths.apiVersion }, setOfPath(path)))
  }
  return sortEntries(kept)
}

const owns = (entry: ManagedEntry, { replicasAt }: ScalePaths): boolean => {
  const path = replicasAt(entry.apiVersion)
  return path !== undefined && hasField(fieldsOf(entry), path)
}

/** The same entry, shown in the Scale's version; only an owner of replicas is ever shown. */
const isTwin = (entry: ManagedEntry, shown: ManagedEntry): boolean =>
  sameIdentity({ ...entry, apiVersion: SCALE_VERSION }, { ...shown, apiVersion: SCALE_VERSION })
