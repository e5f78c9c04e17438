import { timeText } from '../meta/timestamp.ts'
import type { KubeObject } from '../meta/object.ts'
import { badRequest, conflict, notFound, type Status } from '../meta/status.ts'
import type { Entry } from '../projections/entry.ts'
import type { ResourceDefinition } from '../resources/define.ts'
import type { DeleteOptions } from './command.ts'
import { refused, unchanged, type Decided } from './decided.ts'
import { admit, type Frame } from './environment.ts'
import { managedText } from './ownership.ts'

const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'

/** What a delete needs. */
export interface DeleteWish {
  readonly namespace: string
  readonly name: string
  readonly options: DeleteOptions
  readonly dryRun: boolean
}

/** Decides a delete. Source: apiserver registry/generic/registry/store.go Delete, rest/delete.go. */
export function decideDelete(frame: Frame, wish: DeleteWish): Decided {
  const { definition, environment, served } = frame
  const namespace = definition.namespaced ? wish.namespace : ''
  const gr = { group: served.group, resource: definition.plural }
  const current = environment.state.get(definition.resource, namespace, wish.name)
  if (!current) return refused(notFound(gr, wish.name))
  const refusal =
    optionsProblem(wish.options) ??
    preconditionProblem(frame, wish.options, current) ??
    admit(frame, {
      operation: 'DELETE', subresource: '', namespace, name: wish.name,
      object: current.object, before: current.object, dryRun: wish.dryRun,
    })
  if (refusal) return refused(refusal)
  return remove(frame, wish, current)
}

/** An object marked for deletion that nothing holds any more is gone with its last update. */
export const mayVanish = (definition: ResourceDefinition, { metadata, ...rest }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined &&
  (metadata.finalizers ?? []).length === 0 &&
  (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
  !definition.deletion?.held({ metadata, ...rest })

function optionsProblem(options: DeleteOptions): Status | undefined {
  if (options.orphanDependents !== undefined && options.propagationPolicy !== undefined)
    return badRequest(
      'invalid: DeleteOptions.orphanDependents and DeletionOptions.propagationPolicy cannot be both set',
    )
  return undefined
}

function preconditionProblem(frame: Frame, options: DeleteOptions, current: Entry) {
  const gr = { group: frame.served.group, resource: frame.definition.plural }
  const { uid, resourceVersion } = options.preconditions ?? {}
  if (uid !== undefined && uid !== current.uid)
    return conflict(
      gr, current.name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.uid}`,
    )
  if (resourceVersion !== undefined && resourceVersion !== String(current.revision))
    return conflict(
      gr, current.name,
      `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${current.revision}`,
    )
  return undefined
}

function remove(frame: Frame, wish: DeleteWish, current: Entry): Decided {
  const { definition } = frame
  const before = current.object
  const finalizers = finalizersAfter(definition, before, wish.options)
  const grace = graceOf(definition, before, wish.options)
  const held = finalizers.length > 0 || (definition.deletion?.held(before) ?? false)
  if (grace.seconds === 0 && !held) return gone(frame, current)
  if (grace.unchanged && sameFinalizers(before, finalizers)) return unchanged(frame, current)
  const object = structuredClone(before)
  mark(frame, object, grace.seconds)
  if (finalizers.length > 0) object.metadata.finalizers = finalizers
  else delete object.metadata.finalizers
  definition.deletion?.mark(object)
  return {
    ok: true, object, managed: managedText(current), bytes: undefined, revision: frame.revision,
    effect: 'deleting', warnings: frame.warnings,
  }
}

function gone(frame: Frame, current: Entry): Decided {
  const object = structuredClone(current.object)
  return {
    ok: true, object, managed: managedText(current), bytes: undefined, revision: frame.revision,
    effect: 'deleted', warnings: frame.warnings,
  }
}

/** A shorter grace may replace a longer one, never the other way. Source: rest/delete.go BeforeDelete. */
function graceOf(definition: ResourceDefinition, before: KubeObject, options: DeleteOptions) {
  const { deletionTimestamp, deletionGracePeriodSeconds: left = 0 } = before.metadata
  const seconds = definition.gracefulSeconds?.(before, options.gracePeriodSeconds) ?? 0
  if (deletionTimestamp === undefined) return { seconds, unchanged: false }
  if (seconds >= left) return { seconds: left, unchanged: true }
  return { seconds, unchanged: false }
}

function mark(frame: Frame, { metadata }: KubeObject, graceSeconds: number): void {
  const { definition, facts } = frame
  const now = facts.now
  metadata.deletionTimestamp =
    metadata.deletionTimestamp === undefined || definition.gracefulSeconds !== undefined
      ? timeText(now + graceSeconds * 1000)
      : metadata.deletionTimestamp
  metadata.deletionGracePeriodSeconds = graceSeconds
  if (metadata.generation !== undefined && metadata.generation > 0) metadata.generation += 1
}

/** Source: store.go shouldOrphanDependents, shouldDeleteDependents, deletionFinalizersForGarbageCollection. */
function finalizersAfter(
  definition: ResourceDefinition,
  { metadata }: KubeObject,
  options: DeleteOptions,
): string[] {
  const kept = (metadata.finalizers ?? []).filter((f) => f !== ORPHAN && f !== FOREGROUND)
  const had = metadata.finalizers ?? []
  const policy = policyOf(definition, options)
  if (policy === 'Orphan' || (policy === undefined && had.includes(ORPHAN))) return [...kept, ORPHAN]
  if (policy === 'Foreground' || (policy === undefined && had.includes(FOREGROUND)))
    return [...kept, FOREGROUND]
  return kept
}

function policyOf(definition: ResourceDefinition, options: DeleteOptions) {
  if (options.orphanDependents !== undefined) return options.orphanDependents ? 'Orphan' : 'Background'
  if (options.propagationPolicy !== undefined) return options.propagationPolicy
  return definition.defaultPropagation === 'Orphan' ? 'Orphan' : undefined
}

const sameFinalizers = ({ metadata }: KubeObject, finalizers: string[]): boolean =>
  JSON.stringify(metadata.finalizers ?? []) === JSON.stringify(finalizers)
