import type { FieldValidation } from '../meta/decode.ts'
import type { Json, KubeObject } from '../meta/object.ts'
import { conflict, invalidObject, notFound, type Status } from '../meta/status.ts'
import { invalid } from '../meta/field-error.ts'
import type { Command } from './command.ts'
import { applyFrom } from './apply-patch.ts'
import { decodeBody, fromStorage } from './codec.ts'
import { refused, type Decided } from './decided.ts'
import type { Frame } from './environment.ts'
import { patchedBy } from './patch-types.ts'
import { decideScalePatch } from './scale.ts'
import { decideUpdate } from './update.ts'

/** The patch command, with what the request asks of unknown fields. */
export type PatchWish = Extract<Command, { verb: 'patch' }> & {
  readonly fieldValidation: FieldValidation
}

/** Decides a patch: on the object in the version the client speaks, then as an update. */
export function decidePatch(frame: Frame, wish: PatchWish): Decided {
  const { definition, environment, served } = frame
  const namespace = definition.namespaced ? wish.namespace : ''
  const gr = { group: served.group, resource: definition.plural }
  if (wish.subresource === 'scale') return decideScalePatch(frame, wish)
  const current = environment.state.get(definition.resource, namespace, wish.name)
  if (wish.patchType === 'apply') return applyFrom(frame, wish, current)
  if (!current) return refused(notFound(gr, wish.name))
  if (wish.uid !== undefined && wish.uid !== current.uid)
    return refused(
      conflict(gr, wish.name, `Precondition failed: UID in precondition: ${wish.uid}, UID in object meta: ${current.uid}`),
    )
  const before = fromStorage(served, current.whole())
  const patched = patchedBy(frame, wish, before as unknown as Json)
  if (!patched.ok) return refused(patched.error)
  const decoded = decodeBody(frame, patched.value, wish.fieldValidation)
  if (!decoded.ok) return refused(decoded.error)
  const object = decoded.value
  const moved = identityProblem(frame, wish, object)
  if (moved) return refused(moved)
  return decideUpdate(frame, {
    object, namespace, name: wish.name, subresource: wish.subresource ?? '',
    dryRun: wish.dryRun ?? false,
  })
}

/** A patch may not rename. Source: apiserver handlers/patch.go, ValidateObjectMetaUpdate. */
function identityProblem(frame: Frame, wish: PatchWish, object: KubeObject): Status | undefined {
  const name = object.metadata.name
  if (name === undefined || name === '' || name === wish.name) return undefined
  return invalidObject(frame.served.group, frame.definition.kind, wish.name, [
    invalid('metadata.name', name, 'field is immutable'),
  ])
}
