import { apiVersionOf } from '../meta/kind.ts'
import { managedText as textOfEntries, parseManaged } from '../meta/managed-entry.ts'
import { entriesToStartFrom } from '../meta/managed-start.ts'
import { updateManagedFields } from '../meta/managed-update.ts'
import type { JsonObject, KubeObject } from '../meta/object.ts'
import { timeText } from '../meta/timestamp.ts'
import type { Entry } from '../projections/entry.ts'
import { schemaOf } from '../resources/schemas.ts'
import type { Frame } from './environment.ts'

/** managedFields after a write, as JSON text; `same` when the write moved no field. */
export interface ManagedAfter {
  readonly text: string
  readonly same: boolean
}

/** The managedFields text an object is stored with; '' when it has none. */
export function managedText(entry: Entry): string {
  const { managedFields } = entry.whole().metadata
  return managedFields === undefined ? '' : JSON.stringify(managedFields)
}

/** Who owns what after a create. Takes managedFields that the client sent out of the object. */
export function managedByCreate(frame: Frame, object: KubeObject): string {
  const sent = object.metadata.managedFields
  delete object.metadata.managedFields
  const entries = entriesToStartFrom({ live: [], sent, subresource: '' })
  return textOfEntries(updateManagedFields({ ...write(frame, {}, object), entries }))
}

/** Who owns what after an update. `sameObject`: nothing but managedFields can have changed. */
export function managedByUpdate(
  frame: Frame,
  object: KubeObject,
  current: Entry,
  subresource: string,
  sameObject: boolean,
): ManagedAfter {
  const sent = object.metadata.managedFields
  delete object.metadata.managedFields
  const before = managedText(current)
  if (sameObject && (sent === undefined || subresource !== '' || JSON.stringify(sent) === before))
    return { text: before, same: true }
  const start = entriesToStartFrom({ live: parseManaged(before), sent, subresource })
  const after = textOfEntries(
    updateManagedFields({
      ...write(frame, current.object as unknown as JsonObject, object),
      entries: start,
      subresource,
    }),
  )
  return { text: after, same: after === before }
}

function write({ served, context, facts }: Frame, before: JsonObject, after: KubeObject) {
  const inVersion = (object: KubeObject | JsonObject): JsonObject =>
    (served.fromStorage && 'metadata' in object
      ? served.fromStorage(object as KubeObject)
      : object) as unknown as JsonObject
  return {
    before: inVersion(before),
    after: inVersion(after),
    schema: schemaOf(served.schema),
    manager: context.fieldManager,
    apiVersion: apiVersionOf(served),
    time: timeText(facts.now),
  }
}
