import { ORPHANED_MAX } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import type { Json, KubeObject, OwnerReference } from '../../meta/object.ts'
import type { View } from '../../projections/view.ts'
import { regarding } from '../runtime/plain-refusal.ts'
import { NOTHING, type Note, type Plan, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'
import {
  dependentsOf,
  FOREGROUND,
  garbageKeys,
  isDeletingDependents,
  ORPHAN,
  splitGarbageKey,
  type Found,
} from './garbage-graph.ts'

const NAME = 'generic-garbage-collector'

/** What the collector must know of the kinds that are served. */
export interface GarbageScope {
  /**
   * Storage resources whose objects may own or be owned; core Events are left out, as upstream
   * does. Custom kinds come and go: ask each time.
   */
  readonly resources: readonly string[]
  /**
   * The storage resource of a kind; undefined when no such kind is served: nothing is concluded
   * then.
   */
  readonly resourceOf: (
    apiVersion: string,
    kind: string,
  ) => { readonly resource: string; readonly namespaced: boolean } | undefined
}

/**
 * How an object stands to those it names as owners. Source: garbagecollector.go classifyReferences.
 */
interface Owners {
  readonly solid: OwnerReference[]
  /** Not there, or not there any more. */
  readonly dangling: OwnerReference[]
  /** Being deleted, and waiting for what they own. */
  readonly waiting: OwnerReference[]
  /** There, but where this object may not look for an owner. */
  readonly misplaced: OwnerReference[]
}

/**
 * Deletes what nobody owns any more; lets owners wait for their dependents (foreground) or leave
 * them behind (orphan). Source: pkg/controller/garbagecollector.
 */
export function garbageCollector(scope: GarbageScope): Reconciler {
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: scope.resources.map((resource) => ({ resource, keysOf: garbageKeys(scope) })),
    others: garbageKeys(scope),
    workers: 20,
    reconcile(key, view) {
      const { resource, namespace, name } = splitGarbageKey(key)
      const object = view.get(resource, namespace, name)
      return object ? plan({ resource, object }, scope, view) : NOTHING
    },
  }
}

function plan(item: Found, scope: GarbageScope, view: View): Plan {
  const { metadata } = item.object
  if (metadata.deletionTimestamp !== undefined) {
    if (metadata.finalizers?.includes(ORPHAN)) return planOrphaning(item, scope, view)
    return isDeletingDependents(item.object) ? planForeground(item, scope, view) : NOTHING
  }
  const references = metadata.ownerReferences ?? []
  if (references.length === 0) return NOTHING
  const owners = classify(item.object, scope, view)
  const notes = owners.misplaced.map((owner) => misplacedNote(item.object, owner))
  const commands = collect(item, owners, scope, view)
  return { commands, ...(notes.length > 0 && { notes }) }
}

function collect(item: Found, owners: Owners, scope: GarbageScope, view: View): Command[] {
  const { solid, dangling, waiting } = owners
  if (solid.length > 0) {
    const gone = [...dangling, ...waiting]
    if (gone.length === 0) return []
    const uids = new Set(gone.map((owner) => owner.uid))
    const kept = item.object.metadata.ownerReferences!.filter((owner) => !uids.has(owner.uid))
    return [ownersPatch(item, kept, 'owners are gone')]
  }
  const dependents = waiting.length > 0 ? dependentsOf(item.object, scope.resources, view) : []
  if (dependents.length === 0) return [deletion(item, undefined, 'its owners are gone')]
  const blocking = item.object.metadata.ownerReferences!.some((owner) => owner.blockOwnerDeletion)
  if (blocking && dependents.some((each) => isDeletingDependents(each.object))) {
    // A circle of owners that all wait for each other: this one stops blocking, and goes then.
    const open = item.object.metadata.ownerReferences!.map((owner) => ({
      ...owner,
      blockOwnerDeletion: false,
    }))
    return [ownersPatch(item, open, 'in a circle of owners')]
  }
  return [deletion(item, 'Foreground', 'its owner waits for it')]
}

/** Waits for those dependents that block; their own keys see to it that they go. */
function planForeground(item: Found, scope: GarbageScope, view: View): Plan {
  const uid = item.object.metadata.uid
  const blocked = dependentsOf(item.object, scope.resources, view).some(({ object }) =>
    object.metadata.ownerReferences!.some((owner) => owner.uid === uid && owner.blockOwnerDeletion),
  )
  return blocked
    ? NOTHING
    : { commands: [finalizerPatch(item, FOREGROUND, 'its dependents are gone')] }
}

/** Takes the reference to the owner from its dependents, then lets the owner go. */
function planOrphaning(item: Found, scope: GarbageScope, view: View): Plan {
  const uid = item.object.metadata.uid
  const dependents = dependentsOf(item.object, scope.resources, view)
  const commands = dependents.slice(0, ORPHANED_MAX).map((dependent) => {
    const kept = dependent.object.metadata.ownerReferences!.filter((owner) => owner.uid !== uid)
    return ownersPatch(dependent, kept, `left behind by ${item.object.metadata.name}`)
  })
  if (dependents.length <= ORPHANED_MAX)
    commands.push(finalizerPatch(item, ORPHAN, 'its dependents are free'))
  return { commands, ...(dependents.length > ORPHANED_MAX && { requeueAfterMs: 1 }) }
}

function classify(object: KubeObject, scope: GarbageScope, view: View): Owners {
  const owners: Owners = { solid: [], dangling: [], waiting: [], misplaced: [] }
  const namespace = object.metadata.namespace ?? ''
  for (const owner of object.metadata.ownerReferences ?? []) {
    const kind = scope.resourceOf(owner.apiVersion, owner.kind)
    if (!kind) {
      owners.solid.push(owner)
      continue
    }
    const where = view.byUid(owner.uid)
    if (namespace === '' && kind.namespaced) {
      owners.solid.push(owner)
      if (where) owners.misplaced.push(owner)
      continue
    }
    const found = view.get(kind.resource, kind.namespaced ? namespace : '', owner.name)
    if (found?.metadata.uid !== owner.uid) {
      owners.dangling.push(owner)
      if (where && where.namespace !== '' && where.namespace !== namespace)
        owners.misplaced.push(owner)
    } else if (isDeletingDependents(found)) owners.waiting.push(owner)
    else owners.solid.push(owner)
  }
  return owners
}

function deletion(item: Found, policy: 'Foreground' | undefined, why: string): Command {
  const { namespace = '', name = '', uid, resourceVersion, finalizers = [] } = item.object.metadata
  const honoured = finalizers.includes(ORPHAN)
    ? 'Orphan'
    : finalizers.includes(FOREGROUND)
      ? 'Foreground'
      : 'Background'
  const options = {
    propagationPolicy: policy ?? honoured,
    preconditions: { uid, resourceVersion },
  } as const
  return { verb: 'delete', resource: item.resource, namespace, name, options, why }
}

function ownersPatch(item: Found, owners: readonly OwnerReference[], why: string): Command {
  const ownerReferences: Json = owners.length > 0 ? owners.map((owner) => ({ ...owner })) : null
  return metadataPatch(item, { ownerReferences }, why)
}

function finalizerPatch(item: Found, finalizer: string, why: string): Command {
  const left = (item.object.metadata.finalizers ?? []).filter((each) => each !== finalizer)
  return metadataPatch(item, { finalizers: left.length > 0 ? left : null }, why)
}

function metadataPatch(
  { resource, object }: Found,
  change: Record<string, Json>,
  why: string,
): Command {
  const { namespace = '', name = '', uid, resourceVersion } = object.metadata
  const patch: Json = { metadata: { ...(resourceVersion && { resourceVersion }), ...change } }
  return { verb: 'patch', patchType: 'merge', resource, namespace, name, patch, uid, why }
}

/** Source: graph_builder.go reportInvalidNamespaceOwnerRef. */
function misplacedNote(object: KubeObject, owner: OwnerReference): Note {
  const namespace = object.metadata.namespace ?? ''
  const { apiVersion, kind, name, uid } = owner
  const identity = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`
  return {
    regarding: regarding(object),
    type: 'Warning',
    reason: 'OwnerRefInvalidNamespace',
    message: `ownerRef ${identity} does not exist in namespace ${JSON.stringify(namespace)}`,
  }
}
