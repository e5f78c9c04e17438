import { splitKey } from '../../meta/key.ts'
import type { KubeObject } from '../../meta/object.ts'
import type { Note, Plan, Reconciler } from './reconciler.ts'

/** The regarding part of a note about this object. */
export const regarding = (object: KubeObject): Note['regarding'] => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name ?? '',
  uid: object.metadata.uid ?? '',
  ...(object.metadata.resourceVersion && { resourceVersion: object.metadata.resourceVersion }),
})

/**
 * What a reconciler without an own answer does with a refusal for good: a Warning about the object
 * of the key (of its first watch), which names what was refused.
 */
export function plainRefusal(reconciler: Reconciler): NonNullable<Reconciler['refused']> {
  return (key, { command, status }, view): Plan => {
    const { namespace, name } = splitKey(key)
    const resource = reconciler.watches[0]?.resource ?? ''
    const object = view.get(resource, namespace, name)
    if (!object) return { commands: [] }
    const message = `Error on ${command.verb} of ${command.resource}: ${status.message ?? ''}`
    const note: Note = {
      regarding: regarding(object),
      type: 'Warning',
      reason: 'FailedReconcile',
      message,
    }
    return { commands: [], notes: [note] }
  }
}
