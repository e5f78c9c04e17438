import type { KubeObject } from '../../meta/object.ts'
import { cloneObject } from '../clone-object.ts'
import type { AdmissionRequest } from '../environment.ts'

/** A new object as who mutates sees it: upstream gives it its uid, its time and a generated name later. */
export function unstamped({ operation, object, name }: AdmissionRequest): KubeObject {
  const copy = cloneObject(object)
  if (operation !== 'CREATE') return copy
  const { uid: _, creationTimestamp: __, ...metadata } = copy.metadata
  if (isGenerated(name, object)) delete metadata.name
  return { ...copy, metadata }
}

const isGenerated = (name: string, { metadata }: KubeObject): boolean =>
  name === metadata.generateName && metadata.name !== name

/** Puts what came back in the place of the object, which others hold; what the server stamped stays. */
export function takeOver({ operation, object, name }: AdmissionRequest, changed: KubeObject): void {
  const { uid, creationTimestamp, name: ownName, namespace } = object.metadata
  const fresh = cloneObject(changed)
  if (operation === 'CREATE') {
    if (uid !== undefined) fresh.metadata.uid = uid
    if (creationTimestamp !== undefined) fresh.metadata.creationTimestamp = creationTimestamp
    // Upstream's storage puts it in again.
    if (namespace !== undefined) fresh.metadata.namespace ??= namespace
    if (isGenerated(name, object)) fresh.metadata.name ??= ownName
  }
  for (const key of Object.keys(object)) if (!(key in fresh)) delete (object as unknown as Record<string, unknown>)[key]
  Object.assign(object, fresh)
}
