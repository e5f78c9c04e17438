import type { LiveView } from '../../src/projections/live-view.ts'
import type { Command } from '../../src/commands/command.ts'
import type { LogEvent } from '../../src/events/log-event.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import type { Outcome } from '../../src/reconcilers/runtime/ports.ts'
import type { Pod, Service } from '../../src/resources/generated/core.gen.ts'
import { LABEL } from '../../src/node/kubelet/labels.ts'
import { Budgets } from './budgets.ts'
import { Fold, isActive, keyOf, type Step } from './fold.ts'
import type { SimNode } from './sim-node.ts'

/** A promise that was broken. */
export class Violation extends Error {
  readonly invariant: string

  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`)
    this.invariant = invariant
  }
}

/** A promise about single steps of the log: what is wrong with this one, if anything. */
interface StepInvariant {
  readonly name: string
  broken(step: Step, fold: Fold): string | undefined
}

const STEP_INVARIANTS: readonly StepInvariant[] = [
  {
    name: 'revisions have no gap, times rise',
    broken({ event }, fold) {
      const last = fold.events.at(-2)
      if (event.revision !== fold.events.length) return `revision ${event.revision} is number ${fold.events.length}`
      return last && event.time <= last.time ? `revision ${event.revision} is not later than the one before` : undefined
    },
  },
  {
    name: 'every event follows the one before of its object',
    broken({ event, before }) {
      const previous = Number(before?.metadata.resourceVersion ?? 0)
      return event.previous === previous ? undefined : `previous is ${event.previous}, was ${previous}`
    },
  },
  {
    name: 'a pod is bound once',
    broken({ before, after, event }) {
      if (event.resource !== 'pods' || !before || !after) return undefined
      if (before.metadata.uid !== after.metadata.uid) return 'another uid took its place'
      const [was, is] = [(before as Pod).spec?.nodeName, (after as Pod).spec?.nodeName]
      return was && was !== is ? `was on ${was}, is on ${is}` : undefined
    },
  },
  {
    name: 'an object has one controller',
    broken({ after }) {
      const owners = after?.metadata.ownerReferences?.filter((owner) => owner.controller) ?? []
      return owners.length > 1 ? owners.map((owner) => owner.name).join(' and ') : undefined
    },
  },
  {
    name: 'a set makes no more pods than it was told to have',
    broken({ event, before, after }, fold) {
      if (event.resource !== 'pods' || before || !after) return undefined
      const owner = after.metadata.ownerReferences?.find((one) => one.controller)
      const most = owner && fold.mostSince(owner.uid, event.cause?.view ?? 0)
      const active = owner && fold.membersOf<Pod>(owner.uid).filter(isActive).length
      return active! > most! ? `${owner!.name} has ${active} of ${most}` : undefined
    },
  },
  {
    name: 'a rollout stays below its surge',
    broken({ event, before, after }, fold) {
      if (event.resource !== 'replicasets.apps' || event.cause?.component !== 'deployment-controller') return undefined
      const grew = replicasOf(after) > replicasOf(before)
      const owner = after?.metadata.ownerReferences?.find((one) => one.controller)
      const most = owner && fold.mostSince(owner.uid, event.cause.view)
      if (!grew || most === undefined) return undefined
      const sets = fold.membersOf(owner!.uid)
      const total = sets.reduce((sum, set) => sum + replicasOf(set), 0)
      return total > most ? `${owner!.name} tells its sets ${total} of ${most}` : undefined
    },
  },
  {
    name: 'a service address and a node port are given once',
    broken({ event, after }, fold) {
      if (event.resource !== 'services' || !after) return undefined
      const own = claimsOf(after as Service)
      for (const other of fold.list<Service>('services')) {
        if (other.metadata.uid === after.metadata.uid) continue
        const both = claimsOf(other).find((claim) => own.includes(claim))
        if (both) return `${both} belongs to ${other.metadata.name} too`
      }
      return undefined
    },
  },
]

const replicasOf = (object: KubeObject | undefined): number =>
  (object as { spec?: { replicas?: number } } | undefined)?.spec?.replicas ?? 0

const claimsOf = ({ spec, status }: Service): string[] => [
  ...(spec?.clusterIP && spec.clusterIP !== 'None' ? [spec.clusterIP] : []),
  ...(spec?.ports ?? []).flatMap(({ nodePort, protocol }) => (nodePort ? [`${protocol ?? 'TCP'}/${nodePort}`] : [])),
  ...(status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []),
]

/** Holds a cluster to its promises, after every step. */
export class Invariants {
  readonly fold = new Fold()
  readonly #budgets = new Budgets(this.fold)
  #acknowledged: { command: Command; outcome: Outcome }[] = []
  /** Keys that changed since view and fold were last compared. */
  readonly #changed = new Set<string>()
  readonly #calls = new Map<string, number>()

  /** An answer that somebody got. */
  acknowledged(command: Command, outcome: Outcome): void {
    this.#acknowledged.push({ command, outcome })
  }

  /** The next events of the log. */
  see(events: readonly LogEvent[]): void {
    for (const event of events) {
      const step = this.fold.apply(event)
      this.#changed.add(keyOf(event.resource, event.namespace, event.name))
      for (const invariant of STEP_INVARIANTS) {
        const broken = invariant.broken(step, this.fold)
        if (broken) throw new Violation(invariant.name, `${stepText(event)}: ${broken}`)
      }
      const budget = this.#budgets.see(step)
      if (budget) throw new Violation('a rollout keeps its budget', `${stepText(event)}: ${budget}`)
    }
    this.#checkAcknowledged()
  }

  /** Compares a view that has reached the end of the log with what the log says. */
  compare(view: LiveView): void {
    if (view.revision !== this.fold.revision) return
    for (const key of this.#changed) this.#compareOne(view, key)
    this.#changed.clear()
  }

  /** Compares all there is, indexes too. */
  compareAll(view: LiveView): void {
    if (view.revision !== this.fold.revision) return
    for (const key of this.fold.objects.keys()) this.#compareOne(view, key)
    for (const resource of view.resources()) {
      const [seen, said] = [view.count(resource), this.fold.list(resource).length]
      if (seen !== said) throw new Violation(VIEW, `${resource}: the view has ${seen}, the log ${said}`)
    }
    for (const uid of this.fold.byUid.keys()) {
      const inView = ['pods', 'replicasets.apps'].flatMap((resource) => view.byController(resource, uid))
      const inLog = this.fold.membersOf(uid)
      if (inView.length !== inLog.length) throw new Violation(VIEW, `members of ${uid} differ`)
    }
  }

  /** What runs on a node belongs there, and once. */
  checkNode(node: SimNode): void {
    const calls = node.docker.calls.length
    if (this.#calls.get(node.name) === calls) return
    this.#calls.set(node.name, calls)
    const running = new Map<string, string>()
    for (const container of node.docker.state.containers.values()) {
      const labels = container.spec.Labels ?? {}
      const uid = labels[LABEL.podUid]
      if (uid === undefined || container.status !== 'running') continue
      const home = this.fold.nodeOf.get(uid)
      const text = `${labels[LABEL.podName]}/${labels[LABEL.container]}`
      if (home !== node.name) throw new Violation('a pod runs where it was bound', `${text} runs on ${node.name}, not on ${home}`)
      const key = `${uid}/${labels[LABEL.container]}`
      if (running.has(key)) throw new Violation('a container runs once', `${text}: ${running.get(key)} and ${container.name}`)
      running.set(key, container.name)
    }
  }

  #checkAcknowledged(): void {
    for (const { command, outcome } of this.#acknowledged) {
      const { object, revision } = outcome
      const name = object.metadata?.name ?? command.name
      if (revision === 0 || object.kind === 'Status' || object.kind === 'Scale') continue
      const event = this.fold.events[revision - 1]
      const text = `${command.verb} ${command.resource} ${command.namespace}/${name} at ${revision}`
      if (!event) throw new Violation('no acknowledged write is lost', `${text} is not in the log`)
      if (event.resource !== command.resource || event.name !== name)
        throw new Violation('no acknowledged write is lost', `${text} is ${stepText(event)}`)
    }
    this.#acknowledged = []
  }

  #compareOne(view: LiveView, key: string): void {
    const [resource = '', namespace = '', name = ''] = key.split('/')
    const said = this.fold.objects.get(key)
    const seen = view.entry(resource, namespace, name)
    if (!said && !seen) return
    if (!said || !seen) throw new Violation(VIEW, `${key} is only in the ${said ? 'log' : 'view'}`)
    if (!Buffer.from(said.body).equals(seen.bytes)) throw new Violation(VIEW, `${key} differs`)
    const { managedFields: _, ...metadata } = said.object.metadata
    if (!Bun.deepEquals({ ...said.object, metadata }, seen.object))
      throw new Violation(VIEW, `${key}: somebody changed the shared object`)
  }
}

const VIEW = 'the view is the fold of the log'

/** One line about an event. */
export const stepText = ({ revision, verb, subresource, resource, namespace, name, cause }: LogEvent): string =>
  `${revision} ${verb} ${resource}${subresource ? `/${subresource}` : ''} ${namespace}/${name}` +
  (cause ? ` by ${cause.component} at ${cause.view}` : '')
