import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../base/clock.ts'
import { PLAN_COMMANDS_IN_FLIGHT_MAX, RECONCILE_SLICE_MS, RECONCILE_SLOW_MS } from '../../base/limits.ts'
import type { Cause } from '../../events/log-event.ts'
import type { View, ViewChange } from '../../projections/view.ts'
import { applyPlan, type Applied } from './apply-plan.ts'
import { paidFor, UNBOUNDED, untilAllowed, type Budget } from './budget.ts'
import { causeOf } from './cause.ts'
import { Lane } from './lane.ts'
import { PendingChanges, type PendingChange } from './pending-changes.ts'
import type { CommandSink, ViewSource } from './ports.ts'
import { plainRefusal } from './plain-refusal.ts'
import type { Recorder } from './recorder.ts'
import type { Note, Plan, Reconciler, Watch } from './reconciler.ts'

/** Something the operator should know of: a bug in a decision, or one that held the event loop. */
export type RunnerProblem =
  | {
      readonly problem: 'bug'
      readonly component: string
      readonly key: string
      readonly error: unknown
      readonly view: number
    }
  | {
      readonly problem: 'slow'
      readonly component: string
      readonly key: string
      readonly ms: number
    }

/** What a runner stands on. */
export interface RunnerOptions {
  readonly source: ViewSource
  /** The sink that sends as this Kubernetes user. */
  readonly sinkOf: (user: string) => CommandSink
  readonly recorder: Recorder
  readonly clock: Clock
  readonly budget?: Budget
  readonly build?: string
  readonly report: (problem: RunnerProblem) => void
}

/**
 * Runs reconcilers over one view: changes to keys, keys to plans, plans to commands. All decisions
 * are made on this thread in slices of RECONCILE_SLICE_MS; only the sending waits.
 */
export class Runner {
  readonly #options: RunnerOptions
  readonly #budget: Budget
  readonly #lanes: readonly Lane[]
  readonly #watchers = new Map<string, { lane: Lane; watch: Pick<Watch, 'keysOf'> }[]>()
  readonly #everyone = new Map<string, { lane: Lane; watch: Pick<Watch, 'keysOf'> }[]>()
  readonly #pending = new PendingChanges()
  readonly #running = new Set<Promise<void>>()
  #unsubscribe: () => void = () => {}
  #wake: () => void = () => {}
  /** Somebody looks at resources that nobody names. */
  #anything = false
  #turn = 0
  #closed = false
  #loop: Promise<void> = Promise.resolve()

  constructor(options: RunnerOptions, reconcilers: readonly Reconciler[]) {
    this.#options = options
    this.#budget = options.budget ?? UNBOUNDED
    const sinkOf = (user: string) => paidFor(options.sinkOf(user), this.#budget, options.clock)
    this.#lanes = reconcilers.map(
      (each) => new Lane(each, sinkOf(each.user), options.clock, () => this.#wake()),
    )
    this.#anything = reconcilers.some(({ others }) => others !== undefined)
    for (const lane of this.#lanes)
      for (const watch of lane.reconciler.watches) {
        const watchers = this.#watchers.get(watch.resource) ?? []
        this.#watchers.set(watch.resource, [...watchers, { lane, watch }])
      }
  }

  /** Who looks at a resource; found when it is first met. */
  #watchersOf(resource: string): { lane: Lane; watch: Pick<Watch, 'keysOf'> }[] {
    if (!this.#anything) return this.#watchers.get(resource) ?? []
    const known = this.#everyone.get(resource)
    if (known) return known
    const named = this.#watchers.get(resource) ?? []
    const others = this.#lanes.flatMap((lane) => {
      const { others: keysOf, watches } = lane.reconciler
      return keysOf && !watches.some((watch) => watch.resource === resource) ? [{ lane, watch: { keysOf } }] : []
    })
    const all = [...named, ...others]
    this.#everyone.set(resource, all)
    return all
  }

  /** Waits for the source, looks at all there is, and follows from there until `close`. */
  async start(signal: AbortSignal): Promise<void> {
    const { source } = this.#options
    await source.synced(signal)
    if (signal.aborted || this.#closed) return
    const named = [...this.#watchers.keys()]
    const resources = this.#anything ? [...new Set([...named, ...(source.resources?.() ?? [])])] : named
    this.#unsubscribe = source.subscribe(this.#anything ? undefined : resources, (changes) => this.#heard(changes))
    for (const resource of resources) await this.#seed(resource)
    if (this.#closed) return
    for (const lane of this.#lanes)
      for (const key of lane.reconciler.startKeys ?? []) lane.dirty(key, [])
    this.#loop = this.#run()
  }

  /** Nothing to look at, nothing being sent; delayed keys may wait. */
  get isIdle(): boolean {
    return this.#pending.size === 0 && this.#lanes.every((lane) => lane.isIdle)
  }

  /** Makes a key dirty from outside: a repair loop, a person. Unknown names are ignored. */
  requeue(reconciler: string, key: string): void {
    this.#lanes.find((lane) => lane.reconciler.name === reconciler)?.dirty(key, [])
  }

  /** Stops deciding, and waits for what is being sent. */
  async close(): Promise<void> {
    this.#closed = true
    this.#unsubscribe()
    this.#pending.clear()
    for (const lane of this.#lanes) lane.close()
    this.#wake()
    await this.#loop
    await Promise.all(this.#running)
    await Promise.all(this.#lanes.map((lane) => lane.notes.settled()))
  }

  /** All there is of a resource is new to us; changes that came meanwhile stay on top of it. */
  async #seed(resource: string): Promise<void> {
    const { clock, source } = this.#options
    let startedMs = clock.monotonicMs()
    for (const change of whatIsThere(source, resource)) {
      this.#pending.add(change, [])
      if (clock.monotonicMs() - startedMs < RECONCILE_SLICE_MS) continue
      await nextTurn()
      startedMs = clock.monotonicMs()
    }
  }

  #heard(changes: readonly ViewChange[]): void {
    if (this.#closed) return
    for (const change of changes) this.#pending.add(change)
    for (const lane of this.#lanes) lane.unpark()
    this.#wake()
  }

  async #run(): Promise<void> {
    const { clock } = this.#options
    while (!this.#closed) {
      if (!this.#hasWork()) {
        await new Promise<void>((resolve) => (this.#wake = resolve))
        this.#wake = () => {}
        continue
      }
      await untilAllowed(this.#budget, clock, () => this.#closed)
      const startedMs = clock.monotonicMs()
      while (!this.#closed && this.#step() && clock.monotonicMs() - startedMs < RECONCILE_SLICE_MS);
      this.#budget.spent?.(clock.monotonicMs() - startedMs, 0)
      await nextTurn()
    }
  }

  #hasWork(): boolean {
    if (this.#pending.size > 0) return true
    return this.#lanes.some((lane) => lane.queue.length > 0 && lane.hasFreeWorker)
  }

  /** One change mapped to its keys, or one key decided. False when there is nothing to do. */
  #step(): boolean {
    const pending = this.#pending.take()
    if (pending) {
      this.#map(pending)
      return true
    }
    const { view } = this.#options.source
    for (let tried = 0; tried < this.#lanes.length; tried++) {
      const lane = this.#lanes[this.#turn++ % this.#lanes.length]!
      const key = lane.hasFreeWorker ? lane.take(view.revision) : undefined
      if (key === undefined) continue
      this.#decide(lane, key, view)
      return true
    }
    return false
  }

  #map({ change, revisions }: PendingChange): void {
    const { source, report } = this.#options
    for (const { lane, watch } of this.#watchersOf(change.resource)) {
      try {
        for (const key of watch.keysOf(change, source.view)) lane.dirty(key, revisions)
      } catch (error) {
        const key = `${change.namespace}/${change.name}`
        const component = lane.reconciler.name
        report({ problem: 'bug', component, key, error, view: source.view.revision })
      }
    }
  }

  #decide(lane: Lane, key: string, view: View): void {
    const { clock, build, report } = this.#options
    const { reconciler } = lane
    const component = reconciler.name
    const now = clock.now()
    const cause = causeOf(component, key, lane.trigger(key), { view: view.revision, now, build })
    const startedMs = clock.monotonicMs()
    let plan: Plan
    try {
      plan = reconciler.reconcile(key, view, now)
    } catch (error) {
      report({ problem: 'bug', component, key, error, view: view.revision })
      return lane.retry(key, 'bug')
    }
    const ms = clock.monotonicMs() - startedMs
    if (ms > RECONCILE_SLOW_MS) report({ problem: 'slow', component, key, ms })
    if (plan.commands.length === 0 && (plan.notes?.length ?? 0) === 0)
      return lane.settled(key, plan.requeueAfterMs)
    this.#track(this.#carryOut(lane, key, plan, cause))
  }

  #track(work: Promise<void>): void {
    const kept: Promise<void> = work.finally(() => {
      this.#running.delete(kept)
      this.#wake()
    })
    this.#running.add(kept)
  }

  async #carryOut(lane: Lane, key: string, plan: Plan, cause: Cause): Promise<void> {
    const { report, source } = this.#options
    try {
      const applied = await this.#send(lane, plan, cause)
      const revision = await this.#follow(lane, key, plan, applied, cause)
      lane.wrote(key, revision, source.view.revision)
      const verdict = applied.refusal?.verdict
      // What was not sent is decided again at the next start: plans are made from what is there.
      if (verdict === undefined) return lane.settled(key, plan.requeueAfterMs)
      if (verdict === 'ending' || verdict === 'gone') return lane.settled(key, undefined)
      lane.retry(key, verdict)
    } catch (error) {
      const view = source.view.revision
      report({ problem: 'bug', component: lane.reconciler.name, key, error, view })
      lane.retry(key, 'bug')
    }
  }

  #send(lane: Lane, plan: Plan, cause: Cause): Promise<Applied> {
    return applyPlan(plan.commands, {
      send: (command) => lane.sink.send(command, { ...cause, note: command.why }),
      gate: this.#gate,
      independent: plan.independent ?? false,
      atOnce: this.#atOnce,
    })
  }

  /** Opens when clients leave room for so many writes; stays shut once the runner closes. */
  readonly #gate = async (next: number): Promise<boolean> => {
    await untilAllowed(this.#budget, this.#options.clock, () => this.#closed)
    this.#budget.spent?.(0, next)
    return !this.#closed
  }

  readonly #atOnce = (): number => this.#budget.commandsAtOnce?.() ?? PLAN_COMMANDS_IN_FLIGHT_MAX

  /**
   * What comes after the commands: their Events, which are written beside what comes next, and what
   * a refusal leads to. Answers the highest revision of a command.
   */
  async #follow(
    lane: Lane,
    key: string,
    plan: Plan,
    applied: Applied,
    cause: Cause,
  ): Promise<number> {
    const { reconciler } = lane
    const notes: Note[] = applied.accepted.flatMap(({ command, outcome }) => [
      ...(reconciler.accepted?.(command, outcome.object) ?? []),
    ])
    let revision = applied.revision
    if (applied.refusal?.verdict === 'final') {
      const { clock, source } = this.#options
      const { view } = source
      const refused = reconciler.refused ?? plainRefusal(reconciler)
      const after = refused(key, applied.refusal, view, clock.now())
      notes.push(...(after.notes ?? []))
      revision = Math.max(revision, (await this.#send(lane, after, cause)).revision)
    } else if (!applied.refusal) notes.push(...(plan.notes ?? []))
    if (notes.length > 0) {
      const component = reconciler.name
      const from = { component, sink: lane.sink, cause, gate: this.#gate, atOnce: this.#atOnce }
      await lane.notes.begin(key, () => this.#options.recorder.record(notes, from))
    }
    return revision
  }
}

function whatIsThere(source: ViewSource, resource: string): Iterable<ViewChange> {
  if (source.current) return source.current(resource)
  return source.view.list(resource).map((object) => ({
    resource,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name ?? '',
    revision: Number(object.metadata.resourceVersion ?? 0),
    before: () => undefined,
    after: () => object,
  }))
}
