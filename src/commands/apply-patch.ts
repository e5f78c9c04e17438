import { applyConfiguration } from '../meta/apply.ts'
import { cloneJson } from '../meta/clone-json.ts'
import { apiVersionOf } from '../meta/kind.ts'
import { managedText as textOfEntries, parseManaged } from '../meta/managed-entry.ts'
import { keepTimes } from '../meta/managed-times.ts'
import type { Json, JsonObject, KubeObject } from '../meta/object.ts'
import { isJsonObject } from '../meta/own-property.ts'
import { badRequest, conflict, notFound, type Status } from '../meta/status.ts'
import { timeText } from '../meta/timestamp.ts'
import type { Entry } from '../projections/entry.ts'
import { typeOfVersion } from '../resources/schemas.ts'
import { decodeBody } from './codec.ts'
import { refused, type Decided } from './decided.ts'
import type { Frame } from './environment.ts'
import { placeProblem } from './identity.ts'
import { resetFieldsOf } from './ownership.ts'
import type { PatchWish } from './patch.ts'
import { decideUpsert } from './upsert.ts'
import { decideUpdate } from './update.ts'

/** Decides a server-side apply: a create when nothing is there, else a merge with what is. */
export function applyFrom(frame: Frame, wish: PatchWish, current: Entry | undefined): Decided {
  const { served, definition } = frame
  const { patch, subresource = '', dryRun = false, name } = wish
  const namespace = definition.namespaced ? wish.namespace : ''
  if (patch === null) return refused(badRequest('invalid object type: /, Kind='))
  if (!isJsonObject(patch)) return refused(notAnObject(patch))
  const misplaced = patchPlaceProblem(patch, name, definition.namespaced ? namespace : undefined)
  if (misplaced) return refused(misplaced)
  const gr = { group: served.group, resource: definition.plural }
  if (!current && subresource !== '') return refused(notFound(gr, name))
  const uid = (patch['metadata'] as JsonObject | undefined)?.['uid']
  if (!current && typeof uid === 'string' && uid !== '')
    return refused(conflict(gr, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`))
  const live = current ? liveOf(frame, current) : {}
  const before = current ? current.managed : ''
  const entries = parseManaged(before)
  const applied = applyConfiguration({
    live,
    applied: named(patch, name),
    schema: typeOfVersion(served),
    manager: frame.context.fieldManager,
    force: wish.force ?? false,
    managed: entries,
    time: timeText(frame.facts.now),
    apiVersion: apiVersionOf(served),
    kind: definition.kind,
    subresource,
    resetFields: resetFieldsOf(definition, subresource),
  })
  if (!applied.ok) return refused(applied.error)
  // What was merged shares parts with the patch and with the view; what follows changes its own.
  const decoded = decodeBody(frame, cloneJson(applied.value.object), wish.fieldValidation, wish.doubled)
  if (!decoded.ok) return refused(badRequest(decoded.error))
  const text = textOfEntries(applied.value.managed)
  const steady = textOfEntries(keepTimes(entries, applied.value.managed))
  const after = { text, same: text === before, sameButTimes: steady === before }
  const object = decoded.value
  if (!current) {
    // An apply that expects a version of what is not there makes it all the same, as upstream's does.
    delete object.metadata.resourceVersion
    return decideUpsert(frame, { object, namespace, name, dryRun, managed: text })
  }
  return decideUpdate(frame, { object, namespace, name, subresource, dryRun, managed: after, patched: true })
}

function liveOf({ served }: Frame, { object }: Entry): JsonObject {
  const live: KubeObject = served.fromStorage ? served.fromStorage(object) : object
  return live as unknown as JsonObject
}

/** An apply may leave out what the path says. */
const named = (patch: JsonObject, name: string): JsonObject => ({
  ...patch,
  metadata: { ...(patch['metadata'] as JsonObject | undefined), name },
})

function patchPlaceProblem(patch: JsonObject, name: string, namespace: string | undefined): Status | undefined {
  const metadata = (isJsonObject(patch['metadata']) ? patch['metadata'] : {}) as KubeObject['metadata']
  return placeProblem({ ...metadata, name: metadata.name || name }, name, namespace)
}

/** Source: sigs.k8s.io/yaml Unmarshal into a map. */
const notAnObject = (patch: Json): Status =>
  badRequest(
    `error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch} into Go value of type map[string]interface {}`,
  )
