import type { Clock } from '../../src/base/clock.ts'
import { err, ok, type Result } from '../../src/base/result.ts'
import type { Command } from '../../src/commands/command.ts'
import type { Json, JsonObject, KubeObject } from '../../src/meta/object.ts'
import { alreadyExists, conflict, MODIFIED, notFound, type Status } from '../../src/meta/status.ts'
import { timeText } from '../../src/meta/timestamp.ts'
import type { ViewChange } from '../../src/projections/view.ts'
import type { Outcome, ViewSource } from '../../src/reconcilers/runtime/ports.ts'
import type { Note, Reconciler } from '../../src/reconcilers/runtime/reconciler.ts'
import { MemoryView } from './memory-view.ts'
import { steppedClock } from './stepped-clock.ts'

type Fields = Record<string, Json>

const GROUPS: Record<string, string> = {
  ReplicaSet: 'replicasets.apps',
  Deployment: 'deployments.apps',
  EndpointSlice: 'endpointslices.discovery.k8s.io',
  Lease: 'leases.coordination.k8s.io',
  PriorityClass: 'priorityclasses.scheduling.k8s.io',
  Endpoints: 'endpoints',
  ClusterRole: 'clusterroles.rbac.authorization.k8s.io',
  ServiceCIDR: 'servicecidrs.networking.k8s.io',
  IPAddress: 'ipaddresses.networking.k8s.io',
  PodDisruptionBudget: 'poddisruptionbudgets.policy',
  FlowSchema: 'flowschemas.flowcontrol.apiserver.k8s.io',
  PriorityLevelConfiguration: 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io',
  APIService: 'apiservices.apiregistration.k8s.io',
  CustomResourceDefinition: 'customresourcedefinitions.apiextensions.k8s.io',
}
const CLUSTER_SCOPED = new Set(['Node', 'Namespace', 'PriorityClass', 'ClusterRole', 'ServiceCIDR', 'IPAddress', 'APIService', 'CustomResourceDefinition',
  'FlowSchema', 'PriorityLevelConfiguration',
])

/** Storage resource of a kind, for the kinds that tests make. */
export const resourceOf = (kind: string): string => GROUPS[kind] ?? `${kind.toLowerCase()}s`

/** Refuses a command, or lets it through. */
export type Gate = (command: Command) => Status | undefined

/**
 * A small API server in memory: creates, updates, patches, graceful deletion, finalizers, bindings.
 * No admission, defaults or validation: tests say what they mean.
 */
export class TestCluster implements ViewSource {
  readonly view = new MemoryView()
  readonly clock: Clock
  readonly log: Command[] = []
  readonly notes: Note[] = []
  gate: Gate = () => undefined
  #uid = 0
  #names = 0
  readonly #listeners = new Set<(changes: ViewChange[]) => void>()

  constructor(clock: Clock = steppedClock()) {
    this.clock = clock
  }

  subscribe(resources: readonly string[] | undefined, listener: (changes: ViewChange[]) => void): () => void {
    const wanted = resources && new Set(resources)
    const heard = (changes: ViewChange[]) => {
      const mine = changes.filter((change) => !wanted || wanted.has(change.resource))
      if (mine.length > 0) listener(mine)
    }
    this.#listeners.add(heard)
    return () => this.#listeners.delete(heard)
  }

  synced(): Promise<void> {
    return Promise.resolve()
  }

  /** Stores an object as it is, with uid, times and revision filled in. */
  add<O extends KubeObject>(object: O): O {
    const copy = structuredClone(object)
    if (!CLUSTER_SCOPED.has(copy.kind)) copy.metadata.namespace ??= 'default'
    copy.metadata.uid ??= `uid-${++this.#uid}`
    copy.metadata.creationTimestamp ??= timeText(this.clock.now())
    copy.metadata.generation ??= 1
    this.#put(resourceOf(copy.kind), copy)
    return copy
  }

  /** Changes an object in place of whoever else would. */
  edit<O extends KubeObject>(object: O, change: (copy: O) => void): O {
    const { kind, metadata } = object
    const now = this.view.get<O>(resourceOf(kind), metadata.namespace ?? '', metadata.name!)
    if (!now) throw new Error(`${kind} ${metadata.name} is not there`)
    const copy = structuredClone(now)
    const before = specOf(copy)
    change(copy)
    if (specOf(copy) !== before) copy.metadata.generation = (copy.metadata.generation ?? 0) + 1
    this.#put(resourceOf(kind), copy)
    return copy
  }

  remove(object: KubeObject): void {
    this.#drop(resourceOf(object.kind), object)
  }

  send(command: Command): Promise<Result<Outcome, Status>> {
    return Promise.resolve(this.apply(command))
  }

  /** Carries a command out, or refuses it as the API would. */
  apply(command: Command): Result<Outcome, Status> {
    const refused = this.gate(command)
    if (refused) return err(refused)
    this.log.push(command)
    if (command.verb === 'create') return this.#create(command)
    const { resource, namespace, name } = command
    const current = this.view.get(resource, namespace, name)
    if (!current) return err(notFound(groupResource(resource), name))
    if (command.verb === 'delete') return this.#delete(command, current)
    const wish = command.verb === 'update' ? command.object : patched(current, command)
    const version = wish.metadata.resourceVersion
    const uid = command.verb === 'patch' ? command.uid : wish.metadata.uid
    const stale = version !== undefined && version !== current.metadata.resourceVersion
    if (stale || (uid !== undefined && uid !== current.metadata.uid))
      return err(conflict(groupResource(resource), name, MODIFIED))
    return ok(this.#store(resource, command.subresource ?? '', current, wish))
  }

  /** Runs reconcilers over every object until none wants anything; fails after `rounds`. */
  settle(
    reconcilers: readonly Reconciler[],
    options: { rounds?: number; each?: () => void } = {},
  ): number {
    const { rounds = 100, each = () => {} } = options
    for (let round = 0; round < rounds; round++) {
      let busy = false
      for (const reconciler of reconcilers)
        for (const key of this.keysOf(reconciler))
          busy = this.reconcile(reconciler, key, each) || busy
      if (!busy) return round
    }
    throw new Error(`no fixpoint after ${rounds} rounds; last: ${this.tail()}`)
  }

  /** One decision and its commands. True when there were any. */
  reconcile(reconciler: Reconciler, key: string, each: () => void = () => {}): boolean {
    const plan = reconciler.reconcile(key, this.view, this.clock.now())
    for (const command of plan.commands) {
      const answer = this.apply(command)
      each()
      if (!answer.ok) {
        const refusal = { command, status: answer.error }
        const after = reconciler.refused?.(key, refusal, this.view, this.clock.now())
        this.notes.push(...(after?.notes ?? []))
        for (const next of after?.commands ?? []) this.apply(next)
        return true
      }
      this.notes.push(...(reconciler.accepted?.(command, answer.value.object) ?? []))
    }
    this.notes.push(...(plan.notes ?? []))
    return plan.commands.length > 0
  }

  /** All keys that the objects there give a reconciler. */
  keysOf(reconciler: Reconciler): Set<string> {
    const keys = new Set(reconciler.startKeys ?? [])
    for (const watch of reconciler.watches)
      for (const object of this.view.list(watch.resource))
        for (const key of watch.keysOf(change(watch.resource, undefined, object), this.view))
          keys.add(key)
    return keys
  }

  /** The last commands, short, for messages of failed tests. */
  tail(count = 12): string {
    return this.log.slice(-count).map(commandText).join('\n')
  }

  #create(command: Command & { verb: 'create' }): Result<Outcome, Status> {
    const { resource, namespace, object } = command
    if (command.subresource === 'binding') return this.#bind(command)
    const copy = structuredClone(object)
    copy.metadata.name ??= `${copy.metadata.generateName ?? ''}${String(++this.#names).padStart(5, 'x')}`
    if (namespace !== '') copy.metadata.namespace = namespace
    const { name } = copy.metadata
    if (this.view.get(resource, namespace, name))
      return err(alreadyExists(groupResource(resource), name))
    const made = this.add({ ...copy, metadata: { ...copy.metadata, uid: undefined } })
    return ok({ object: made, revision: this.view.revision })
  }

  #bind({ namespace, name, object }: Command & { verb: 'create' }): Result<Outcome, Status> {
    const pod = this.view.get('pods', namespace, name)
    if (!pod) return err(notFound({ group: '', resource: 'pods' }, name))
    const fields = pod as unknown as { spec: { nodeName?: string } }
    const target = (object as unknown as { target: { name: string } }).target.name
    if (fields.spec.nodeName) throw new Error(`pod ${name} is bound twice`)
    const bound = this.edit(pod, (copy) => {
      ;(copy as unknown as typeof fields).spec.nodeName = target
    })
    return ok({ object: bound, revision: this.view.revision })
  }

  #delete(command: Command & { verb: 'delete' }, current: KubeObject): Result<Outcome, Status> {
    const { resource, name, options } = command
    const { uid, resourceVersion } = options?.preconditions ?? {}
    const { metadata } = current
    if ((uid ?? metadata.uid) !== metadata.uid)
      return err(conflict(groupResource(resource), name, 'Precondition failed: UID'))
    if ((resourceVersion ?? metadata.resourceVersion) !== metadata.resourceVersion)
      return err(conflict(groupResource(resource), name, MODIFIED))
    const copy = structuredClone(current)
    const policy = options?.propagationPolicy
    const finalizer = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: '' }[
      policy ?? 'Background'
    ]
    if (finalizer && !copy.metadata.finalizers?.includes(finalizer))
      copy.metadata.finalizers = [...(copy.metadata.finalizers ?? []), finalizer]
    const grace = options?.gracePeriodSeconds ?? (nodeNameOf(copy) ? 30 : 0)
    const held = (copy.metadata.finalizers?.length ?? 0) > 0 || resource === 'namespaces'
    if (held || (resource === 'pods' && grace > 0)) {
      copy.metadata.deletionTimestamp ??= timeText(this.clock.now() + grace * 1000)
      copy.metadata.deletionGracePeriodSeconds = grace
      this.#put(resource, copy)
    } else this.#drop(resource, copy)
    return ok({ object: copy, revision: this.view.revision })
  }

  #store(resource: string, subresource: string, current: KubeObject, wish: KubeObject): Outcome {
    const copy = structuredClone(subresource === 'status' ? withStatus(current, wish) : wish)
    const fields = copy as unknown as Fields
    const before = current as unknown as Fields
    if (subresource !== 'status' && before['status'] !== undefined)
      fields['status'] = before['status']!
    const { uid, creationTimestamp, deletionTimestamp, resourceVersion, generation } =
      current.metadata
    Object.assign(copy.metadata, { uid, creationTimestamp, resourceVersion, generation })
    if (deletionTimestamp) copy.metadata.deletionTimestamp = deletionTimestamp
    if (specOf(copy) !== specOf(current))
      copy.metadata.generation = (current.metadata.generation ?? 0) + 1
    if (Bun.deepEquals(copy, current))
      return { object: current, revision: Number(current.metadata.resourceVersion) }
    const ends =
      copy.metadata.deletionTimestamp !== undefined && (copy.metadata.finalizers ?? []).length === 0
    const free = resource !== 'namespaces' || (finalizersOf(copy) ?? []).length === 0
    if (ends && free && resource !== 'pods') this.#drop(resource, copy)
    else this.#put(resource, copy)
    return { object: copy, revision: this.view.revision }
  }

  #put(resource: string, object: KubeObject): void {
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`
    const before = this.view.table(resource).get(key)
    object.metadata.resourceVersion = String(++this.view.revision)
    this.view.table(resource).set(key, object)
    this.#tell(change(resource, before, object))
  }

  #drop(resource: string, object: KubeObject): void {
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`
    this.view.revision++
    this.view.table(resource).delete(key)
    this.#tell(change(resource, object, undefined, this.view.revision))
  }

  #tell(one: ViewChange): void {
    for (const listener of this.#listeners) listener([one])
  }
}

/** `create pods default/web-`, for messages. */
export const commandText = (command: Command): string => {
  const resource = command.subresource
    ? `${command.resource}/${command.subresource}`
    : command.resource
  const detail =
    command.verb === 'patch'
      ? ` ${JSON.stringify(command.patch)}`
      : command.why
        ? ` (${command.why})`
        : ''
  return `${command.verb} ${resource} ${command.namespace}/${command.name}${detail}`
}

/** A change as a view tells it. */
export function change(
  resource: string,
  before: KubeObject | undefined,
  after: KubeObject | undefined,
  revision = Number((after ?? before)?.metadata.resourceVersion ?? 0),
): ViewChange {
  const { namespace = '', name = '' } = (after ?? before)!.metadata
  return { resource, namespace, name, revision, before: () => before, after: () => after }
}

function patched(current: KubeObject, command: Command & { verb: 'patch' }): KubeObject {
  // An apply of whole top-level lists changes what a merge would.
  if (command.patchType !== 'merge' && command.patchType !== 'apply') throw new Error(`tests know no ${command.patchType} patch`)
  const base = structuredClone(current) as unknown as JsonObject
  delete (base['metadata'] as JsonObject)['resourceVersion']
  return mergePatch(base, command.patch) as unknown as KubeObject
}

function mergePatch(target: Json, patch: Json): Json {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch
  const out: JsonObject =
    target !== null && typeof target === 'object' && !Array.isArray(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete out[key]
    else out[key] = mergePatch(out[key] ?? null, value)
  return out
}

function withStatus(current: KubeObject, wish: KubeObject): KubeObject {
  const annotations = wish.metadata.annotations
  return {
    ...current,
    metadata: { ...current.metadata, ...(annotations && { annotations }) },
    ...{ status: (wish as unknown as Fields)['status'] },
  }
}

const specOf = (object: KubeObject): string =>
  JSON.stringify((object as unknown as Fields)['spec'] ?? null)
const nodeNameOf = (object: KubeObject): string | undefined =>
  (object as unknown as { spec?: { nodeName?: string } }).spec?.nodeName
const finalizersOf = (object: KubeObject): string[] | undefined =>
  (object as unknown as { spec?: { finalizers?: string[] } }).spec?.finalizers
const groupResource = (resource: string) => {
  const dot = resource.indexOf('.')
  return dot < 0
    ? { group: '', resource }
    : { group: resource.slice(dot + 1), resource: resource.slice(0, dot) }
}
