import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log as Logger } from '../../src/base/log.ts'
import { mainLog } from '../../src/events/log-id.ts'
import { memoryLockDomain } from '../../src/events/memory-lock.ts'
import { type MemoryLog, memoryLog } from '../../src/events/memory-log.ts'
import type { Command } from '../../src/commands/command.ts'
import type { Identity } from '../../src/identity.ts'
import type { Outcome } from '../../src/reconcilers/runtime/ports.ts'
import type { Arrivals } from '../../src/reconcilers/runtime/local.ts'
import { SimClock } from './clock.ts'
import { Faults } from './faults.ts'
import { Invariants, stepText, Violation } from './invariants.ts'
import { Outages } from './outages.ts'
import { Plane, type PlaneGround } from './plane.ts'
import { randomOf } from './random.ts'
import { unsettled } from './settled.ts'
import { SimNode } from './sim-node.ts'
import { Workload } from './workload.ts'

const MINUTE_MS = 60_000
/** User actions and outages of one seed: many short histories find more than few long ones. */
const TURNS_MIN = 15
const TURNS_MORE = 35
/** Virtual time between them, at most; one of these for each seed. The longest leaves time for evictions. */
const PAUSES_MS = [4_000, 12_000, 12_000, 60_000] as const
/** Longest time to come to rest: image and crash back-offs (5 min), evictions (5 min), token and relist loops. */
const SETTLE_MINUTES_MAX = 45
/** How long nothing may happen at the end. */
const REST_MINUTES = 10
const TRACE_LINES = 60
/** Share of seeds whose controllers read a follower's view. */
const BEHIND_SHARE = 0.15
const QUIET = 'a cluster at rest writes nothing'

const identity: Identity = {
  name: 'sim',
  uid: '00000000-0000-4000-8000-000000000000',
  podCidr: '10.1.0.0/16',
  serviceCidr: '10.2.0.0/24',
  loadBalancerCidr: '10.3.0.0/24',
  port: 6443,
  nodeName: 'node-1',
  adminToken: '',
  nodeToken: '',
  createdAt: '',
}

/** What one seed came to. */
export interface SimResult {
  readonly seed: number
  readonly revisions: number
  /** Chain hash of the log: equal runs have equal ones. */
  readonly hash: string
  readonly steps: number
  readonly virtualMs: number
  /** What went wrong, with what happened last; undefined when nothing did. */
  readonly failure: string | undefined
}

/** Runs one seed from an empty log to rest, held to every invariant after every step. */
export async function simulate(seed: number): Promise<SimResult> {
  const cluster = new SimCluster(seed)
  let failure: string | undefined
  try {
    await cluster.run()
  } catch (error) {
    failure = cluster.report(error)
  } finally {
    rmSync(cluster.stateDir, { recursive: true, force: true })
  }
  const { hash } = await cluster.log.head()
  const { clock, invariants } = cluster
  clock.close()
  return {
    seed,
    revisions: invariants.fold.revision,
    hash: Buffer.from(hash).toString('hex'),
    steps: clock.steps,
    virtualMs: clock.monotonicMs(),
    failure,
  }
}

/**
 * klio in one process: control plane, nodes, users and faults on one clock and one seed. Nothing in it
 * reads the machine's time, chance or network.
 */
export class SimCluster {
  readonly clock = new SimClock()
  readonly invariants = new Invariants()
  readonly stateDir = mkdtempSync(join(tmpdir(), 'klio-sim-'))
  readonly log: MemoryLog
  readonly nodes: readonly SimNode[]
  readonly #seed: number
  readonly #faults: Faults
  readonly #workload: Workload
  readonly #outages: Outages
  readonly #ground: PlaneGround
  readonly #locks = memoryLockDomain()
  readonly #trace: string[] = []
  readonly #bugs: string[] = []
  #plane: Plane
  #planes = 0

  constructor(seed: number) {
    const random = randomOf(seed)
    this.#seed = seed
    this.#faults = new Faults(random.fork('faults'), this.clock)
    this.log = memoryLog(mainLog('sim'), {
      beforeAppend: () => {
        this.clock.touch()
        return this.#faults.append()
      },
      beforeHead: () => this.#faults.head(),
    })
    this.#ground = {
      log: this.log, locks: this.#locks, clock: this.clock, identity,
      arrivals: arrivalsOf(this.clock), logger: this.#logger(), faults: this.#faults,
      behind: process.env['BEHIND'] ? true : random.fork('behind').chance(BEHIND_SHARE),
    }
    this.#plane = this.startPlane()
    const shared = {
      plane: () => (this.#plane.up ? this.#plane : undefined),
      acknowledged: (command: Command, outcome: Outcome) => this.invariants.acknowledged(command, outcome),
    }
    const warm = random.chance(0.5)
    this.nodes = ['node-1', 'node-2'].map(
      (name, i) =>
        new SimNode({
          ...shared, name, number: i + 1, seed, clock: this.clock, faults: this.#faults,
          clusterUid: identity.uid, stateDir: this.stateDir, warm,
        }),
    )
    const trace = (text: string) => this.trace(text)
    this.#workload = new Workload({ ...shared, random: random.fork('users'), now: () => this.clock.now(), trace })
    this.#outages = new Outages(random.fork('outages'), this, trace)
  }

  get plane(): Plane {
    return this.#plane
  }

  /** Another control plane starts; it leads as soon as it gets the lock. */
  startPlane(): Plane {
    this.#plane = new Plane(this.#ground, `plane-${++this.#planes}`)
    return this.#plane
  }

  /** The log's server ends the session of a holder that gives no sign of life. */
  endSession(): void {
    this.#locks.break()
  }

  trace(text: string): void {
    this.#trace.push(`${(this.clock.monotonicMs() / 1000).toFixed(3).padStart(9)} ${text}`)
    if (this.#trace.length > 4 * TRACE_LINES) this.#trace.splice(0, this.#trace.length - TRACE_LINES)
  }

  async run(): Promise<void> {
    const random = randomOf(this.#seed).fork('turns')
    const pauseMs = random.pick(PAUSES_MS)
    const turns = TURNS_MIN + random.below(TURNS_MORE)
    await this.#pass(5_000)
    for (let turn = 0; turn < turns; turn++) {
      if (random.chance(0.7)) this.#workload.act()
      else this.#outages.strike()
      // Often several things at once, sometimes a long rest.
      await this.#pass(random.chance(0.3) ? random.below(50) : random.below(pauseMs))
    }
    this.trace('all faults end')
    this.#faults.on = false
    this.#outages.heal()
    await this.#settle()
    await this.#rest()
  }

  /** The message of a failure: its seed, and what happened last. */
  report(error: unknown): string {
    const text = error instanceof Violation ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)
    const again = `SEED=${this.#seed} bun test test/sim/cluster.test.ts`
    return [text, `seed ${this.#seed}: ${again}`, ...this.#trace.slice(-TRACE_LINES)].join('\n')
  }

  /** Lets virtual time pass, and looks after every step. */
  async #pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms
    await this.clock.settle()
    await this.#look()
    while (await this.clock.step(until)) await this.#look()
  }

  async #look(): Promise<void> {
    const { fold } = this.invariants
    const events = await this.log.after(fold.revision, 1_000_000)
    for (const event of events) this.trace(stepText(event))
    this.invariants.see(events)
    if (this.#plane.core) this.invariants.compare(this.#plane.core.view)
    for (const node of this.nodes) this.invariants.checkNode(node)
    if (this.#bugs.length > 0) throw new Violation('nothing throws', this.#bugs[0]!)
  }

  async #settle(): Promise<void> {
    let gaps: string[] = []
    for (let minute = 0; minute < SETTLE_MINUTES_MAX; minute++) {
      const repaired = this.#workload.repair()
      await this.#pass(MINUTE_MS)
      gaps = repaired && this.#workload.pending === 0 ? unsettled(this.invariants.fold, this.nodes) : ['users still repair']
      if (gaps.length === 0) return
    }
    throw new Violation('the cluster comes to rest', `after ${SETTLE_MINUTES_MAX} minutes: ${gaps.slice(0, 8).join('; ')}`)
  }

  /** Ten minutes in which only signs of life are written. */
  async #rest(): Promise<void> {
    const from = this.clock.now() * 1000
    await this.#pass(REST_MINUTES * MINUTE_MS)
    for (const view of [this.#plane.core!.view, this.#plane.seen!]) {
      if (view.revision !== this.invariants.fold.revision) throw new Violation('every view reaches the end of the log', `${view.revision}`)
      this.invariants.compareAll(view)
    }
    const requests = await this.log.requests({ after: from, limit: 1_000_000 })
    const more = requests.filter(({ user, resource, subresource, verb }) => {
      if (user.endsWith(':event-ttl-controller')) return false
      if (!user.startsWith('system:node:')) return true
      return !(resource.startsWith('leases.') || (resource === 'nodes' && subresource === 'status' && verb === 'patch'))
    })
    const signs = requests.filter(({ resource }) => resource === 'nodes').length
    if (signs > 2 * this.nodes.length + 2) throw new Violation(QUIET, `${signs} reports of nodes`)
    if (more.length === 0) return
    const texts = more.slice(0, 8).map(({ user, verb, path, code }) => `${user} ${verb} ${path} ${code}`)
    throw new Violation(QUIET, `${more.length} requests: ${texts.join('; ')}`)
  }

  #logger(): Logger {
    const logger: Logger = {
      debug() {},
      info() {},
      warn: (message, fields) => this.trace(`${message} ${JSON.stringify(fields ?? {}).slice(0, 200)}`),
      error: (message, fields) => void this.#bugs.push(`${message} ${Bun.inspect(fields)}`),
      with: () => logger,
    }
    return logger
  }
}

/** Request ids in order, times from the simulated clock. */
function arrivalsOf(clock: SimClock): Arrivals {
  let count = 0
  return { id: () => `request-${String(++count).padStart(9, '0')}`, micros: () => clock.now() * 1000 }
}
