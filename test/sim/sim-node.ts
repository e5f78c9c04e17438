import { join } from 'node:path'
import { ok, type Result } from '../../src/base/result.ts'
import type { Command } from '../../src/commands/command.ts'
import type { Engine } from '../../src/docker/engine.ts'
import { ensureSandboxImage } from '../../src/docker/sandbox-image.ts'
import type { Cause } from '../../src/events/log-event.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import { serviceUnavailable, type Status } from '../../src/meta/status.ts'
import { timeText } from '../../src/meta/timestamp.ts'
import { makeAgent } from '../../src/node/agent.ts'
import { makeKubelet, type Kubelet } from '../../src/node/kubelet/kubelet.ts'
import { plainSandboxes, type SandboxProvider, type SandboxSettings } from '../../src/node/kubelet/sandbox.ts'
import { warmSandboxes } from '../../src/node/kubelet/warm-sandboxes.ts'
import type { Machine } from '../../src/node/machine.ts'
import { allocatableOf } from '../../src/node/plan-node.ts'
import type { CommandSink, Outcome } from '../../src/reconcilers/runtime/ports.ts'
import type { Note } from '../../src/reconcilers/runtime/reconciler.ts'
import { eventRecorder } from '../../src/reconcilers/runtime/recorder.ts'
import type { Pod } from '../../src/resources/generated/core.gen.ts'
import type { SimClock } from './clock.ts'
import { type FakeDocker, fakeDocker } from './fake-docker.ts'
import { fakeGates } from './fake-gates.ts'
import type { Faults } from './faults.ts'
import { Life } from './life.ts'
import { NodeSource } from './node-source.ts'
import { overTheWire, type Plane } from './plane.ts'
import { IMAGES, simPrograms } from './programs.ts'

/** What a node is made from. */
export interface NodeParts {
  readonly name: string
  /** Number of the node: its addresses. */
  readonly number: number
  readonly seed: number
  readonly clock: SimClock
  readonly faults: Faults
  readonly clusterUid: string
  /** A folder of the test's own. */
  readonly stateDir: string
  /** Sandboxes are made before their Pods. */
  readonly warm: boolean
  plane(): Plane | undefined
  /** Accepted requests, for the invariants. */
  acknowledged(command: Command, outcome: Outcome): void
}

/** A node: a Docker daemon that stays, and a kubelet with its agent that come and go. */
export class SimNode {
  readonly name: string
  readonly docker: FakeDocker
  kubelet: Kubelet | undefined
  /** The network between node and API is down. */
  partitioned = false
  /** Containers whose readiness probe fails now, by their Docker name's beginning. */
  readonly unready = new Set<string>()
  readonly #parts: NodeParts
  #life = new Life()

  constructor(parts: NodeParts) {
    this.name = parts.name
    this.#parts = parts
    this.docker = fakeDocker({
      clock: parts.clock,
      seed: `${parts.seed}/${parts.name}`,
      startMs: 20,
      faults: parts.faults.docker(),
      programs: simPrograms(this.unready),
    })
    for (const image of IMAGES) this.docker.addImage(image).Size = 20_000_000
    void this.#start()
  }

  /** The kubelet dies; its containers run on. */
  crash(): void {
    this.#life.end()
    this.kubelet = undefined
    this.docker.state.world.breakStreams()
  }

  /** A new kubelet finds what the last one left. */
  restart(): void {
    this.crash()
    this.#life = new Life()
    void this.#start()
  }

  async #start(): Promise<void> {
    const { clock, number, name, clusterUid, stateDir } = this.#parts
    const life = this.#life
    const own = clock.scoped(life)
    const engine = engineOf(this.docker, life, clock)
    const commands: CommandSink = { send: (command, cause) => this.#send(life, command, cause) }
    const source = new NodeSource(
      { clock, faults: this.#parts.faults, life, plane: () => this.#plane() },
      [
        { resource: 'pods', selects: (object) => (object as Pod).spec?.nodeName === name },
        { resource: 'nodes', selects: (object) => object.metadata.name === name },
        { resource: 'services', selects: () => true },
        { resource: 'configmaps', selects: () => true },
        { resource: 'secrets', selects: () => true },
      ],
    )
    const recorder = eventRecorder(own, name)
    const note = (one: Note): void => {
      const cause: Cause = {
        triggers: [], view: source.view.revision, now: clock.now(), reason: 'observation', component: 'kubelet',
      }
      void recorder.record([one], { component: 'kubelet', sink: commands, cause })
    }
    await source.synced()
    await this.#network(own)
    const owner = { clusterUid, branch: 0, nodeName: name, stateDir: join(stateDir, name) }
    const settings: SandboxSettings = {
      owner, network: NETWORK, clusterDomain: 'cluster.local', oomScoreMin: 0,
      image: () => ensureSandboxImage(engine),
    }
    const machine = machineOf(name)
    const hostIps = [`10.1.${number}.1`]
    const kubelet = makeKubelet({
      engine, clock: own, view: source, commands, note,
      observe: () => {},
      sandboxes: await this.#sandboxes(engine, own, settings),
      settings: {
        owner, hostIps, memoryBytes: machine.memoryBytes, oomScoreMin: 0, seccompDefault: true,
        allocatable: allocatableOf(machine),
        dns: { clusterDomain: 'cluster.local', servers: ['10.2.0.10'], host: { servers: [], searches: [], options: [] } },
      },
    })
    const { signal } = new AbortController()
    // As a supervisor does: again until it comes up.
    while (!(await kubelet.start(signal)).ok) await own.sleep(1_000)
    this.kubelet = kubelet
    const agent = makeAgent({
      engine, clock: own, view: source, commands, note, name, hostIps,
      podCidr: `10.1.${number}.0/24`, kubeletVersion: 'v1.37.2', kubeletPort: 6443,
      notReady: () => '', machine: () => machine,
    })
    while (!(await agent.start(signal)).ok) await own.sleep(1_000)
  }

  /** Pods of each node have addresses of their own. */
  async #network(clock: ReturnType<SimClock['scoped']>): Promise<void> {
    const { number } = this.#parts
    const IPAM = { Config: [{ Subnet: `10.${100 + number}.0.0/16`, Gateway: `10.${100 + number}.0.1` }] }
    for (;;) {
      const made = await this.docker.networks.create({ Name: NETWORK, IPAM })
      if (made.ok || made.error.kind === 'conflict') return
      await clock.sleep(1_000)
    }
  }

  #sandboxes(engine: Engine, clock: ReturnType<SimClock['scoped']>, settings: SandboxSettings): Promise<SandboxProvider> {
    if (!this.#parts.warm) return Promise.resolve(plainSandboxes(engine, settings))
    return warmSandboxes({ engine, clock, settings, gates: fakeGates(this.docker), size: 3 })
  }

  #plane(): Plane | undefined {
    const plane = this.#parts.plane()
    return this.partitioned || !plane?.core ? undefined : plane
  }

  /** One request of the node over a network that loses requests and answers. */
  async #send(life: Life, command: Command, cause: Cause): Promise<Result<Outcome, Status>> {
    const { faults, acknowledged, clock } = this.#parts
    clock.touch()
    const lost = () => life.gate(clock.sleep(50).then(() => ({ ok: false as const, error: serviceUnavailable('no answer') })))
    const plane = this.#plane()
    if (!plane || faults.happens('lostRequest')) return lost()
    if (command.verb === 'create' && command.subresource === 'token') return ok(this.#token(command.object))
    const answer = await life.ask(() => plane.send(`system:node:${this.name}`, command, cause))
    if (answer.ok) acknowledged(command, answer.value)
    if (this.partitioned || faults.happens('lostAnswer')) return lost()
    return overTheWire(answer)
  }

  /** The API's TokenRequest, without its signature. */
  #token(object: KubeObject): Outcome {
    const expirationTimestamp = timeText(this.#parts.clock.now() + 3_600_000)
    const status = { token: 'token', expirationTimestamp }
    return { object: { ...object, status } as KubeObject, revision: 0 }
  }
}

/** Docker as one process reaches it. */
function engineOf(docker: FakeDocker, life: Life, clock: SimClock): Engine {
  type Call = (...args: unknown[]) => Promise<unknown>
  const gated = <T extends object>(calls: T): T =>
    Object.fromEntries(
      Object.entries(calls).map(([name, call]) => [
        name,
        typeof call === 'function'
          ? (...args: unknown[]) => {
              clock.touch()
              return life.ask(() => (call as Call)(...args))
            }
          : call,
      ]),
    ) as T
  const { containers, images, networks, volumes, execs, events, ping, version, info, endpoint, close } = docker
  return {
    endpoint,
    ...gated({ events, ping, version, info, close }),
    containers: gated(containers),
    images: gated(images),
    networks: gated(networks),
    volumes: gated(volumes),
    execs: gated(execs),
  }
}

const NETWORK = 'klio-sim'

const GIB = 1024 ** 3

const machineOf = (name: string): Machine => ({
  hostname: name, machineId: name, systemUuid: name, bootId: name, kernelVersion: '6.0.0',
  osImage: 'Simulated', architecture: 'amd64', cpus: 32, memoryBytes: 64 * GIB,
  memoryAvailableBytes: 60 * GIB, swapBytes: 0, diskBytes: 500 * GIB, diskAvailableBytes: 400 * GIB,
  pidMax: 4_194_304, processes: 100,
})
