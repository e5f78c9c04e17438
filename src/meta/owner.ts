import type { GroupVersionKind } from './kind.ts'
import { apiVersionOf } from './kind.ts'
import type { ObjectMeta, OwnerReference } from './object.ts'

/** Anything with metadata. */
interface HasMetadata {
  readonly metadata: ObjectMeta
}

/**
 * The reference marked `controller: true`, if any. Source: apimachinery meta/v1 controller_ref.go.
 */
export const controllerOf = (object: HasMetadata): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((ref) => ref.controller === true)

/** Whether `owner` controls `object`; uids decide, names may be reused. */
export function isControlledBy(object: HasMetadata, owner: HasMetadata): boolean {
  const ref = controllerOf(object)
  return ref !== undefined && ref.uid === owner.metadata.uid
}

/** A plain reference, as the garbage collector follows it. */
export const ownerReference = (owner: HasMetadata, gvk: GroupVersionKind): OwnerReference => ({
  apiVersion: apiVersionOf(gvk),
  kind: gvk.kind,
  name: owner.metadata.name ?? '',
  uid: owner.metadata.uid ?? '',
})

/** The reference a controller puts on what it makes. Source: meta/v1 NewControllerRef. */
export const controllerReference = (owner: HasMetadata, gvk: GroupVersionKind): OwnerReference => ({
  ...ownerReference(owner, gvk),
  controller: true,
  blockOwnerDeletion: true,
})

/** Whether one of the references names this uid. */
export const isOwnedBy = (object: HasMetadata, uid: string): boolean =>
  object.metadata.ownerReferences?.some((ref) => ref.uid === uid) ?? false
