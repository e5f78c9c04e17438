import { invalid } from '../meta/field-error.ts'
import type { Json, JsonObject, KubeObject } from '../meta/object.ts'
import { badRequest, conflict, invalidObject, MODIFIED, notFound, type Status } from '../meta/status.ts'
import type { Entry } from '../projections/entry.ts'
import { cloneObject } from './clone-object.ts'
import { scaleOfObject, type Scale } from './scale-object.ts'
import { refused, type Decided } from './decided.ts'
import type { Frame } from './environment.ts'
import type { PatchWish } from './patch.ts'
import { placeProblem, uidProblem } from './identity.ts'
import { badPatch, patchedBy, SCALE_SCHEMA } from './patch-types.ts'
import { prune } from '../meta/prune.ts'
import { schemaOf } from '../resources/schemas.ts'
import { decideUpdate } from './update.ts'

/** The scale of an object as /scale answers it. */
export const scaleOf = ({ definition }: Pick<Frame, 'definition'>, { object, revision }: Entry): Scale =>
  scaleOfObject(definition, { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } })

/** What an update of a scale needs. */
export interface ScaleWish {
  readonly scale: JsonObject
  readonly namespace: string
  readonly name: string
  readonly dryRun: boolean
}

/** Decides a write to /scale. Source: registry/apps/deployment/storage ScaleREST.Update. */
export function decideScale(frame: Frame, wish: ScaleWish): Decided {
  const { definition, environment, served } = frame
  const gr = { group: served.group, resource: definition.plural }
  const current = environment.state.get(definition.resource, wish.namespace, wish.name)
  if (!current || !definition.scale) return refused(notFound(gr, wish.name))
  const metadata = (wish.scale['metadata'] ?? {}) as KubeObject['metadata']
  const misplaced = placeProblem(metadata, wish.name, wish.namespace)
  if (misplaced) return refused(misplaced)
  if (metadata.uid && metadata.uid !== current.uid)
    return refused(conflict(gr, wish.name, uidProblem(frame, metadata.uid, current)))
  if (metadata.resourceVersion && metadata.resourceVersion !== String(current.revision))
    return refused(conflict(gr, wish.name, MODIFIED))
  const spec = wish.scale['spec'] as JsonObject | undefined
  const replicas = spec?.['replicas'] ?? 0
  if (typeof replicas !== 'number') return refused(badRequest('Scale: spec.replicas is no number'))
  const wrong = replicasProblem(wish.name, replicas)
  if (wrong) return refused(wrong)
  const object = cloneObject(current.object)
  definition.scale.setReplicas(object, replicas)
  return decideUpdate(frame, {
    object, namespace: wish.namespace, name: wish.name, subresource: '', managedAs: 'scale', dryRun: wish.dryRun,
    scaled: true,
  })
}

/** 422 for a negative number. Source: autoscaling/validation ValidateScale. */
export const replicasProblem = (name: string, replicas: number): Status | undefined =>
  replicas >= 0
    ? undefined
    : invalidObject('autoscaling', 'Scale', name, [
        invalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
      ])

/** A patch of /scale: applied to the Scale, then as an update of it. */
export function decideScalePatch(frame: Frame, wish: PatchWish): Decided {
  const { definition, environment, served } = frame
  const current = environment.state.get(definition.resource, wish.namespace, wish.name)
  if (!current || !definition.scale)
    return refused(notFound({ group: served.group, resource: definition.plural }, wish.name))
  const before = scaleOf(frame, current) as unknown as Json
  const patched = patchedBy(frame, wish, before)
  if (!patched.ok) return refused(patched.error)
  const pruned = prune(schemaOf(SCALE_SCHEMA), patched.value)
  if (!pruned.ok) return refused(badPatch(wish, patched.value, pruned.error))
  return decideScale(frame, {
    scale: pruned.value.value, namespace: wish.namespace, name: wish.name,
    dryRun: wish.dryRun ?? false,
  })
}
