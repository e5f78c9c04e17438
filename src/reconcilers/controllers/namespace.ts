import type { Instant } from '../../base/clock.ts'
import { NAMESPACE_DELETES_MAX } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import type { KubeObject } from '../../meta/object.ts'
import type { View } from '../../projections/view.ts'
import type { Namespace } from '../../resources/generated/core.gen.ts'
import { NOTHING, type Plan, type Reconciler, type Watch } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'
import { namespaceStatus, type Remaining } from './namespace-status.ts'

const NAME = 'namespace-controller'
const FINALIZER = 'kubernetes'

/** A resource whose objects live in namespaces. */
export interface ContentResource {
  /** Storage resource: `deployments.apps`. */
  readonly resource: string
  readonly plural: string
  readonly group: string
}

/**
 * Empties namespaces that are being deleted, pods first, then lets go of them. `resources` answers
 * what can be in one now. Source: pkg/controller/namespace/deletion.
 */
export function namespaceController(resources: () => readonly ContentResource[]): Reconciler {
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: [
      { resource: 'namespaces', keysOf: (change) => [change.name] },
      ...resources().map(contentWatch),
    ],
    others: contentKeys,
    reconcile(key, view, now) {
      const namespace = view.get<Namespace>('namespaces', '', key)
      if (!namespace || !isEnding(namespace)) return NOTHING
      if (!namespace.spec?.finalizers?.includes(FINALIZER)) return NOTHING
      return plan(namespace, resources(), view, now)
    },
    refused(key, { command, status }, view, now) {
      const namespace = view.get<Namespace>('namespaces', '', key)
      if (!namespace || command.verb !== 'delete') return NOTHING
      const remaining = remainingIn(key, resources(), view)
      const failure = `unexpected error on ${command.resource}: ${status.message ?? ''}`
      return { commands: namespaceStatus(namespace, remaining, failure, now) }
    },
  }
}

/** Content leads to its namespace only while that is ending; objects need not be parsed for it. */
const contentWatch = ({ resource }: ContentResource): Watch => ({ resource, keysOf: contentKeys })

const contentKeys: Watch['keysOf'] = (change, view) => {
  const namespace = view.get<Namespace>('namespaces', '', change.namespace)
  return namespace && isEnding(namespace) ? [change.namespace] : []
}

const isEnding = ({ metadata }: Namespace): boolean => metadata.deletionTimestamp !== undefined

function plan(
  namespace: Namespace,
  resources: readonly ContentResource[],
  view: View,
  now: Instant,
): Plan {
  const name = namespace.metadata.name ?? ''
  const pods = resources.filter((each) => each.resource === 'pods')
  // Pods go first: what they use must not vanish under them (KEP-5080).
  for (const step of [pods, resources]) {
    const commands = deletions(name, step, view)
    if (commands.length > 0) return { commands }
    const remaining = remainingIn(name, step, view)
    if (remaining.length > 0)
      return { commands: namespaceStatus(namespace, remaining, undefined, now) }
  }
  return { commands: [...finalStatus(namespace, now), release(namespace)] }
}

function deletions(
  namespace: string,
  resources: readonly ContentResource[],
  view: View,
): Command[] {
  const commands: Command[] = []
  for (const { resource } of resources) {
    if (view.count(resource, namespace) === 0) continue
    for (const { metadata } of view.list<KubeObject>(resource, namespace)) {
      if (metadata.deletionTimestamp !== undefined) continue
      if (commands.length >= NAMESPACE_DELETES_MAX) return commands
      const { name = '', uid } = metadata
      const options = { propagationPolicy: 'Background' as const, preconditions: { uid } }
      commands.push({
        verb: 'delete',
        resource,
        namespace,
        name,
        options,
        why: 'its namespace is ending',
      })
    }
  }
  return commands
}

/** What was asked to go and has not. */
function remainingIn(
  namespace: string,
  resources: readonly ContentResource[],
  view: View,
): Remaining[] {
  return resources.flatMap(({ resource, plural, group }) => {
    const count = view.count(resource, namespace)
    if (count === 0) return []
    const finalizers = view.list(resource, namespace).flatMap((o) => o.metadata.finalizers ?? [])
    return [{ plural, group, count, finalizers }]
  })
}

/** Others may hold the namespace still: then it says that its content is gone. */
function finalStatus(namespace: Namespace, now: Instant): Command[] {
  const held =
    (namespace.metadata.finalizers ?? []).length > 0 ||
    (namespace.spec?.finalizers ?? []).length > 1
  return held ? namespaceStatus(namespace, [], undefined, now) : []
}

function release(namespace: Namespace): Command {
  const finalizers = (namespace.spec?.finalizers ?? []).filter((each) => each !== FINALIZER)
  const { resourceVersion: _version, ...metadata } = namespace.metadata
  const object: Namespace = { ...namespace, metadata, spec: { ...namespace.spec, finalizers } }
  const { name = '' } = metadata
  const why = 'its content is gone'
  return {
    verb: 'update',
    resource: 'namespaces',
    namespace: '',
    name,
    subresource: 'finalize',
    object,
    why,
  }
}
