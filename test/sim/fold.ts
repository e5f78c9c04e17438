import type { LogEvent } from '../../src/events/log-event.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import { controllerOf } from '../../src/meta/owner.ts'
import type { Deployment, ReplicaSet } from '../../src/resources/generated/apps.gen.ts'
import type { Pod, ReplicationController } from '../../src/resources/generated/core.gen.ts'

/** One event with the object before and after it. */
export interface Step {
  readonly event: LogEvent
  readonly before: KubeObject | undefined
  /** Undefined when the object is gone after it. */
  readonly after: KubeObject | undefined
}

/** What an owner allowed since when. */
interface Allowed {
  readonly revision: number
  readonly most: number
}

/** An object as the log has it. */
export interface Folded {
  readonly object: KubeObject
  readonly body: Uint8Array
  readonly resource: string
}

export const keyOf = (resource: string, namespace: string, name: string): string =>
  `${resource}/${namespace}/${name}`

/** The state that the log alone says, kept by the simplest code there is: the oracle of every view. */
export class Fold {
  readonly events: LogEvent[] = []
  readonly objects = new Map<string, Folded>()
  readonly byUid = new Map<string, string>()
  /** Pods and ReplicaSets by the uid of their controller. */
  readonly members = new Map<string, Map<string, KubeObject>>()
  /** Node of every pod there ever was. */
  readonly nodeOf = new Map<string, string>()
  readonly #allowed = new Map<string, Allowed[]>()
  readonly #decoder = new TextDecoder()

  get revision(): number {
    return this.events.length
  }

  apply(event: LogEvent): Step {
    const key = keyOf(event.resource, event.namespace, event.name)
    const before = this.objects.get(key)?.object
    const object = JSON.parse(this.#decoder.decode(event.body)) as KubeObject
    this.events.push(event)
    this.#forget(before)
    if (event.op === 'delete') this.objects.delete(key)
    else {
      this.objects.set(key, { object, body: event.body, resource: event.resource })
      this.#remember(event, key, object)
    }
    return { event, before, after: event.op === 'put' ? object : undefined }
  }

  get<O extends KubeObject>(resource: string, namespace: string, name: string): O | undefined {
    return this.objects.get(keyOf(resource, namespace, name))?.object as O | undefined
  }

  list<O extends KubeObject>(resource: string): O[] {
    const found: O[] = []
    for (const folded of this.objects.values()) if (folded.resource === resource) found.push(folded.object as O)
    return found
  }

  uid<O extends KubeObject>(uid: string): O | undefined {
    const key = this.byUid.get(uid)
    return key === undefined ? undefined : (this.objects.get(key)?.object as O | undefined)
  }

  membersOf<O extends KubeObject>(uid: string): O[] {
    return [...(this.members.get(uid)?.values() ?? [])] as O[]
  }

  /** The most that an owner allowed at or after the revision; undefined for an unknown one. */
  mostSince(uid: string, revision: number): number | undefined {
    const all = this.#allowed.get(uid)
    if (!all) return undefined
    const last = all.findLastIndex((one) => one.revision <= revision)
    return Math.max(...all.slice(Math.max(0, last)).map(({ most }) => most))
  }

  #remember(event: LogEvent, key: string, object: KubeObject): void {
    const uid = object.metadata.uid!
    this.byUid.set(uid, key)
    const controller = controllerOf(object)
    if (controller && (event.resource === 'pods' || event.resource === 'replicasets.apps')) {
      const members = this.members.get(controller.uid) ?? new Map<string, KubeObject>()
      this.members.set(controller.uid, members.set(uid, object))
    }
    const node = event.resource === 'pods' ? (object as Pod).spec?.nodeName : undefined
    if (node) this.nodeOf.set(uid, node)
    const most = allowedBy(event.resource, object)
    if (most === undefined) return
    const all = this.#allowed.get(uid) ?? []
    if (all.at(-1)?.most !== most) all.push({ revision: event.revision, most })
    this.#allowed.set(uid, all)
  }

  #forget(before: KubeObject | undefined): void {
    if (!before) return
    this.byUid.delete(before.metadata.uid!)
    const controller = controllerOf(before)
    if (controller) this.members.get(controller.uid)?.delete(before.metadata.uid!)
  }
}

/** Pods that a set may have; replicas that a Deployment's sets may be told together. */
function allowedBy(resource: string, object: KubeObject): number | undefined {
  if (resource === 'replicasets.apps') return (object as ReplicaSet).spec.replicas ?? 1
  if (resource === 'replicationcontrollers') return (object as ReplicationController).spec?.replicas ?? 1
  if (resource !== 'deployments.apps') return undefined
  const { desired, surge } = limitsOf(object as Deployment)
  return desired + surge
}

/** What a Deployment's strategy allows. Source: Kubernetes documentation, Deployment, Max Surge. */
export function limitsOf(d: Deployment): { desired: number; surge: number; unavailable: number } {
  const desired = d.spec.replicas ?? 1
  const { type, rollingUpdate } = d.spec.strategy ?? {}
  if (type === 'Recreate') return { desired, surge: 0, unavailable: desired }
  const surge = share(rollingUpdate?.maxSurge ?? '25%', desired, Math.ceil)
  const unavailable = share(rollingUpdate?.maxUnavailable ?? '25%', desired, Math.floor)
  return { desired, surge, unavailable: surge + unavailable === 0 ? 1 : unavailable }
}

const share = (value: number | string, of: number, round: (x: number) => number): number =>
  typeof value === 'number' ? value : round((Number.parseInt(value, 10) * of) / 100)

/** Neither ended nor ending. */
export const isActive = (pod: Pod): boolean =>
  !pod.metadata.deletionTimestamp && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'

export const isReady = (pod: Pod): boolean =>
  isActive(pod) && (pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false)
