import type { FieldValidation } from '../meta/decode.ts'
import type { Json } from '../meta/object.ts'
import { conflict, notFound } from '../meta/status.ts'
import type { Command } from './command.ts'
import { applyFrom } from './apply-patch.ts'
import { applyScale } from './apply-scale.ts'
import { decodeBody, fromStorage } from './codec.ts'
import { uidProblem } from './identity.ts'
import { refused, type Decided } from './decided.ts'
import type { Frame } from './environment.ts'
import { badPatch, patchedBy } from './patch-types.ts'
import { decideScalePatch } from './scale.ts'
import { decideUpdate } from './update.ts'
import { prune } from '../meta/prune.ts'
import type { Entry } from '../projections/entry.ts'
import { typeOfVersion } from '../resources/schemas.ts'
import { isJsonObject } from '../meta/own-property.ts'

/** The patch command, with what the request asks of unknown fields. */
export type PatchWish = Extract<Command, { verb: 'patch' }> & {
  readonly fieldValidation: FieldValidation
  /** What the patch itself says twice or in vain; asked for by its text. */
  readonly doubled: readonly string[]
}

/** Decides a patch: on the object in the version the client speaks, then as an update. */
export function decidePatch(frame: Frame, wish: PatchWish): Decided {
  const { definition, environment, served } = frame
  const namespace = definition.namespaced ? wish.namespace : ''
  const gr = { group: served.group, resource: definition.plural }
  const current = environment.state.get(definition.resource, namespace, wish.name)
  if (wish.subresource === 'scale')
    return current && wish.patchType === 'apply' ? applyScale(frame, wish, current) : decideScalePatch(frame, wish)
  if (wish.patchType === 'apply') return applyFrom(frame, wish, current)
  if (!current) return refused(notFound(gr, wish.name))
  if (wish.uid !== undefined && wish.uid !== current.uid)
    return refused(conflict(gr, wish.name, uidProblem(frame, wish.uid, current)))
  const patched = patchedBy(frame, wish, documentOf(frame, wish, current))
  if (!patched.ok) return refused(patched.error)
  const decoded = decodeBody(frame, patched.value, wish.fieldValidation, wish.doubled)
  if (!decoded.ok) return refused(badPatch(wish, shownOf(frame, wish, current, patched.value), decoded.error))
  return decideUpdate(frame, {
    object: decoded.value, namespace, name: wish.name, subresource: wish.subresource ?? '',
    dryRun: wish.dryRun ?? false, patched: true,
  })
}

/** What is patched: a copy of the object's own, with its managedFields only when the patch may ask for them. */
function documentOf({ served }: Frame, wish: PatchWish, current: Entry): Json {
  const object = asksForManaged(wish) ? current.whole() : current.copy()
  return fromStorage(served, object) as unknown as Json
}

/** A JSON patch may test or copy them; the others have to name them, or metadata's directives. */
function asksForManaged({ patchType, patch }: PatchWish): boolean {
  if (patchType === 'json' || !isJsonObject(patch)) return true
  const { metadata = {} } = patch
  if (!isJsonObject(metadata)) return true
  for (const key in patch) if (key.startsWith('$')) return true
  for (const key in metadata) if (key.startsWith('$') || key === 'managedFields') return true
  return false
}

/** The patched document as it is shown in a refusal: whole. */
function shownOf(frame: Frame, wish: PatchWish, current: Entry, patched: Json): Json {
  if (asksForManaged(wish)) return patched
  const whole = patchedBy(frame, wish, fromStorage(frame.served, current.whole()) as unknown as Json)
  if (!whole.ok) return patched
  // Puts the fields that the type knows in its order, as they are shown upstream.
  prune(typeOfVersion(frame.served), whole.value)
  return whole.value
}
