import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { NodeConnection, TerminalSession } from './api/streams/node-connection.ts'
import type { Clock } from './base/clock.ts'
import type { Log as Logger } from './base/log.ts'
import { err, ok, type Result } from './base/result.ts'
import { addressAt, DNS_OFFSET } from './commands/admission/service-address.ts'
import { findEngine } from './docker/endpoint.ts'
import type { Engine } from './docker/engine.ts'
import { openGates } from './docker/gate.ts'
import { ensureSandboxImage } from './docker/sandbox-image.ts'
import type { Cause } from './events/log-event.ts'
import type { Identity } from './identity.ts'
import { internalError, type Status } from './meta/status.ts'
import { makeAgent } from './node/agent.ts'
import { makeKubelet, type Kubelet } from './node/kubelet/kubelet.ts'
import type { Ownership } from './node/kubelet/labels.ts'
import { parseResolvConf } from './node/kubelet/plan-hosts.ts'
import { plainSandboxes, type SandboxProvider, type SandboxSettings } from './node/kubelet/sandbox.ts'
import { kubeletServer, type KubeletServer, type Session } from './node/kubelet/server.ts'
import { warmSandboxes } from './node/kubelet/warm-sandboxes.ts'
import { oomScoreMin, readMachine } from './node/machine.ts'
import { ensureNetwork, type NodeNetwork } from './node/network.ts'
import { makeObservations, observedEngine } from './node/observations.ts'
import { allocatableOf } from './node/plan-node.ts'
import { HttpClient } from './reconcilers/runtime/http-client.ts'
import type { Note } from './reconcilers/runtime/reconciler.ts'
import { eventRecorder } from './reconcilers/runtime/recorder.ts'
import { RemoteSource } from './reconcilers/runtime/remote.ts'
import type { Registry } from './resources/registry.ts'

/** The daemon and the network of a node, before anything runs on them. */
export interface NodeGround {
  readonly engine: Engine
  readonly network: NodeNetwork
  readonly owner: Ownership
  readonly podCidr: string
}

/** What a node is made from. */
export interface NodeParts {
  readonly ground: NodeGround
  readonly identity: Identity
  readonly registry: Registry
  readonly clock: Clock
  readonly logger: Logger
  readonly url: string
  readonly authority: string
  /** Says what the proxy or DNS still lack; '' when nothing. */
  readonly notReady: () => string
}

/** A node that runs. */
export interface RunningNode {
  readonly source: RemoteSource
  readonly connection: NodeConnection
  /** Looks at the node's readiness again. */
  check(): void
  close(): Promise<void>
}

/** Finds the daemon and makes the node's network. The message of a failure names the remedy. */
export async function prepareNode(identity: Identity, dataDir: string): Promise<Result<NodeGround, string>> {
  const engine = await findEngine({ env: process.env, home: homedir() })
  if (!engine.ok) return err(engine.error.message)
  const owner = { clusterUid: identity.uid, branch: 0, nodeName: identity.nodeName, stateDir: join(dataDir, 'node') }
  // The first node has the first /24 of the pod range; joining nodes get theirs from the API.
  const podCidr = `${identity.podCidr.split('.').slice(0, 3).join('.')}.0/24`
  const network = await ensureNetwork(engine.value, { owner, cluster: identity.name, podCidr })
  if (!network.ok) return err(`the node's network could not be made: ${network.error.message}`)
  return ok({ engine: engine.value, network: network.value, owner, podCidr })
}

/** Starts kubelet and agent of this machine's node; the API is reached over HTTP like from anywhere. */
export async function runNode(parts: NodeParts): Promise<Result<RunningNode, string>> {
  const { ground, identity, registry, clock, logger } = parts
  const { owner, network } = ground
  const stopping = new AbortController()
  const client = new HttpClient(
    { url: parts.url, token: identity.nodeToken, authority: parts.authority, agent: 'klio-kubelet/1.37' },
    registry,
  )
  const source = new RemoteSource(client, registry, clock, watchesOf(identity.nodeName))
  const observations = makeObservations({
    node: identity.nodeName,
    clock,
    firstSequence: clock.now() * 1000,
    sink: async (batch) => (await client.json('/klio/v1/observations', { method: 'POST', body: JSON.stringify(batch) })).ok,
  })
  const engine = observedEngine(ground.engine, clock, observations.observe)
  const note = notesOf(client, source, clock, identity.nodeName)
  await source.synced(stopping.signal)
  const info = await engine.info()
  if (!info.ok) return err(info.error.message)
  const machine = readMachine(info.value.DockerRootDir ?? '/', info.value.NCPU ?? 1)
  const oomMin = oomScoreMin()
  const settings: SandboxSettings = {
    owner, network: network.name, clusterDomain: 'cluster.local', oomScoreMin: oomMin,
    image: () => ensureSandboxImage(engine),
  }
  const kubelet = makeKubelet({
    engine, clock, view: source, commands: client, note,
    observe: observations.observe,
    sandboxes: await sandboxesOf(engine, clock, settings, join(owner.stateDir, 'gate'), logger),
    settings: {
      owner,
      hostIps: [network.gateway],
      memoryBytes: machine.memoryBytes,
      oomScoreMin: oomMin,
      seccompDefault: true,
      allocatable: allocatableOf(machine),
      dns: {
        clusterDomain: 'cluster.local',
        servers: [addressAt(identity.serviceCidr, DNS_OFFSET)],
        host: parseResolvConf(hostResolver()),
      },
    },
  })
  const started = await kubelet.start(stopping.signal)
  if (!started.ok) return err(started.error.message)
  const agent = makeAgent({
    engine, clock, view: source, commands: client, note,
    name: identity.nodeName, hostIps: [network.gateway], podCidr: ground.podCidr,
    kubeletVersion: 'v1.37.2', kubeletPort: identity.port, notReady: parts.notReady,
  })
  const registered = await agent.start(stopping.signal)
  if (!registered.ok) return err(registered.error.message ?? 'the node could not register')
  return ok({
    source,
    connection: connectionOf(kubelet),
    check: () => agent.check(),
    async close() {
      stopping.abort()
      agent.close()
      await kubelet.close()
      await observations.close()
      await source.close()
      await ground.engine.close()
    },
  })
}

/** Records a node's core Events, caused by what it saw. */
function notesOf(client: HttpClient, source: RemoteSource, clock: Clock, nodeName: string): (note: Note) => void {
  const recorder = eventRecorder(clock, nodeName)
  const component = 'kubelet'
  return (note) => {
    const cause: Cause = { triggers: [], view: source.view.revision, now: clock.now(), reason: 'observation', component }
    void recorder.record([note], { component, sink: client, cause })
  }
}

/** What a node follows: its own Pods and itself, and what Pods may refer to. */
const watchesOf = (nodeName: string) => [
  { resource: 'pods', fieldSelector: `spec.nodeName=${nodeName}` },
  { resource: 'nodes', fieldSelector: `metadata.name=${nodeName}` },
  { resource: 'services' },
  { resource: 'endpointslices.discovery.k8s.io' },
  { resource: 'configmaps' },
  { resource: 'secrets' },
  { resource: 'namespaces' },
]

async function sandboxesOf(
  engine: Engine,
  clock: Clock,
  settings: SandboxSettings,
  directory: string,
  logger: Logger,
): Promise<SandboxProvider> {
  const gates = await openGates(directory)
  if (gates.ok) return warmSandboxes({ engine, clock, settings, gates: gates.value })
  logger.warn('pods start slower here: sandboxes are made cold', { why: gates.error })
  return plainSandboxes(engine, settings)
}

const hostResolver = (): string => {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8')
  } catch {
    // A machine without a resolver: pods get the cluster's DNS alone.
    return ''
  }
}

/** The node's own functions as the API asks for them. */
export function connectionOf(kubelet: Kubelet): NodeConnection {
  const server: KubeletServer = kubeletServer(kubelet)
  return {
    logs: (ref, options, signal) =>
      server.logs({ namespace: ref.namespace, name: ref.pod }, ref.container, { ...options, signal }),
    async exec(ref, options) {
      const opened = await server.exec({ namespace: ref.namespace, name: ref.pod }, ref.container, options.command, options)
      return opened.ok ? ok(terminalOf(opened.value)) : opened
    },
    async attach(ref, options) {
      const opened = await server.attach({ namespace: ref.namespace, name: ref.pod }, ref.container, options)
      return opened.ok ? ok(terminalOf(opened.value)) : opened
    },
    async dial(namespace, pod, port) {
      const dialled = await server.portForward({ namespace, name: pod }, port)
      if (!dialled.ok) return dialled
      const { input, write, closeWrite, close } = dialled.value
      return ok({ incoming: input, write: async (bytes: Uint8Array) => void (await write(bytes)), closeWrite, close })
    },
  }
}

function terminalOf(session: Session): TerminalSession {
  return {
    output: session.output,
    write: async (bytes) => void (await session.write(bytes)),
    closeStdin: () => session.closeInput(),
    resize: (width, height) => void session.resize({ columns: width, rows: height }),
    close: () => session.close(),
    exit: () => session.exitCode().then(exitStatus),
  }
}

/** How a command ended, as remotecommand clients read it. Source: apimachinery remotecommand constants. */
function exitStatus(code: Result<number, Status>): Status {
  if (!code.ok) return internalError(code.error.message ?? 'the command could not be run')
  const shell = { kind: 'Status', apiVersion: 'v1', metadata: {}, code: 0 } as const
  if (code.value === 0) return { ...shell, status: 'Success' }
  return {
    ...shell,
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${code.value}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code.value) }] },
  }
}
