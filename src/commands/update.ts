import { semanticallyEqual } from '../meta/equality.ts'
import { invalid } from '../meta/field-error.ts'
import { goQuote } from '../meta/go-quote.ts'
import type { KubeObject } from '../meta/object.ts'
import { conflict, invalidObject, MODIFIED, notFound, plainError, type Status } from '../meta/status.ts'
import { validateKubeFinalizers, validateObjectMetaUpdate } from '../meta/validate-metadata.ts'
import type { Entry } from '../projections/entry.ts'
import { equalValues } from '../meta/compare-objects.ts'
import type { Json } from '../meta/object.ts'
import { typeOfVersion } from '../resources/schemas.ts'
import { storageOf, type StatusRules } from '../resources/define.ts'
import { encodeDry } from './body.ts'
import { decideUpsert } from './upsert.ts'
import { refused, unchanged, type Decided } from './decided.ts'
import { mayVanish } from './deletion.ts'
import { admit, type AdmissionWish, type Frame } from './environment.ts'
import { placeProblem, uidProblem } from './identity.ts'
import { scaleOfObject, type Scale } from './scale-object.ts'
import { withLongNumbers } from './long-numbers.ts'
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
  /** A patch changes what is there: it has no preconditions, and may not change a uid. */
  readonly patched?: boolean
  /** Subresource that managedFields name, where it is not the one that is written: scale. */
  readonly managedAs?: string
  /** It came over /scale: that is what admission looks at. */
  readonly scaled?: boolean
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
  const stale = staleness(frame, wish, current)
  if (stale) return refused(stale)
  const before = current.object
  carryOver(object, before)
  const managed = managedNow(frame, wish, current)
  const wrong = withLongNumbers(object, () => prepare(frame, wish, before))
  if (wrong) return refused(wrong)
  return settle(frame, wish, current, managed)
}

/** What the client owns: what it sent, before the kind and admission change it. */
function managedNow(frame: Frame, wish: UpdateWish, current: Entry): ManagedAfter {
  const { object, subresource, managedAs = subresource } = wish
  const sent = takeSentManaged(object)
  if (wish.managed) return wish.managed
  const sameObject = isSame(frame, object, current)
  return managedByUpdate(frame, { object, current, subresource: managedAs, sent, sameObject })
}

const isSame = ({ definition }: Frame, object: KubeObject, current: Entry): boolean =>
  semanticallyEqual(object, current.object, typeOfVersion(storageOf(definition)))


/** Rules of the part that an update may change; undefined for the object itself. */
export const partOf = ({ definition }: Frame, subresource: string): StatusRules<KubeObject> | undefined =>
  subresource === 'status' ? definition.status : definition.parts?.[subresource]

function place({ definition }: Frame, { object, namespace, name }: UpdateWish): Status | undefined {
  const wrong = placeProblem(object.metadata, name, definition.namespaced ? namespace : undefined)
  if (wrong) return wrong
  if (definition.namespaced) object.metadata.namespace = namespace
  else delete object.metadata.namespace
  return undefined
}

function absent(frame: Frame, wish: UpdateWish): Decided {
  const { definition, served } = frame
  const gr = { group: served.group, resource: definition.plural }
  if (!definition.createOnUpdate || wish.subresource !== '') return refused(notFound(gr, wish.name))
  // An update that names a uid or a revision means an object that was there.
  if (wish.object.metadata.uid) {
    const nobody = { namespace: wish.namespace, name: wish.name, uid: '' }
    return refused(conflict(gr, wish.name, uidProblem(frame, wish.object.metadata.uid, nobody)))
  }
  if (wish.object.metadata.resourceVersion) return refused(notFound(gr, wish.name))
  return decideUpsert(frame, { ...wish, managed: wish.managed?.text })
}

function staleness(frame: Frame, { object, patched }: UpdateWish, current: Entry): Status | undefined {
  const { definition, served } = frame
  const gr = { group: served.group, resource: definition.plural }
  const { uid, resourceVersion } = object.metadata
  if (!patched && uid && uid !== current.uid) return conflict(gr, current.name, uidProblem(frame, uid, current))
  if (!resourceVersion || resourceVersion === '0') {
    if (definition.unconditionalUpdate !== false) return undefined
    // Upstream names the resource here, not the kind.
    return invalidObject(served.group, definition.plural, current.name, [
      invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
    ])
  }
  if (!/^[0-9]+$/.test(resourceVersion))
    return plainError(`strconv.ParseUint: parsing ${goQuote(resourceVersion)}: invalid syntax`)
  return Number(resourceVersion) === current.revision ? undefined : conflict(gr, current.name, MODIFIED)
}

/** Admission, the kind's rules, what no update may change, validation. */
function prepare(frame: Frame, wish: UpdateWish, before: KubeObject): Status | undefined {
  const { definition, facts } = frame
  const { object, subresource } = wish
  const asked = askedOf(frame, wish, before)
  const refusal = admit(frame, asked)
  if (refusal) return refusal
  if (wish.scaled) definition.scale!.setReplicas(object, (asked.object as Scale).spec?.replicas ?? 0)
  const part = partOf(frame, subresource)
  if (part) part.prepare(object, before, facts)
  else definition.prepareUpdate?.(object, before, facts)
  // A kind's rules may clear system fields on the way; an update never moves them.
  carryOver(object, before)
  if (subresource !== 'status') bumpGeneration(frame, object, before)
  const unallocated = admit(frame, asked, 'allocate')
  if (unallocated) return unallocated
  const errors = [
    ...validateObjectMetaUpdate(object.metadata, before.metadata),
    ...(definition.anyFinalizers ? [] : validateKubeFinalizers(object.metadata)),
    ...(part ? part.validate(object, before, facts) : definition.validateUpdate(object, before, frame.served)),
  ]
  if (errors.length > 0)
    return invalidObject(frame.served.group, definition.kind, wish.name, errors)
  if (!part) frame.warnings.push(...(definition.warnings?.(object, before) ?? []))
  return admit(frame, asked, 'validate')
}

/** What admission is asked about: the object, or its scale where that is written. */
function askedOf({ definition }: Frame, wish: UpdateWish, before: KubeObject): AdmissionWish {
  const { namespace, name, object, dryRun } = wish
  const asked = { operation: 'UPDATE', namespace, name, dryRun } as const
  if (!wish.scaled) return { ...asked, subresource: wish.subresource, object, before }
  const scale = (one: KubeObject): KubeObject => scaleOfObject(definition, one)
  return { ...asked, subresource: 'scale', object: scale(object), before: scale(before) }
}

function carryOver({ metadata }: KubeObject, { metadata: old }: KubeObject): void {
  delete metadata.selfLink
  metadata.uid ||= old.uid
  metadata.creationTimestamp = old.creationTimestamp
  // What is being deleted stays so; a deletion that nobody asked for is refused by validation.
  if (old.deletionTimestamp !== undefined) metadata.deletionTimestamp = old.deletionTimestamp
  if (old.deletionGracePeriodSeconds !== undefined)
    metadata.deletionGracePeriodSeconds ??= old.deletionGracePeriodSeconds
  if (old.generation === undefined) delete metadata.generation
  else metadata.generation = old.generation
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
  const { generationOf } = definition
  const changed =
    generationOf === 'all'
      ? !equalValues(beside(object), beside(before))
      : generationOf?.some((field) => !semanticallyEqual(fieldOf(object, field), fieldOf(before, field)))
  if (changed) object.metadata.generation = (before.metadata.generation ?? 0) + 1
}

/** All but the metadata. */
const beside = ({ metadata: _, ...rest }: KubeObject): Json => rest as unknown as Json

/** `spec`, or `metadata.labels` for kinds whose generation counts those. */
const fieldOf = (object: KubeObject, field: string): unknown =>
  field.split('.').reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], object)

/** Nothing changed, or the last finalizer went, or an ordinary change. */
function settle(frame: Frame, wish: UpdateWish, current: Entry, managed: ManagedAfter): Decided {
  const { object, dryRun } = wish
  if ((managed.same || managed.sameButTimes) && isSame(frame, object, current)) return unchanged(frame, current)
  const effect = mayVanish(frame.definition, object) ? 'deleted' : 'updated'
  return {
    ok: true, object, managed: managed.text,
    bytes: dryRun ? encodeDry(object, managed.text) : undefined,
    revision: frame.revision, effect, warnings: frame.warnings,
  }
}
