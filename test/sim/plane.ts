import { err, type Result } from '../../src/base/result.ts'
import type { Log as Logger } from '../../src/base/log.ts'
import type { Command } from '../../src/commands/command.ts'
import { openCore, type Core } from '../../src/control-plane.ts'
import type { Cause } from '../../src/events/log-event.ts'
import type { LeaderLock } from '../../src/events/leader-lock.ts'
import type { MemoryLockDomain } from '../../src/events/memory-lock.ts'
import type { MemoryLog } from '../../src/events/memory-log.ts'
import type { Identity } from '../../src/identity.ts'
import { serviceUnavailable, type Status } from '../../src/meta/status.ts'
import type { LiveView } from '../../src/projections/live-view.ts'
import { UNBOUNDED } from '../../src/reconcilers/runtime/budget.ts'
import { type Arrivals, localSink } from '../../src/reconcilers/runtime/local.ts'
import type { Outcome } from '../../src/reconcilers/runtime/ports.ts'
import type { Runner } from '../../src/reconcilers/runtime/runner.ts'
import { scheduler } from '../../src/reconcilers/scheduler/reconcile.ts'
import { SchedulerIndex } from '../../src/reconcilers/scheduler/scheduler-index.ts'
import { controllersOf, runLocally } from '../../src/run-controllers.ts'
import type { SimClock } from './clock.ts'
import type { Faults } from './faults.ts'
import { followLog } from './follower.ts'
import { Life } from './life.ts'

/** What control planes of one cluster share. */
export interface PlaneGround {
  readonly log: MemoryLog
  readonly locks: MemoryLockDomain
  readonly clock: SimClock
  readonly identity: Identity
  readonly arrivals: Arrivals
  readonly logger: Logger
  readonly faults: Faults
  /** Controllers and scheduler read a follower's view, which is behind the writer's. */
  readonly behind: boolean
}

const away = (): Result<never, Status> => err(serviceUnavailable('connection refused'))

/**
 * One run of klio's process: log, view, commands, all controllers and the scheduler, wired as
 * run-cluster.ts wires them. Ended without warning, as by kill -9.
 */
export class Plane {
  readonly name: string
  readonly life = new Life()
  core: Core | undefined
  /** What controllers and scheduler read. */
  seen: LiveView | undefined
  #runner: Runner | undefined
  readonly #ground: PlaneGround
  readonly #dead = new AbortController()
  readonly #lock: LeaderLock

  constructor(ground: PlaneGround, name: string) {
    this.#ground = ground
    this.name = name
    this.#lock = ground.locks.lock(name)
    void this.#start()
  }

  /** Serves requests. */
  get up(): boolean {
    return this.life.alive && !this.life.frozen && this.#runner !== undefined
  }

  /** Ends without a word. Its session with the log ends too, and with it its claim to the lock. */
  kill(): void {
    this.life.end()
    this.#dead.abort()
    void this.#lock.release()
  }

  /** Controllers and scheduler have nothing to do. */
  get idle(): boolean {
    return this.#runner?.isIdle ?? false
  }

  /** One request over a connection that breaks when the process ends. */
  async send(user: string, command: Command, cause: Cause): Promise<Result<Outcome, Status>> {
    if (!this.life.alive || !this.core) return away()
    const { clock, arrivals } = this.#ground
    const { commands, registry } = this.core
    const sink = localSink({ commands, registry }, user, arrivals)
    clock.touch()
    const answer = this.life.ask(() => sink.send(overTheWire(command), cause))
    const settled = await Promise.race([answer, this.life.ended.then(away)])
    clock.touch()
    return settled
  }

  async #start(): Promise<void> {
    const { life } = this
    const { log, clock, identity, arrivals, logger, faults, behind } = this.#ground
    const own = clock.scoped(life)
    const { signal } = new AbortController()
    const opened = {
      log: logOf(log, life), lock: lockOf(this.#lock, this.#dead.signal), clock: own, logger, identity,
      idKey: new Uint8Array(32), signal, micros: arrivals.micros,
    }
    // Without its log klio ends; a supervisor starts it again.
    let core = await openCore(opened).catch(() => undefined)
    for (; !core; core = await openCore(opened).catch(() => undefined)) await own.sleep(1_000)
    this.core = core
    const view = behind ? await followLog({ log: opened.log, clock, faults, life }) : core.view
    this.seen = view
    const parts = {
      core: { ...core, view },
      identity,
      clock: own,
      logger,
      budget: UNBOUNDED,
      arrivals,
      authority: 'PEM',
      apiAddress: '10.1.0.1',
      apiPort: 6443,
    }
    const runner = runLocally(parts, [...controllersOf(parts), scheduler(new SchedulerIndex())])
    await runner.start(signal)
    this.#runner = runner
    clock.touch()
  }
}

/** The log as one process reaches it: what was sent happens, its answer may find nobody. */
function logOf(log: MemoryLog, life: Life): MemoryLog {
  return {
    ...log,
    head: () => life.ask(() => log.head()),
    append: (batch) => life.ask(() => log.append(batch)),
    after: (revision, limit) => life.ask(() => log.after(revision, limit)),
    requests: (filter) => life.ask(() => log.requests(filter)),
  }
}

/** The lock as one process reaches it: the dead wait for nothing. */
const lockOf = (lock: LeaderLock, dead: AbortSignal): LeaderLock => ({
  ...lock,
  acquire(signal, waitsFor) {
    // Not AbortSignal.any: Bun keeps those that have listeners for ever, with all they reach.
    const either = new AbortController()
    for (const one of [signal, dead]) one.addEventListener('abort', () => either.abort(), { once: true })
    return lock.acquire(either.signal, waitsFor)
  },
})

/** What JSON makes of a body: nothing is shared between client and server. */
export const overTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
