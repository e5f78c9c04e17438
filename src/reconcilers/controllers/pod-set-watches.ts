import {
  labelSelectorOf,
  matches,
  NOTHING,
  type LabelSelector,
  type LabelSelectorSpec,
} from '../../meta/label-selector.ts'
import { objectKey } from '../../meta/key.ts'
import type { KubeObject } from '../../meta/object.ts'
import { controllerOf } from '../../meta/owner.ts'
import type { View, ViewChange } from '../../projections/view.ts'
import type { Watch } from '../runtime/reconciler.ts'

/** The owners of one kind that something may belong to. */
export interface OwnerKind<O extends KubeObject> {
  readonly resource: string
  readonly kind: string
  readonly apiGroup: string
  readonly selectorOf: (owner: O) => LabelSelectorSpec | undefined
}

/** Every change of an owner is its own key. */
export const ownWatch = (resource: string): Watch => ({
  resource,
  keysOf: (change) => [objectKey(change.namespace, change.name)],
})

/**
 * Changes of what is owned lead to the controller; those of orphans to all owners that select them.
 * Source: replica_set.go addPod, updatePod, deletePod.
 */
export function ownedWatch<O extends KubeObject>(resource: string, owners: OwnerKind<O>): Watch {
  // Selectors are compiled once per object: views share them, and replace them on every change.
  const compiled = new WeakMap<O, LabelSelector>()
  const selectorOf = (owner: O): LabelSelector => {
    let selector = compiled.get(owner)
    if (!selector) {
      const made = labelSelectorOf(owners.selectorOf(owner))
      selector = made.ok ? made.value : NOTHING
      compiled.set(owner, selector)
    }
    return selector
  }
  const selecting = (object: KubeObject, view: View): string[] =>
    view
      .list<O>(owners.resource, object.metadata.namespace ?? '')
      .filter((owner) => matches(selectorOf(owner), object.metadata.labels))
      .map((owner) => objectKey(owner.metadata.namespace, owner.metadata.name ?? ''))
  return {
    resource,
    keysOf(change: ViewChange, view: View) {
      const before = change.before()
      const after = change.after()
      const keys = new Set<string>()
      for (const object of [before, after]) {
        const owner = object && controllerOf(object)
        if (owner && isOfKind(owner, owners)) keys.add(objectKey(change.namespace, owner.name))
      }
      if (after && !controllerOf(after) && after.metadata.deletionTimestamp === undefined)
        for (const key of selecting(after, view)) keys.add(key)
      return [...keys]
    },
  }
}

const isOfKind = (
  owner: { apiVersion: string; kind: string },
  { kind, apiGroup }: { kind: string; apiGroup: string },
): boolean => {
  const slash = owner.apiVersion.indexOf('/')
  return owner.kind === kind && (slash < 0 ? '' : owner.apiVersion.slice(0, slash)) === apiGroup
}
