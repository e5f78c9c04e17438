import type { KubeObject } from '../meta/object.ts'
import { badRequest, conflict, notFound } from '../meta/status.ts'
import type { DeleteOptions } from './command.ts'
import { refused, type Decided } from './decided.ts'
import { decideDelete } from './deletion.ts'
import type { Frame } from './environment.ts'
import { managedByUpdate } from './ownership.ts'

/** A create on a subresource: binding, eviction. */
export interface ActionWish {
  readonly namespace: string
  readonly name: string
  readonly subresource: string
  readonly body: KubeObject
  readonly dryRun: boolean
}

/** Decides what a create on a subresource does to the object. */
export function decideAction(frame: Frame, wish: ActionWish): Decided {
  return wish.subresource === 'eviction' ? decideEviction(frame, wish) : decideOwnAction(frame, wish)
}

function decideOwnAction(frame: Frame, wish: ActionWish): Decided {
  const { definition, environment, served, facts } = frame
  const gr = { group: served.group, resource: definition.plural }
  const current = environment.state.get(definition.resource, wish.namespace, wish.name)
  const action = definition.actions?.[wish.subresource]
  if (!current || !action) return refused(notFound(gr, wish.name))
  const own = wish.body.metadata?.name
  if (own && own !== wish.name)
    return refused(badRequest(`name in URL does not match name in ${wish.body.kind} object`))
  const uid = wish.body.metadata?.uid
  if (uid && uid !== current.uid)
    return refused(
      conflict(gr, wish.name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.uid}`),
    )
  const object = structuredClone(current.object)
  const refusal = action(object, wish.body, facts)
  if (refusal) return refused(refusal)
  const managed = managedByUpdate(frame, {
    object, current, subresource: wish.subresource, sent: undefined, sameObject: false,
  })
  return {
    ok: true, object, managed: managed.text, bytes: wish.dryRun ? current.bytes : undefined,
    revision: frame.revision, effect: 'updated', warnings: frame.warnings,
  }
}

/** Source: registry/core/pod/storage/eviction.go; budgets are asked by admission. */
function decideEviction(frame: Frame, wish: ActionWish): Decided {
  const options = (wish.body as KubeObject & { deleteOptions?: DeleteOptions }).deleteOptions ?? {}
  const own = wish.body.metadata?.name
  if (own && own !== wish.name)
    return refused(badRequest('name in URL does not match name in Eviction object'))
  return decideDelete(frame, {
    namespace: wish.namespace, name: wish.name, options, dryRun: wish.dryRun,
  })
}
