import { setImmediate as nextTurn } from 'node:timers/promises'
import { backoffMs } from '../../base/backoff.ts'
import type { Clock } from '../../base/clock.ts'
import { PROXY_PLANNED_AT_ONCE, PROXY_REPAIR_MS, PROXY_RETRY_MS, PROXY_RETRY_MS_MAX } from '../../base/limits.ts'
import type { Log } from '../../base/log.ts'
import { err, ok, type Result } from '../../base/result.ts'
import type { ViewSource } from '../../reconcilers/runtime/ports.ts'
import type { Applier } from './applier.ts'
import { serveHealthChecks, type HealthChecks } from './health-check.ts'
import { openApplier, prepareMachine, type ProxyMode } from './open-applier.ts'
import { ruleBook, type RuleBook } from './rule-book.ts'
import type { Frontend, NodeFacts, RuleChange } from './rules.ts'
import { PROXY_RESOURCES, ServiceIndex } from './service-index.ts'
import { whatIsThere } from '../what-is-there.ts'

/** What a proxy is made from. */
export interface ProxyOptions {
  readonly source: ViewSource
  readonly clock: Clock
  readonly log: Log
  readonly clusterUid: string
  readonly facts: NodeFacts
  /** Interface of the node's pod network on this machine. */
  readonly bridge?: string
  /** Frontends that stand until a Service claims them: the cluster DNS. */
  readonly builtIn?: readonly Frontend[]
  readonly mode?: ProxyMode
  /** Where the userspace forwarder listens for node ports; all addresses by default. */
  readonly nodePortHost?: string
}

/** A running proxy. */
export interface Proxy {
  /** How traffic is carried, for people. */
  readonly way: string
  /** Whether everything known when it started is in force. */
  ready(): boolean
  /** What does not work and what to do about it. */
  problem(): string | undefined
  /** Resolves when all changes heard of so far are in force. */
  settled(): Promise<void>
  /** Stops following. What the kernel holds goes on serving; `removeProxy` takes it away. */
  close(): Promise<void>
}

/** Starts the Service proxy of this node; resolves when it follows, which is before it is ready. */
export async function startProxy(options: ProxyOptions): Promise<Result<Proxy, string>> {
  const { bridge, clusterUid, facts, log, mode = 'auto', nodePortHost = '0.0.0.0' } = options
  const opened = await openApplier({ clusterUid, facts, bridge, mode, nodePortHost, log })
  if (!opened.ok) return err(opened.error)
  if (opened.value.limits) log.warn(opened.value.limits)
  return ok(new RunningProxy(options, opened.value.applier, opened.value.limits))
}

class RunningProxy implements Proxy {
  readonly way: string
  readonly #options: ProxyOptions
  readonly #applier: Applier
  readonly #limits: string | undefined
  readonly #index = new ServiceIndex()
  readonly #book: RuleBook
  readonly #health: HealthChecks
  readonly #stop = new AbortController()
  readonly #loop: Promise<void>
  #unsubscribe: () => void = () => {}
  #wake: () => void = () => {}
  #waiters: (() => void)[] = []
  #problem: string | undefined
  #loaded = false
  #failures = 0
  #repairAtMs = 0

  constructor(options: ProxyOptions, applier: Applier, limits: string | undefined) {
    this.way = applier.way
    this.#options = options
    this.#applier = applier
    this.#limits = limits
    this.#book = ruleBook(options.builtIn)
    this.#health = serveHealthChecks(() => this.#problem === undefined, options.log)
    this.#loop = this.#run()
  }

  ready(): boolean {
    return this.#loaded && this.#problem === undefined
  }

  problem(): string | undefined {
    return this.#problem ?? this.#limits
  }

  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve)
      this.#wake()
    })
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.#unsubscribe()
    this.#wake()
    await this.#loop
    this.#release()
    await this.#health.close()
    await this.#applier.close()
  }

  async #run(): Promise<void> {
    const { clock, source } = this.#options
    const { signal } = this.#stop
    await source.synced(signal)
    if (signal.aborted) return
    this.#follow()
    while (!signal.aborted) {
      if (this.#loaded && !this.#index.isDirty && clock.monotonicMs() < this.#repairAtMs) {
        this.#release()
        await this.#rest()
        continue
      }
      const changes = await this.#plan()
      const problem = await this.#carryOut(changes)
      if (signal.aborted) return
      this.#tell(problem)
      if (problem === undefined) continue
      const pauseMs = backoffMs({ baseMs: PROXY_RETRY_MS, maxMs: PROXY_RETRY_MS_MAX }, this.#failures++)
      await clock.sleep(pauseMs, signal)
    }
  }

  #follow(): void {
    const { source } = this.#options
    this.#unsubscribe = source.subscribe([...PROXY_RESOURCES], (changes) => {
      for (const change of changes) this.#index.hear(change)
      this.#wake()
    })
    for (const resource of PROXY_RESOURCES)
      for (const change of whatIsThere(source, resource)) this.#index.hear(change)
  }

  /** Until something changes or the repair is due. */
  async #rest(): Promise<void> {
    const { clock } = this.#options
    const woken = Promise.withResolvers<void>()
    const resting = new AbortController()
    this.#wake = () => resting.abort()
    void clock.sleep(Math.max(1, this.#repairAtMs - clock.monotonicMs()), resting.signal).then(woken.resolve)
    await woken.promise
    this.#wake = () => {}
  }

  /** The steps of all Services that changed. Others get their turn between pieces. */
  async #plan(): Promise<RuleChange[]> {
    const merged = new Map<string, RuleChange>()
    for (;;) {
      const keys = this.#index.take(PROXY_PLANNED_AT_ONCE)
      for (const key of keys) {
        const rules = this.#index.plan(key, this.#options.source.view, this.#options.facts)
        for (const change of this.#book.put(key, rules)) {
          const known = merged.get(change.key)
          merged.set(change.key, known ? { ...change, before: known.before } : change)
        }
      }
      if (keys.length < PROXY_PLANNED_AT_ONCE) return [...merged.values()]
      await nextTurn()
    }
  }

  /** Gives what went wrong. After an error everything is loaded anew. */
  async #carryOut(changes: readonly RuleChange[]): Promise<string | undefined> {
    const { clock } = this.#options
    const local = this.#book.localAddresses()
    this.#health.set(this.#book.healthPorts())
    if (this.#loaded && clock.monotonicMs() < this.#repairAtMs) {
      // Also without a step: a pod that is an endpoint again may have come with a new port of the bridge.
      const applied = await this.#applier.apply(changes, local)
      if (!applied.ok) this.#loaded = false
      return applied.ok ? undefined : applied.error
    }
    return this.#repair(changes, local)
  }

  /** At start, after an error, and now and then: someone may have flushed the kernel's rules. */
  async #repair(changes: readonly RuleChange[], local: Iterable<string>): Promise<string | undefined> {
    const { clock, clusterUid, facts } = this.#options
    if (this.way !== 'userspace') {
      const prepared = await prepareMachine({ clusterUid, facts })
      if (!prepared.ok) return prepared.error
    }
    const stands = this.#loaded && (await this.#applier.intact())
    const done = stands ? await this.#applier.apply(changes, local) : await this.#applier.load(this.#book.rules, local)
    this.#loaded = done.ok
    if (!done.ok) return done.error
    this.#repairAtMs = clock.monotonicMs() + PROXY_REPAIR_MS
    return undefined
  }

  #tell(problem: string | undefined): void {
    const before = this.#problem
    this.#problem = problem
    if (problem === undefined) this.#failures = 0
    if (problem !== undefined && problem !== before)
      this.#options.log.error('Services are not in force; trying again', { way: this.way, problem })
    if (problem === undefined && before !== undefined) this.#options.log.info('Services are in force again', { way: this.way })
  }

  #release(): void {
    for (const resolve of this.#waiters.splice(0)) resolve()
  }
}
