import { semanticallyEqual } from '../meta/equality.ts'
import { invalid } from '../meta/field-error.ts'
import type { KubeObject } from '../meta/object.ts'
import { badRequest, conflict, invalidObject, MODIFIED, notFound, type Status } from '../meta/status.ts'
import { validateObjectMetaUpdate } from '../meta/validate-metadata.ts'
import type { Entry } from '../projections/entry.ts'
import { schemaOf } from '../resources/schemas.ts'
import type { StatusRules } from '../resources/define.ts'
import { decideCreate, encodeDry } from './create.ts'
import { refused, unchanged, type Decided } from './decided.ts'
import { mayVanish } from './deletion.ts'
import { admit, type Frame } from './environment.ts'
import { managedByUpdate, takeSentManaged, type ManagedAfter } from './ownership.ts'

/** What an update needs. The object is fresh, decoded and in the storage version. */
export interface UpdateWish {
  readonly object: KubeObject
  readonly namespace: string
  readonly name: string
  /** `status`, a part, or '' for the object itself. */
  readonly subresource: string
  readonly dryRun: boolean
  /** managedFields after an apply; undefined when this is an ordinary update. */
  readonly managed?: ManagedAfter
}

/** Decides an update. Order of checks: apiserver registry/generic/registry/store.go Update. */
export function decideUpdate(frame: Frame, wish: UpdateWish): Decided {
  const { definition, environment } = frame
  const { object, name } = wish
  const namespace = definition.namespaced ? wish.namespace : ''
  const placed = place(frame, wish)
  if (placed) return refused(placed)
  const current = environment.state.get(definition.resource, namespace, name)
  if (!current) return absent(frame, wish)
  const stale = staleness(frame, object, current)
  if (stale) return refused(stale)
  const before = current.object
  const wrong = prepare(frame, wish, before)
  if (wrong) return refused(wrong)
  return settle(frame, wish, current)
}

/** Rules of the part that an update may change; undefined for the object itself. */
export const partOf = ({ definition }: Frame, subresource: string): StatusRules<KubeObject> | undefined =>
  subresource === 'status' ? definition.status : definition.parts?.[subresource]

function place({ definition }: Frame, { object, namespace, name }: UpdateWish) {
  const own = object.metadata.name
  if (own === undefined || own === '') object.metadata.name = name
  else if (own !== name)
    return badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`)
  if (!definition.namespaced) {
    delete object.metadata.namespace
    return undefined
  }
  const inside = object.metadata.namespace
  if (inside !== undefined && inside !== '' && inside !== namespace)
    return badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    )
  object.metadata.namespace = namespace
  return undefined
}

function absent(frame: Frame, wish: UpdateWish): Decided {
  const { definition, served } = frame
  const gr = { group: served.group, resource: definition.plural }
  if (!definition.createOnUpdate || wish.subresource !== '') return refused(notFound(gr, wish.name))
  // An update that names a uid or a revision means an object that was there.
  if (wish.object.metadata.uid)
    return refused(
      conflict(gr, wish.name, `Precondition failed: UID in precondition: ${wish.object.metadata.uid}, UID in object meta: `),
    )
  if (wish.object.metadata.resourceVersion) return refused(notFound(gr, wish.name))
  return decideCreate(frame, { ...wish, managed: wish.managed?.text })
}

function staleness(frame: Frame, object: KubeObject, current: Entry): Status | undefined {
  const { definition, served } = frame
  const gr = { group: served.group, resource: definition.plural }
  const { uid, resourceVersion } = object.metadata
  if (uid && uid !== current.uid)
    return conflict(
      gr, current.name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.uid}`,
    )
  if (!resourceVersion) {
    if (definition.unconditionalUpdate !== false) return undefined
    return invalidObject(served.group, definition.kind, current.name, [
      invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
    ])
  }
  if (!/^[0-9]+$/.test(resourceVersion))
    return invalidObject(served.group, definition.kind, current.name, [
      invalid('metadata.resourceVersion', resourceVersion, 'must be an unsigned integer'),
    ])
  return Number(resourceVersion) === current.revision ? undefined : conflict(gr, current.name, MODIFIED)
}

/** Carries over what no update may change, then applies the kind's rules, admission, validation. */
function prepare(frame: Frame, wish: UpdateWish, before: KubeObject): Status | undefined {
  const { definition, facts } = frame
  const { object, subresource } = wish
  carryOver(object, before)
  const part = partOf(frame, subresource)
  if (part) part.prepare(object, before)
  else definition.prepareUpdate?.(object, before, facts)
  // A kind's rules may clear system fields on the way; an update never moves them.
  carryOver(object, before)
  if (subresource !== 'status') bumpGeneration(frame, object, before)
  const refusal = admit(frame, {
    operation: 'UPDATE', subresource, namespace: wish.namespace, name: wish.name, object, before,
    dryRun: wish.dryRun,
  })
  if (refusal) return refusal
  const errors = [
    ...validateObjectMetaUpdate(object.metadata, before.metadata),
    ...(part ? part.validate(object, before) : definition.validateUpdate(object, before, frame.served)),
  ]
  if (errors.length > 0)
    return invalidObject(frame.served.group, definition.kind, wish.name, errors)
  if (!part) frame.warnings.push(...(definition.warnings?.(object, before) ?? []))
  return undefined
}

function carryOver({ metadata }: KubeObject, { metadata: old }: KubeObject): void {
  delete metadata.selfLink
  metadata.uid = old.uid
  metadata.creationTimestamp = old.creationTimestamp
  keepOrDrop(metadata, old, 'deletionTimestamp')
  keepOrDrop(metadata, old, 'deletionGracePeriodSeconds')
  keepOrDrop(metadata, old, 'generation')
  keepOrDrop(metadata, old, 'generateName')
  metadata.resourceVersion = old.resourceVersion
}

function keepOrDrop<K extends keyof KubeObject['metadata']>(
  metadata: KubeObject['metadata'],
  old: KubeObject['metadata'],
  key: K,
): void {
  if (old[key] === undefined) delete metadata[key]
  else metadata[key] = old[key]
}

function bumpGeneration({ definition }: Frame, object: KubeObject, before: KubeObject): void {
  const changed = definition.generationOf?.some(
    (field) => !semanticallyEqual(fieldOf(object, field), fieldOf(before, field)),
  )
  if (changed) object.metadata.generation = (before.metadata.generation ?? 0) + 1
}

/** `spec`, or `metadata.labels` for kinds whose generation counts those. */
const fieldOf = (object: KubeObject, field: string): unknown =>
  field.split('.').reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], object)

/** Nothing changed, or the last finalizer went, or an ordinary change. */
function settle(frame: Frame, wish: UpdateWish, current: Entry): Decided {
  const { object, dryRun } = wish
  const sent = takeSentManaged(object)
  const same = semanticallyEqual(object, current.object, schemaOf(frame.definition.served[0]!.schema))
  const managed =
    wish.managed ??
    managedByUpdate(frame, { object, current, subresource: wish.subresource, sent, sameObject: same })
  if (same && (managed.same || managed.sameButTimes)) return unchanged(frame, current)
  const effect = mayVanish(frame.definition, object) ? 'deleted' : 'updated'
  return {
    ok: true, object, managed: managed.text,
    bytes: dryRun ? encodeDry(object, managed.text) : undefined,
    revision: frame.revision, effect, warnings: frame.warnings,
  }
}
