import type { Instant } from '../../base/clock.ts'
import { CRD_INSTANCE_DELETES_MAX, CRD_INSTANCE_WAIT_MS } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import { findCondition, isConditionTrue, setCondition } from '../../meta/conditions.ts'
import type { View } from '../../projections/view.ts'
import { CLEANUP_FINALIZER, DEFINITIONS } from '../../resources/apiextensions/customresourcedefinition.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
} from '../../resources/generated/apiextensions.gen.ts'
import { NOTHING, type Plan, type Reconciler } from '../runtime/reconciler.ts'

const NAME = 'crd-finalizer'
/** Upstream's runs in kube-apiserver, under the apiserver's own name. */
const USER = 'system:apiserver'
/** Upstream's field manager of what kube-apiserver writes itself. */
const MANAGER = 'kube-apiserver'

/**
 * Deletes the objects of a definition that is being deleted, and lets go of it when they are gone.
 * Source: apiextensions-apiserver controller/finalizer/crd_finalizer.go.
 */
export function crdFinalizer(): Reconciler {
  return {
    name: NAME,
    user: USER,
    watches: [
      {
        resource: DEFINITIONS,
        keysOf: (change) => (change.after()?.metadata.deletionTimestamp === undefined ? [] : [change.name]),
      },
    ],
    // A definition is named as its objects' storage resource.
    others: (change) => (change.after() === undefined ? [change.resource] : []),
    reconcile(name, view, now) {
      const crd = view.get<CustomResourceDefinition>(DEFINITIONS, '', name)
      if (!crd?.metadata.deletionTimestamp) return NOTHING
      if (!crd.metadata.finalizers?.includes(CLEANUP_FINALIZER)) return NOTHING
      return plan(crd, view, now)
    },
  }
}

function plan(crd: CustomResourceDefinition, view: View, now: Instant): Plan {
  if (!isConditionTrue(crd.status?.conditions, 'Established'))
    return { commands: [released(crd, ending('False', 'NeverEstablished', 'resource was never established'), now)] }
  const resource = crd.metadata.name!
  const left = view.count(resource)
  if (left === 0) return { commands: [released(crd, COMPLETED, now)] }
  const commands: Command[] = []
  if (findCondition(crd.status?.conditions, 'Terminating')?.reason !== IN_PROGRESS.reason)
    commands.push(statusUpdate(crd, IN_PROGRESS, crd.metadata.finalizers, now))
  commands.push(...deletions(resource, view))
  return { commands, requeueAfterMs: CRD_INSTANCE_WAIT_MS }
}

function deletions(resource: string, view: View): Command[] {
  const commands: Command[] = []
  for (const { metadata } of view.list(resource)) {
    if (metadata.deletionTimestamp !== undefined) continue
    if (commands.length >= CRD_INSTANCE_DELETES_MAX) break
    const { name = '', namespace = '', uid } = metadata
    const options = { preconditions: { uid } }
    commands.push({ verb: 'delete', resource, namespace, name, options, why: 'its definition is ending' })
  }
  return commands
}

const ending = (status: string, reason: string, message: string): CustomResourceDefinitionCondition => ({
  type: 'Terminating',
  status,
  reason,
  message,
})

const IN_PROGRESS = ending('True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress')
const COMPLETED = ending('False', 'InstanceDeletionCompleted', 'removed all instances')

const released = (
  crd: CustomResourceDefinition,
  condition: CustomResourceDefinitionCondition,
  now: Instant,
): Command =>
  statusUpdate(crd, condition, crd.metadata.finalizers?.filter((name) => name !== CLEANUP_FINALIZER), now)

function statusUpdate(
  crd: CustomResourceDefinition,
  condition: CustomResourceDefinitionCondition,
  finalizers: string[] | undefined,
  now: Instant,
): Command {
  const { finalizers: _, ...metadata } = crd.metadata
  const status = { ...crd.status, conditions: [...setCondition(crd.status?.conditions, condition, now)] }
  const object: CustomResourceDefinition = {
    ...crd,
    metadata: { ...metadata, ...(finalizers?.length && { finalizers }) },
    status,
  }
  return {
    verb: 'update', resource: DEFINITIONS, namespace: '', name: metadata.name ?? '', subresource: 'status', object,
    fieldManager: MANAGER,
    why: condition.message ?? '',
  }
}
