import { invalid } from '../meta/field-error.ts'
import { timeText } from '../meta/timestamp.ts'
import type { KubeObject } from '../meta/object.ts'
import { conflict, invalidObject, notFound, type Status } from '../meta/status.ts'
import type { Entry } from '../projections/entry.ts'
import type { ResourceDefinition } from '../resources/define.ts'
import { cloneObject } from './clone-object.ts'
import type { DeleteOptions } from './command.ts'
import { encodeDry } from './body.ts'
import { refused, unchanged, type Decided } from './decided.ts'
import { admit, type AdmissionWish, type Frame } from './environment.ts'

const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'

/** What a delete needs. */
export interface DeleteWish {
  readonly namespace: string
  readonly name: string
  readonly options: DeleteOptions
  readonly dryRun: boolean
  /** Whoever asks was admitted already. */
  readonly admitted?: boolean
  /** Deletes of a collection are admitted without a name, as upstream does. */
  readonly ofCollection?: boolean
  /** What else the deletion writes down on the object: why it is evicted. */
  readonly mark?: (object: KubeObject) => void
}

/** Decides a delete. Source: apiserver registry/generic/registry/store.go Delete, rest/delete.go. */
export function decideDelete(frame: Frame, wish: DeleteWish): Decided {
  const { definition, environment, served } = frame
  const namespace = definition.namespaced ? wish.namespace : ''
  const gr = { group: served.group, resource: definition.plural }
  const current = environment.state.get(definition.resource, namespace, wish.name)
  if (!current) return refused(notFound(gr, wish.name))
  const asked: AdmissionWish = {
    operation: 'DELETE', subresource: '', namespace, name: wish.ofCollection ? '' : wish.name,
    object: current.object, before: current.object, dryRun: wish.dryRun, options: wish.options,
  }
  const refusal =
    optionsProblem(wish.options) ??
    preconditionProblem(frame, wish.options, current) ??
    (wish.admitted ? undefined : (admit(frame, asked) ?? admit(frame, asked, 'validate')))
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
    return invalidObject('meta.k8s.io', 'DeleteOptions', '', [
      invalid('propagationPolicy', options.propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set'),
    ])
  return undefined
}

function preconditionProblem(frame: Frame, options: DeleteOptions, current: Entry) {
  // Upstream names the kind here, where all other conflicts name the resource.
  const gr = { group: frame.served.group, resource: frame.definition.kind }
  const { uid, resourceVersion } = options.preconditions ?? {}
  if (uid !== undefined && uid !== current.uid)
    return conflict(
      gr, current.name,
      `the UID in the precondition (${uid}) does not match the UID in record (${current.uid}). The object might have been deleted and then recreated`,
    )
  if (resourceVersion !== undefined && resourceVersion !== String(current.revision))
    return conflict(
      gr, current.name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${current.revision}). The object might have been modified`,
    )
  return undefined
}

function remove(frame: Frame, wish: DeleteWish, current: Entry): Decided {
  const { definition } = frame
  const before = current.object
  const finalizers = finalizersAfter(definition, before, wish.options)
  const grace = graceOf(frame, before, wish.options)
  const held = finalizers.length > 0 || (definition.deletion?.held(before) ?? false)
  if (grace.seconds === 0 && !held) return gone(frame, wish, current, grace)
  if (grace.unchanged && sameFinalizers(before, finalizers)) return unchanged(frame, current)
  const object = cloneObject(before)
  mark(object, grace)
  wish.mark?.(object)
  if (finalizers.length > 0) object.metadata.finalizers = finalizers
  else delete object.metadata.finalizers
  definition.deletion?.mark(object)
  const managed = current.managed
  return {
    ok: true, object, managed, bytes: wish.dryRun ? encodeDry(object, managed) : undefined,
    revision: frame.revision, effect: 'deleting', warnings: frame.warnings,
  }
}

function gone(frame: Frame, wish: DeleteWish, current: Entry, grace: Grace): Decided {
  const object = cloneObject(current.object)
  // What deletes with grace is marked before it goes, with none left: its last state says so.
  if (frame.definition.gracefulSeconds) mark(object, grace)
  wish.mark?.(object)
  const managed = current.managed
  return {
    ok: true, object, managed, bytes: wish.dryRun ? encodeDry(object, managed) : undefined,
    revision: frame.revision, effect: 'deleted', warnings: frame.warnings,
  }
}

/** How long an object still has, and since when. */
interface Grace {
  readonly seconds: number
  /** Milliseconds since the epoch; the deletionTimestamp. */
  readonly at: number
  /** Nothing is new about it: the object is on its way out already. */
  readonly unchanged: boolean
}

/** A shorter grace may replace a longer one, never the other way. Source: rest/delete.go BeforeDelete. */
function graceOf({ definition, facts }: Frame, before: KubeObject, options: DeleteOptions): Grace {
  const { deletionTimestamp, deletionGracePeriodSeconds: left = 0 } = before.metadata
  const asked = options.gracePeriodSeconds !== undefined && options.gracePeriodSeconds < 0 ? 1 : options.gracePeriodSeconds
  if (deletionTimestamp === undefined) {
    const seconds = definition.gracefulSeconds?.(before, asked) ?? 0
    return { seconds, at: facts.now + seconds * 1000, unchanged: false }
  }
  const due = Date.parse(deletionTimestamp)
  if (!definition.gracefulSeconds || asked === undefined || asked >= left || left === 0)
    return { seconds: left, at: due, unchanged: true }
  const sooner = due - (left - asked) * 1000
  // A time that is over leaves one second, so that whoever stops it still hears of it.
  if (sooner < facts.now) return { seconds: Math.min(asked, 1), at: facts.now, unchanged: false }
  return { seconds: asked, at: sooner, unchanged: false }
}

/** Only the first mark counts as a change of what is wanted. */
function mark({ metadata }: KubeObject, { at, seconds }: Grace): void {
  const first = metadata.deletionTimestamp === undefined
  metadata.deletionTimestamp = timeText(at)
  metadata.deletionGracePeriodSeconds = seconds
  if (first && metadata.generation !== undefined && metadata.generation > 0) metadata.generation += 1
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
