import type { KubeObject } from '../meta/object.ts'
import { badRequest, conflict, notFound } from '../meta/status.ts'
import { timeText } from '../meta/timestamp.ts'
import { cloneObject } from './clone-object.ts'
import type { DeleteOptions } from './command.ts'
import { refused, type Decided } from './decided.ts'
import { decideDelete } from './deletion.ts'
import { admit, type AdmissionWish, type Frame } from './environment.ts'
import { uidProblem } from './identity.ts'

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
  const body = { ...wish.body, metadata: { ...wish.body.metadata } }
  const asked = askedOf(wish, body)
  const unwelcome = admit(frame, asked) ?? admit(frame, asked, 'validate')
  if (unwelcome) return refused(unwelcome)
  const current = environment.state.get(definition.resource, wish.namespace, wish.name)
  const action = definition.actions?.[wish.subresource]
  if (!current || !action) return refused(notFound(gr, wish.name))
  if (body.metadata.name !== wish.name)
    return refused(badRequest(`name in URL does not match name in ${body.kind} object`))
  const { uid } = body.metadata
  if (uid && uid !== current.uid) return refused(conflict(gr, wish.name, uidProblem(frame, uid, current)))
  const object = cloneObject(current.object)
  const refusal = action(object, body, facts)
  if (refusal) return refused(refusal)
  // Upstream tracks no fields of these writes.
  return {
    ok: true, object, managed: current.managed, bytes: wish.dryRun ? current.bytes : undefined,
    revision: frame.revision, effect: 'updated', warnings: frame.warnings,
  }
}

const askedOf = ({ namespace, name, subresource, dryRun }: ActionWish, object: KubeObject): AdmissionWish => ({
  operation: 'CREATE', subresource, namespace, name, object, before: undefined, dryRun,
})

/** Source: registry/core/pod/storage/eviction.go; budgets are asked by admission. */
function decideEviction(frame: Frame, wish: ActionWish): Decided {
  const options = (wish.body as Eviction).deleteOptions ?? {}
  if (wish.body.metadata?.name !== wish.name)
    return refused(badRequest('name in URL does not match name in Eviction object'))
  // The Eviction is what is admitted; the deletion that follows from it is not asked for again.
  const asked = askedOf(wish, { ...wish.body, metadata: { ...wish.body.metadata } })
  const unwelcome = admit(frame, asked) ?? admit(frame, asked, 'validate')
  if (unwelcome) return refused(unwelcome)
  return decideDelete(frame, {
    namespace: wish.namespace, name: wish.name, options, dryRun: wish.dryRun, admitted: true,
    mark: (object) => tellDisruption(object, timeText(frame.facts.now)),
  })
}

/** Source: policy/v1 Eviction. */
interface Eviction extends KubeObject {
  deleteOptions?: DeleteOptions & { dryRun?: readonly string[] }
}

/** Whether an eviction's own options ask for a dry run, beside those of its URL. */
export const isDryEviction = (subresource: string, body: KubeObject): boolean =>
  subresource === 'eviction' && ((body as Eviction).deleteOptions?.dryRun ?? []).includes('All')

interface Condition {
  type: string
  status: string
  lastTransitionTime?: string
  reason?: string
  message?: string
}

/** Tells people and controllers that the end was asked for. Source: eviction.go addConditionAndDeletePod. */
function tellDisruption(object: KubeObject, now: string): void {
  const pod = object as KubeObject & { status?: { conditions?: Condition[] } }
  const status = (pod.status ??= {})
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget')
  const old = status.conditions?.find(({ type }) => type === 'DisruptionTarget')
  const since = old?.status === 'True' ? (old.lastTransitionTime ?? now) : now
  status.conditions = [
    ...others,
    {
      type: 'DisruptionTarget', status: 'True', lastTransitionTime: since,
      reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting',
    },
  ]
}
