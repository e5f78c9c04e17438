import type { KubeObject } from '../../meta/object.ts'
import type { ObjectRef, View } from '../../projections/view.ts'
import { equal } from '../../resources/equal.ts'
import type { Watch } from '../runtime/reconciler.ts'

/** The owner goes alone. Source of both finalizers: meta/v1 types.go. */
export const ORPHAN = 'orphan'
/** The owner goes after its dependents. */
export const FOREGROUND = 'foregroundDeletion'

/** An object and its storage resource. */
export interface Found {
  readonly resource: string
  readonly object: KubeObject
}

/** `replicasets.apps/default/web`; the namespace is empty for cluster-scoped objects. */
const garbageKey = ({ resource, namespace, name }: ObjectRef): string =>
  `${resource}/${namespace}/${name}`

/** Takes a key apart. */
export function splitGarbageKey(key: string): ObjectRef {
  const [resource = '', namespace = '', ...name] = key.split('/')
  return { resource, namespace, name: name.join('/') }
}

/** Being deleted, but not before its dependents are. */
export const isDeletingDependents = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(FOREGROUND) ?? false)

/** Everything that names this object as an owner, where it may be named. */
export function dependentsOf(owner: KubeObject, resources: readonly string[], view: View): Found[] {
  const { uid = '', namespace = '' } = owner.metadata
  return resources.flatMap((resource) =>
    view
      .byOwner(resource, uid)
      .filter((object) => namespace === '' || object.metadata.namespace === namespace)
      .map((object) => ({ resource, object })),
  )
}

/**
 * An object leads to itself when its owners or its deletion change; one that goes leads to what it
 * owned and to owners that wait for it. All that is asked of an object is its metadata.
 */
export const garbageKeys =
  (scope: { readonly resources: readonly string[] }): Watch['keysOf'] =>
  (change, view) => {
    if (UNOWNED.has(change.resource)) return []
    const [before, after] = [change.before(), change.after()]
    const keys = new Set<string>()
    if (after && concernsItself(before, after)) keys.add(garbageKey(change))
    for (const owner of waitingOwners(before, after, view)) keys.add(garbageKey(owner))
    if (losesDependents(before, after))
      for (const found of dependentsOf((after ?? before)!, scope.resources, view))
        keys.add(keyOfFound(found))
    return [...keys]
  }

/** Core Events own nothing and are not owned. Source: garbagecollector.go DefaultIgnoredResources. */
const UNOWNED: ReadonlySet<string> = new Set(['events'])

function concernsItself(before: KubeObject | undefined, after: KubeObject): boolean {
  const { ownerReferences, deletionTimestamp, finalizers } = after.metadata
  if (deletionTimestamp === undefined && (ownerReferences ?? []).length === 0) return false
  if (!before) return true
  return (
    !equal(before.metadata.ownerReferences, ownerReferences) ||
    before.metadata.deletionTimestamp !== deletionTimestamp ||
    !equal(before.metadata.finalizers, finalizers)
  )
}

/** Gone, or about to go once its dependents are. */
const losesDependents = (before: KubeObject | undefined, after: KubeObject | undefined): boolean =>
  after === undefined ||
  (before !== undefined && before.metadata.uid !== after.metadata.uid) ||
  (isDeletingDependents(after) && !(before && isDeletingDependents(before)))

function waitingOwners(
  before: KubeObject | undefined,
  after: KubeObject | undefined,
  view: View,
): ObjectRef[] {
  if (!before || equal(before.metadata.ownerReferences, after?.metadata.ownerReferences)) return []
  return (before.metadata.ownerReferences ?? []).flatMap((owner) => {
    const where = view.byUid(owner.uid)
    if (!where) return []
    const found = view.get(where.resource, where.namespace, where.name)
    return found?.metadata.deletionTimestamp === undefined ? [] : [where]
  })
}

const keyOfFound = ({ resource, object }: Found): string => {
  const { namespace = '', name = '' } = object.metadata
  return garbageKey({ resource, namespace, name })
}
