import { setOfPaths, type FieldSet } from '../meta/field-set.ts'
import { apiVersionOf } from '../meta/kind.ts'
import { managedText as textOfEntries, parseManaged } from '../meta/managed-entry.ts'
import { managedFieldsForCreate } from '../meta/managed-fields.ts'
import { entriesToStartFrom } from '../meta/managed-start.ts'
import { updateManagedFields } from '../meta/managed-update.ts'
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../meta/object.ts'
import { timeText } from '../meta/timestamp.ts'
import type { Entry } from '../projections/entry.ts'
import type { ResourceDefinition } from '../resources/define.ts'
import { typeOfVersion } from '../resources/schemas.ts'
import type { Frame } from './environment.ts'

/** managedFields after a write, as JSON text; `same` when the write moved no field. */
export interface ManagedAfter {
  readonly text: string
  readonly same: boolean
  /** Only times moved: no change when the object is the same. Set by an apply. */
  readonly sameButTimes?: boolean
}

const STATUS = setOfPaths([['f:status']])
const SPEC = setOfPaths([['f:spec']])

/** What a write to the object or to a part of it does not own. Source: strategy.go GetResetFields. */
export function resetFieldsOf(definition: ResourceDefinition, subresource: string): FieldSet | undefined {
  if (!definition.status) return undefined
  return subresource === 'status' ? SPEC : STATUS
}

/** Takes the managedFields that a client sent out of its object. */
export function takeSentManaged(object: KubeObject): ManagedFieldsEntry[] | undefined {
  const sent = object.metadata.managedFields
  delete object.metadata.managedFields
  return sent
}

/** Who owns what after a create. */
export function managedByCreate(frame: Frame, object: KubeObject): string {
  const sent = takeSentManaged(object)
  const write = writeOf(frame, object, '')
  if (sent === undefined) return managedFieldsForCreate({ ...write, object: write.after })
  const entries = entriesToStartFrom({ live: [], sent, subresource: '' })
  return textOfEntries(updateManagedFields({ ...write, before: {}, entries }))
}

/** An update whose object no longer carries managedFields of its own. */
export interface OwnershipUpdate {
  readonly object: KubeObject
  readonly current: Entry
  readonly subresource: string
  readonly sent: ManagedFieldsEntry[] | undefined
  /** Nothing but managedFields can have changed. */
  readonly sameObject: boolean
}

/** Who owns what after an update. */
export function managedByUpdate(frame: Frame, update: OwnershipUpdate): ManagedAfter {
  const { object, current, subresource, sent, sameObject } = update
  const before = current.managed
  if (sameObject && (sent === undefined || subresource !== '' || JSON.stringify(sent) === before))
    return { text: before, same: true }
  const entries = entriesToStartFrom({ live: parseManaged(before), sent, subresource })
  const text = textOfEntries(
    updateManagedFields({
      ...writeOf(frame, object, subresource),
      before: inVersion(frame, current.object),
      entries,
    }),
  )
  return { text, same: text === before }
}

function writeOf(frame: Frame, after: KubeObject, subresource: string) {
  const { served, context, facts, definition } = frame
  return {
    after: inVersion(frame, after),
    schema: typeOfVersion(served),
    manager: context.fieldManager,
    apiVersion: apiVersionOf(served),
    time: timeText(facts.now),
    subresource,
    resetFields: resetFieldsOf(definition, subresource),
  }
}

const inVersion = ({ served }: Frame, object: KubeObject): JsonObject =>
  (served.fromStorage ? served.fromStorage(object) : object) as unknown as JsonObject
