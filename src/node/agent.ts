import type { Clock } from '../base/clock.ts'
import { NODE_LEASE_RENEW_MS, NODE_STATUS_CHECK_MS, NODE_STATUS_MS } from '../base/limits.ts'
import { ok, type Result } from '../base/result.ts'
import type { Engine } from '../docker/engine.ts'
import type { Cause } from '../events/log-event.ts'
import type { JsonObject, KubeObject } from '../meta/object.ts'
import type { Status } from '../meta/status.ts'
import type { CommandSink, ViewSource } from '../reconcilers/runtime/ports.ts'
import type { Note } from '../reconcilers/runtime/reconciler.ts'
import type { Node, NodeStatus } from '../resources/generated/core.gen.ts'
import { type Machine, readMachine } from './machine.ts'
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
export function makeAgent(input: AgentInput): Agent {
  const { clock, name } = input
  const closing = new AbortController()
  let look = new AbortController()
  let written: NodeStatus | undefined
  let writtenMs = 0
  let uid: string | undefined
  let ready: boolean | undefined

  const send = async (command: Parameters<CommandSink['send']>[0], note: string) => {
    const cause: Cause = {
      triggers: [], view: input.view.view.revision, now: clock.now(), reason: 'timer', component: 'kubelet', key: name, note,
    }
    return input.commands.send(command, cause)
  }

  const register = async (): Promise<Result<void, Status>> => {
    const node = planNode(await describe(input))
    const created = await send({ verb: 'create', resource: 'nodes', namespace: '', name, object: node }, 'registers itself')
    if (created.ok) {
      remember(created.value.object)
      return ok(undefined)
    }
    if (created.error.reason !== 'AlreadyExists') return created
    const patch: JsonObject = { metadata: { labels: nodeLabels(await describe(input)) } }
    const patched = await send(
      { verb: 'patch', resource: 'nodes', namespace: '', name, patchType: 'strategic', patch },
      'brings its labels up to date',
    )
    if (!patched.ok) return patched
    remember(patched.value.object)
    return ok(undefined)
  }

  const remember = (object: KubeObject): void => {
    const node = object as Node
    uid = node.metadata.uid
    written = node.status
  }

  const writeStatus = async (): Promise<Result<void, Status>> => {
    const described = await describe(input)
    const known = input.view.view.get<Node>('nodes', '', name)?.status ?? written
    const status = planNodeStatus(described, known)
    const due = clock.now() - writtenMs >= NODE_STATUS_MS
    if (!due && !statusChanged(known, status)) return ok(undefined)
    const patch = { status: JSON.parse(JSON.stringify(status)) as JsonObject }
    // Addresses merge by type and address: without this an old one would stay.
    patch.status['addresses'] = [{ $patch: 'replace' }, ...(patch.status['addresses'] as JsonObject[])]
    const answer = await send(
      { verb: 'patch', resource: 'nodes', subresource: 'status', namespace: '', name, patchType: 'strategic', patch, fieldManager: 'kubelet' },
      'reports its state',
    )
    if (!answer.ok) return answer
    writtenMs = clock.now()
    written = (answer.value.object as Node).status
    tellReadiness(described.notReady)
    return ok(undefined)
  }

  const tellReadiness = (notReady: string): void => {
    const now = notReady === ''
    if (ready === now) return
    ready = now
    const reason = now ? 'NodeReady' : 'NodeNotReady'
    input.note({
      regarding: { apiVersion: 'v1', kind: 'Node', namespace: '', name, uid: uid ?? name },
      type: 'Normal', reason, message: `Node ${name} status is now: ${reason}`,
    })
  }

  const renew = async (): Promise<void> => {
    const lease = planLease(name, uid, clock.now())
    const where = { resource: 'leases.coordination.k8s.io', namespace: 'kube-node-lease', name } as const
    const patch = JSON.parse(JSON.stringify({ spec: lease.spec })) as JsonObject
    const renewed = await send({ ...where, verb: 'patch', patchType: 'merge', patch }, 'renews its lease')
    if (!renewed.ok && renewed.error.code === 404) {
      await send({ ...where, verb: 'create', object: lease }, 'takes its lease')
    }
  }

  const every = async (ms: number, signal: AbortSignal, task: () => Promise<unknown>, wakes: boolean): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(ms, wakes ? AbortSignal.any([signal, look.signal]) : signal)
      if (wakes && look.signal.aborted) look = new AbortController()
      if (!signal.aborted) await task()
    }
  }

  const statusOrRegister = async (): Promise<void> => {
    const done = await writeStatus()
    // Somebody deleted the Node: it comes back as long as it lives.
    if (!done.ok && done.error.code === 404) await register()
  }

  return {
    async start(signal) {
      const until = AbortSignal.any([signal, closing.signal])
      const registered = await register()
      if (!registered.ok) return registered
      const status = await writeStatus()
      if (!status.ok) return status
      await renew()
      void every(NODE_STATUS_CHECK_MS, until, statusOrRegister, true)
      void every(NODE_LEASE_RENEW_MS, until, renew, false)
      return ok(undefined)
    },
    check: () => look.abort(),
    close: () => closing.abort(),
  }
}

/** Everything the Node object is made from, as it is now. */
async function describe(input: AgentInput): Promise<NodeInput> {
  const info = await input.engine.info()
  const images = await input.engine.images.list()
  const away = info.ok ? '' : `container runtime is down: ${info.error.message}`
  const machine: Machine = info.ok
    ? readMachine(info.value.DockerRootDir, info.value.NCPU)
    : readMachine('/', navigator.hardwareConcurrency)
  return {
    name: input.name,
    machine,
    hostIps: input.hostIps,
    podCidr: input.podCidr,
    runtimeVersion: info.ok ? `docker://${info.value.ServerVersion}` : 'docker://unknown',
    kubeletVersion: input.kubeletVersion,
    kubeletPort: input.kubeletPort,
    images: images.ok ? images.value : [],
    notReady: away || input.notReady(),
    labels: input.labels ?? {},
    now: input.clock.now(),
  }
}
