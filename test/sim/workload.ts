import type { Command } from '../../src/commands/command.ts'
import type { Cause } from '../../src/events/log-event.ts'
import type { Json, KubeObject } from '../../src/meta/object.ts'
import type { Deployment, ReplicaSet } from '../../src/resources/generated/apps.gen.ts'
import type { Namespace, Pod } from '../../src/resources/generated/core.gen.ts'
import type { Outcome } from '../../src/reconcilers/runtime/ports.ts'
import type { Plane } from './plane.ts'
import { ABSENT } from './programs.ts'
import type { Random } from './random.ts'
import { namespaceWish, type Wishes, wishesOf } from './wishes.ts'

/** What users need. */
export interface WorkloadParts {
  readonly random: Random
  plane(): Plane | undefined
  now(): number
  trace(text: string): void
  acknowledged(command: Command, outcome: Outcome): void
}

const DEPLOYMENTS = 'deployments.apps'
const NAMES = ['web', 'api', 'job'] as const
const POLICIES = ['Background', 'Foreground', 'Orphan'] as const

type Action = (plane: Plane) => Command | undefined

/** Users who want this and that, without asking whether it makes sense. */
export class Workload {
  readonly #parts: WorkloadParts
  readonly #random: Random
  readonly #wishes: Wishes
  readonly #actions: readonly (readonly [number, Action])[]
  #count = 0
  #pending = 0

  constructor(parts: WorkloadParts) {
    this.#parts = parts
    this.#random = parts.random
    this.#wishes = wishesOf(parts.random)
    this.#actions = [
      [5, (plane) => this.#createWorkload(plane)],
      [5, (plane) => this.#scale(plane)],
      [6, (plane) => this.#update(plane)],
      [2, (plane) => this.#pause(plane)],
      [2, (plane) => this.#undo(plane)],
      [2, (plane) => this.#deleteWorkload(plane)],
      [3, (plane) => this.#createPod(plane)],
      [4, (plane) => this.#deletePod(plane)],
      [1, (plane) => this.#relabel(plane)],
      [2, (plane) => this.#createService(plane)],
      [1, (plane) => this.#deleteSome(plane, 'services')],
      [1, (plane) => this.#deleteSome(plane, 'replicasets.apps')],
      [1, () => create('namespaces', namespaceWish(this.#random.pick(['team-a', 'team-b'])))],
      [1, (plane) => this.#deleteNamespace(plane)],
      [1, (plane) => this.#cordon(plane)],
    ]
  }

  /** Requests without an answer yet. */
  get pending(): number {
    return this.#pending
  }

  /** Somebody does something. */
  act(): void {
    const plane = this.#parts.plane()
    const total = this.#actions.reduce((sum, [weight]) => sum + weight, 0)
    let drawn = this.#random.below(total)
    const action = this.#actions.find(([weight]) => (drawn -= weight) < 0)![1]
    if (!plane?.core) return
    const command = action(plane)
    if (command) void this.#send(plane, command)
  }

  /** Takes back what no cluster could fulfil: absent images, pauses, cordons. True: there was nothing. */
  repair(): boolean {
    const plane = this.#parts.plane()
    if (!plane?.core) return false
    const { view } = plane.core
    const commands: Command[] = []
    for (const d of view.list<Deployment>(DEPLOYMENTS)) {
      if (d.metadata.deletionTimestamp) continue
      if (d.spec.paused) commands.push(patch(DEPLOYMENTS, d, { spec: { paused: null } }))
      if (isAbsent(d.spec.template.spec?.containers[0]?.image)) commands.push(imagePatch(DEPLOYMENTS, d, 'app:1'))
    }
    for (const resource of ['replicationcontrollers', 'replicasets.apps'])
      for (const set of view.list<ReplicaSet>(resource)) {
        const owned = set.metadata.ownerReferences?.some((owner) => owner.controller)
        if (!owned && isAbsent(set.spec.template?.spec?.containers[0]?.image) && !set.metadata.deletionTimestamp)
          commands.push(remove(resource, set, { propagationPolicy: 'Background' }))
      }
    for (const pod of view.list<Pod>('pods')) {
      const loose = !pod.metadata.ownerReferences?.some((owner) => owner.controller)
      const all = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
      const stuck = all.some(({ image }) => isAbsent(image)) || isCrashing(pod)
      if (loose && stuck && !pod.metadata.deletionTimestamp) commands.push(remove('pods', pod, {}))
    }
    for (const node of view.list<KubeObject & { spec?: { unschedulable?: boolean } }>('nodes'))
      if (node.spec?.unschedulable) commands.push(patch('nodes', node, { spec: { unschedulable: null } }))
    for (const command of commands) void this.#send(plane, command)
    return commands.length === 0
  }

  async #send(plane: Plane, command: Command): Promise<void> {
    const { trace, now, acknowledged } = this.#parts
    const number = ++this.#count
    const text = `user ${number}: ${command.verb} ${command.resource} ${command.namespace}/${command.name}`
    trace(`${text} ${detailOf(command)}`)
    const cause = { triggers: [], view: 0, now: now(), reason: 'change', component: 'user' } satisfies Cause
    this.#pending++
    const answer = await plane.send('admin', command, cause)
    this.#pending--
    trace(`user ${number}: ${answer.ok ? `done at ${answer.value.revision}` : `${answer.error.code} ${answer.error.message}`}`)
    if (answer.ok) acknowledged(command, answer.value)
  }

  #some<O extends KubeObject>(plane: Plane, resource: string): O | undefined {
    const all = plane.core!.view.list<O>(resource).filter((object) => !isSystem(object))
    return all.length === 0 ? undefined : this.#random.pick(all)
  }

  #namespace(plane: Plane): string {
    const all = plane.core!.view.list<Namespace>('namespaces').map(({ metadata }) => metadata.name!)
    const teams = all.filter((name) => name.startsWith('team-'))
    return teams.length > 0 && this.#random.chance(0.4) ? this.#random.pick(teams) : 'default'
  }

  #createWorkload(plane: Plane): Command {
    const [namespace, name] = [this.#namespace(plane), this.#random.pick(NAMES)]
    return this.#random.chance(0.7)
      ? create(DEPLOYMENTS, this.#wishes.deployment(namespace, name))
      : create('replicationcontrollers', this.#wishes.replicationController(namespace, `${name}-rc`))
  }

  #scale(plane: Plane): Command | undefined {
    const resource = this.#random.pick([DEPLOYMENTS, DEPLOYMENTS, 'replicationcontrollers'])
    const found = this.#some(plane, resource)
    return found && patch(resource, found, { spec: { replicas: this.#random.below(7) } })
  }

  #update(plane: Plane): Command | undefined {
    const found = this.#some<Deployment>(plane, DEPLOYMENTS)
    return found && imagePatch(DEPLOYMENTS, found, this.#wishes.image())
  }

  #pause(plane: Plane): Command | undefined {
    const found = this.#some<Deployment>(plane, DEPLOYMENTS)
    return found && patch(DEPLOYMENTS, found, { spec: { paused: found.spec.paused ? null : true } })
  }

  /** As kubectl rollout undo does: the template of an older set, without its hash. */
  #undo(plane: Plane): Command | undefined {
    const found = this.#some<Deployment>(plane, DEPLOYMENTS)
    if (!found) return undefined
    const sets = plane.core!.view.byController<ReplicaSet>('replicasets.apps', found.metadata.uid!)
    if (sets.length === 0) return undefined
    const { metadata, spec } = this.#random.pick(sets).spec.template!
    const { 'pod-template-hash': _, ...labels } = metadata?.labels ?? {}
    const value = { metadata: { ...metadata, labels }, spec } as unknown as Json
    return {
      verb: 'patch', patchType: 'json', resource: DEPLOYMENTS,
      namespace: found.metadata.namespace!, name: found.metadata.name!,
      patch: [{ op: 'replace', path: '/spec/template', value }],
    }
  }

  #deleteWorkload(plane: Plane): Command | undefined {
    const resource = this.#random.pick([DEPLOYMENTS, DEPLOYMENTS, 'replicationcontrollers'])
    const found = this.#some(plane, resource)
    return found && remove(resource, found, { propagationPolicy: this.#random.pick(POLICIES) })
  }

  #createPod(plane: Plane): Command {
    const name = `pod-${this.#random.below(6)}`
    return create('pods', this.#wishes.pod(this.#namespace(plane), name))
  }

  #deletePod(plane: Plane): Command | undefined {
    const found = this.#some(plane, 'pods')
    const grace = this.#random.pick([undefined, undefined, 0, 1])
    return found && remove('pods', found, grace === undefined ? {} : { gracePeriodSeconds: grace })
  }

  /** Takes a pod out of its set, or puts a stranger into one. */
  #relabel(plane: Plane): Command | undefined {
    const found = this.#some(plane, 'pods')
    return found && patch('pods', found, { metadata: { labels: { app: this.#random.pick([...NAMES, 'none']) } } })
  }

  #createService(plane: Plane): Command {
    return create('services', this.#wishes.service(this.#namespace(plane), this.#random.pick(NAMES)))
  }

  #deleteSome(plane: Plane, resource: string): Command | undefined {
    const found = this.#some(plane, resource)
    return found && remove(resource, found, { propagationPolicy: this.#random.pick(POLICIES) })
  }

  #deleteNamespace(plane: Plane): Command | undefined {
    const teams = plane.core!.view.list<Namespace>('namespaces').filter(({ metadata }) => metadata.name!.startsWith('team-'))
    return teams.length === 0 ? undefined : remove('namespaces', this.#random.pick(teams), {})
  }

  #cordon(plane: Plane): Command | undefined {
    const found = this.#some(plane, 'nodes')
    return found && patch('nodes', found, { spec: { unschedulable: this.#random.chance(0.5) } })
  }
}

const isSystem = ({ metadata: { namespace = '', name } }: KubeObject): boolean =>
  namespace.startsWith('kube-') || name === 'kubernetes'

const isAbsent = (image: string | undefined): boolean => image === ABSENT

/** A task that fails is tried again for ever: nothing to wait for. */
const isCrashing = ({ spec }: Pod): boolean =>
  spec?.restartPolicy === 'OnFailure' && (spec.containers[0]?.command?.join(' ') ?? '').endsWith(' 1')

const create = (resource: string, object: KubeObject): Command => ({
  verb: 'create', resource, namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '', object,
})

const patch = (resource: string, { metadata }: KubeObject, body: Json): Command => ({
  verb: 'patch', patchType: 'merge', resource, namespace: metadata.namespace ?? '', name: metadata.name!, patch: body,
})

const imagePatch = (resource: string, { metadata }: KubeObject, image: string): Command => ({
  verb: 'patch', patchType: 'strategic', resource, namespace: metadata.namespace ?? '', name: metadata.name!,
  patch: { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } },
})

const remove = (resource: string, { metadata }: KubeObject, options: object): Command => ({
  verb: 'delete', resource, namespace: metadata.namespace ?? '', name: metadata.name!, options,
})

const detailOf = (command: Command): string => {
  if (command.verb === 'patch') return JSON.stringify(command.patch).slice(0, 200)
  if (command.verb === 'delete') return JSON.stringify(command.options ?? {})
  return JSON.stringify((command.object as { spec?: unknown }).spec ?? {}).slice(0, 400)
}
