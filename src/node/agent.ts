import type { Clock } from '../base/clock.ts'
import {
  DAEMON_FACTS_MS, NODE_LEASE_RENEW_MS, NODE_STATUS_CHECK_MS, NODE_STATUS_MS,
} from '../base/limits.ts'
import { ok, type Result } from '../base/result.ts'
import type { Command } from '../commands/command.ts'
import type { Engine } from '../docker/engine.ts'
import type { EngineInfo, ImageSummary } from '../docker/types.ts'
import type { Cause } from '../events/log-event.ts'
import type { JsonObject, KubeObject } from '../meta/object.ts'
import type { Status } from '../meta/status.ts'
import type { CommandSink, ViewSource } from '../reconcilers/runtime/ports.ts'
import type { Note } from '../reconcilers/runtime/reconciler.ts'
import type { Node, NodeStatus } from '../resources/generated/core.gen.ts'
import { readMachine } from './machine.ts'
import {
  nodeLabels, type NodeInput, planLease, planNode, planNodeStatus, statusChanged,
} from './plan-node.ts'

/** What an agent is made from. */
export interface AgentInput {
  readonly engine: Engine
  readonly clock: Clock
  readonly view: ViewSource
  readonly commands: CommandSink
  readonly name: string
  readonly hostIps: readonly string[]
  readonly podCidr: string
  readonly kubeletVersion: string
  readonly kubeletPort: number
  readonly labels?: Readonly<Record<string, string>>
  /** Reads the machine; a simulation has one of its own. */
  readonly machine?: typeof readMachine
  /** Says what stands in the way of running Pods; '' when nothing does. */
  notReady(): string
  note(note: Note): void
}

/** Registers the node and keeps its sign of life. Source: kubelet_node_status.go, nodelease. */
export interface Agent {
  /** Registers, writes the first status and the first lease; then goes on until the signal aborts. */
  start(signal: AbortSignal): Promise<Result<void, Status>>
  /** Looks at the node now instead of at the next turn: a part became ready or broke. */
  check(): void
  close(): void
}

/** An agent of one node. */
export const makeAgent = (input: AgentInput): Agent => new NodeAgent(input)

class NodeAgent implements Agent {
  readonly #input: AgentInput
  readonly #closing = new AbortController()
  /** Aborted to look at once. */
  #look = new AbortController()
  #facts: DaemonFacts | undefined
  #written: NodeStatus | undefined
  #writtenMs = 0
  #uid: string | undefined
  #ready: boolean | undefined

  constructor(input: AgentInput) {
    this.#input = input
  }

  async start(signal: AbortSignal): Promise<Result<void, Status>> {
    const until = AbortSignal.any([signal, this.#closing.signal])
    const registered = await this.#register()
    if (!registered.ok) return registered
    const status = await this.#writeStatus()
    if (!status.ok) return status
    await this.#renew()
    void this.#keepStatus(until)
    void this.#keepLease(until)
    return ok(undefined)
  }

  check(): void {
    this.#look.abort()
  }

  close(): void {
    this.#closing.abort()
  }

  async #keepStatus(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#input.clock.sleep(NODE_STATUS_CHECK_MS, AbortSignal.any([signal, this.#look.signal]))
      if (this.#look.signal.aborted) this.#look = new AbortController()
      if (signal.aborted) return
      const done = await this.#writeStatus()
      // Somebody deleted the Node: it comes back as long as it lives.
      if (!done.ok && done.error.code === 404) await this.#register()
    }
  }

  async #keepLease(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#input.clock.sleep(NODE_LEASE_RENEW_MS, signal)
      if (!signal.aborted) await this.#renew()
    }
  }

  async #register(): Promise<Result<void, Status>> {
    const { name } = this.#input
    const described = await this.#describe()
    const object = planNode(described)
    const created = await this.#send(
      { verb: 'create', resource: 'nodes', namespace: '', name, object },
      'registers itself',
    )
    if (created.ok) return this.#remember(created.value.object)
    if (created.error.reason !== 'AlreadyExists') return created
    const patch: JsonObject = { metadata: { labels: nodeLabels(described) } }
    const patched = await this.#send(
      { verb: 'patch', resource: 'nodes', namespace: '', name, patchType: 'strategic', patch },
      'brings its labels up to date',
    )
    return patched.ok ? this.#remember(patched.value.object) : patched
  }

  #remember(object: KubeObject): Result<void, Status> {
    const node = object as Node
    this.#uid = node.metadata.uid
    this.#written = node.status
    return ok(undefined)
  }

  /** Only when something changed, or when the last report is too long ago. */
  async #writeStatus(): Promise<Result<void, Status>> {
    const { clock, view, name } = this.#input
    const described = await this.#describe()
    const known = view.view.get<Node>('nodes', '', name)?.status ?? this.#written
    const status = planNodeStatus(described, known)
    const due = clock.now() - this.#writtenMs >= NODE_STATUS_MS
    if (!due && !statusChanged(known, status)) {
      // A report whose answer was lost is there all the same: its Event is still due.
      this.#tellReadiness(described.notReady === '')
      return ok(undefined)
    }
    const patch = { status: JSON.parse(JSON.stringify(status)) as JsonObject }
    // Addresses merge by type and address: without this an old one would stay.
    patch.status['addresses'] = [{ $patch: 'replace' }, ...(patch.status['addresses'] as JsonObject[])]
    const answer = await this.#send(
      {
        verb: 'patch', resource: 'nodes', subresource: 'status', namespace: '', name,
        patchType: 'strategic', patch, fieldManager: 'kubelet',
      },
      'reports its state',
    )
    if (!answer.ok) return answer
    this.#writtenMs = clock.now()
    this.#written = (answer.value.object as Node).status
    this.#tellReadiness(described.notReady === '')
    return ok(undefined)
  }

  #tellReadiness(ready: boolean): void {
    if (this.#ready === ready) return
    this.#ready = ready
    const { name, note } = this.#input
    const reason = ready ? 'NodeReady' : 'NodeNotReady'
    const regarding = { apiVersion: 'v1', kind: 'Node', namespace: '', name, uid: this.#uid ?? name }
    note({ regarding, type: 'Normal', reason, message: `Node ${name} status is now: ${reason}` })
  }

  async #renew(): Promise<void> {
    const { name, clock } = this.#input
    const lease = planLease(name, this.#uid, clock.now())
    const resource = 'leases.coordination.k8s.io'
    const where = { resource, namespace: 'kube-node-lease', name } as const
    const patch = JSON.parse(JSON.stringify({ spec: lease.spec })) as JsonObject
    const renewed = await this.#send({ ...where, verb: 'patch', patchType: 'merge', patch }, 'renews its lease')
    if (renewed.ok || renewed.error.code !== 404) return
    await this.#send({ ...where, verb: 'create', object: lease }, 'takes its lease')
  }

  #send(command: Command, note: string): ReturnType<CommandSink['send']> {
    const { view, clock, name, commands } = this.#input
    const cause: Cause = {
      triggers: [], view: view.view.revision, now: clock.now(), reason: 'timer',
      component: 'kubelet', key: name, note,
    }
    return commands.send(command, cause)
  }

  /** Everything the Node object is made from, as it is now. */
  async #describe(): Promise<NodeInput> {
    const { engine, clock, notReady, labels = {}, ...known } = this.#input
    const alive = await engine.ping()
    const stale = clock.now() - (this.#facts?.readMs ?? 0) >= DAEMON_FACTS_MS
    if (alive.ok && stale) this.#facts = (await readDaemon(engine, clock)) ?? this.#facts
    const { info, images = [] } = this.#facts ?? {}
    const away = alive.ok ? '' : `container runtime is down: ${alive.error.message}`
    return {
      ...known,
      machine: (this.#input.machine ?? readMachine)(info?.DockerRootDir ?? '/', info?.NCPU ?? navigator.hardwareConcurrency),
      runtimeVersion: `docker://${info?.ServerVersion ?? 'unknown'}`,
      images,
      notReady: away || notReady(),
      labels,
      now: clock.now(),
    }
  }
}

/** What changes seldom and costs the daemon more than a sign of life. */
interface DaemonFacts {
  readonly readMs: number
  readonly info: EngineInfo
  readonly images: readonly ImageSummary[]
}

async function readDaemon(engine: Engine, clock: Clock): Promise<DaemonFacts | undefined> {
  const [info, images] = await Promise.all([engine.info(), engine.images.list()])
  if (!info.ok) return undefined
  return { readMs: clock.now(), info: info.value, images: images.ok ? images.value : [] }
}
