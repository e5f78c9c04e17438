import { HISTORY_PAGE, SHADOW_DIFFERENCES_MAX } from '../../base/limits.ts'
import type { Command } from '../../commands/command.ts'
import type { LogEvent, RequestRecord } from '../../events/log-event.ts'
import type { ViewChange } from '../../projections/view.ts'
import type { Reconciler } from '../../reconcilers/runtime/reconciler.ts'
import { diffStates, objectOf } from '../diff-objects.ts'
import type { Decision, Decisions } from './decisions.ts'
import {
  commandText,
  eventText,
  expect,
  takeMatching,
  type DecisionProblem,
  type Expectation,
} from './expectation.ts'
import { EVENTS, isNoted, noteText } from './notes.ts'
import type { ProcessRun, ShadowAnswer, ShadowParts } from './parts.ts'
import { contextOf } from './recorded-context.ts'
import { ShadowWorld } from './world.ts'

/** A shadow replay in progress: the recorded world, today's reconcilers, and what they are expected to have led to. */
export class Shadow {
  readonly #parts: ShadowParts
  readonly #decisions: Decisions
  readonly #world: ShadowWorld
  readonly #open = new Map<Decision, Expectation>()
  readonly #closed: Expectation[] = []
  readonly #skipped: Record<string, number> = {}
  /** The newest decision of each key in this process: the ones before it were carried out whole. */
  #latest = new Map<string, Decision>()
  #interrupted = 0
  /** Time of the newest recorded event, milliseconds. */
  #lastMs = 0
  #runs: readonly ProcessRun[]
  #reconcilers = new Map<string, Reconciler>()

  constructor(parts: ShadowParts, decisions: Decisions) {
    this.#parts = parts
    this.#decisions = decisions
    this.#runs = parts.runs
    this.#world = new ShadowWorld(parts)
    this.#world.onChange((change) => this.#tell(change))
  }

  /** Takes one recorded event: first as the answer to a decision, then as a step of the world. */
  async step(event: LogEvent, request: RequestRecord | undefined): Promise<void> {
    const decision = this.#decisions.byRevision.get(event.revision)
    const expectation = decision && this.#open.get(decision)
    if (expectation) await this.#meet(expectation, event, request)
    this.#world.apply(event)
    this.#lastMs = event.time / 1000
    if (expectation && decision.revisions.at(-1) === event.revision) await this.#close(expectation)
    await this.reached(event.revision)
  }

  /** The world is at this revision: processes that began here begin, decisions that saw it are made again. */
  async reached(revision: number): Promise<void> {
    while (this.#runs[0] && this.#runs[0].revision <= revision) this.#begin(this.#runs[0])
    for (const decision of this.#decisions.byView.get(revision) ?? []) {
      const reconciler = this.#reconcilers.get(decision.component)
      if (!reconciler) {
        this.#skipped[decision.component] = (this.#skipped[decision.component] ?? 0) + 1
        continue
      }
      this.#latest.set(keyOf(decision), decision)
      this.#open.set(decision, this.#decide(reconciler, decision))
    }
  }

  answer(): Omit<ShadowAnswer, 'seconds'> {
    this.#forgiveCutOff()
    const all = [...this.#closed, ...this.#open.values()]
    const count = (problem: DecisionProblem['problem']): number =>
      all.filter(({ problems }) => problems[0]?.problem === problem).length
    const differences = all.flatMap(({ decision: { component, key, view, now }, problems }) =>
      problems.map((problem) => ({ component, key, view, now, ...problem })),
    )
    return {
      decisions: all.length,
      same: all.filter(({ problems }) => problems.length === 0).length,
      different: count('different'),
      missing: count('missing'),
      new: count('new'),
      interrupted: this.#interrupted,
      skipped: this.#skipped,
      differences: differences.slice(0, SHADOW_DIFFERENCES_MAX),
    }
  }

  #begin(run: ProcessRun): void {
    this.#forgiveCutOff()
    this.#latest = new Map()
    this.#runs = this.#runs.slice(1)
    this.#reconcilers = new Map(
      run.reconcilers().map((reconciler) => [reconciler.name, reconciler]),
    )
    const { view } = this.#world
    for (const resource of view.resources())
      for (const object of view.list(resource))
        this.#tell({
          resource,
          namespace: object.metadata.namespace ?? '',
          name: object.metadata.name ?? '',
          revision: Number(object.metadata.resourceVersion),
          before: () => undefined,
          after: () => object,
        })
  }

  /**
   * A process that ended (or a log that is read while it grows) leaves plans half sent: what is not on record of
   * the last moments proves nothing.
   */
  #forgiveCutOff(): void {
    for (const expectation of [...this.#closed, ...this.#open.values()]) {
      const { decision, problems } = expectation
      if (problems.length === 0 || this.#latest.get(keyOf(decision)) !== decision) continue
      if (decision.now < this.#lastMs - CUT_OFF_MS) continue
      if (!problems.every(({ problem }) => problem === 'new')) continue
      problems.length = 0
      this.#interrupted++
    }
  }

  /** Reconcilers hear of changes through their watches: some keep an index by them. */
  #tell(change: ViewChange): void {
    for (const reconciler of this.#reconcilers.values())
      for (const watch of reconciler.watches)
        if (watch.resource === change.resource) watch.keysOf(change, this.#world.view)
  }

  #decide(reconciler: Reconciler, decision: Decision): Expectation {
    try {
      return expect(decision, reconciler.reconcile(decision.key, this.#world.view, decision.now))
    } catch (bug) {
      const failed = expect(decision, { commands: [] })
      failed.problems.push({
        problem: 'different',
        command: 'reconcile',
        message: bug instanceof Error ? bug.message : String(bug),
      })
      return failed
    }
  }

  async #meet(
    expectation: Expectation,
    event: LogEvent,
    request: RequestRecord | undefined,
  ): Promise<void> {
    const command =
      takeMatching(expectation, event) ?? (await this.#afterRefusal(expectation, event))
    if (!command) {
      if (event.resource === EVENTS && isNoted(expectation.notes, event)) return
      const message = event.resource === EVENTS ? noteText(event) : undefined
      expectation.problems.push({
        problem: 'missing',
        revision: event.revision,
        command: eventText(event),
        ...(message && { message }),
      })
      return
    }
    expectation.matched++
    const { decision } = expectation
    const outcome = await this.#world.decide(
      command,
      contextOf(decision, command, event, request),
      { revision: event.revision, time: event.time },
    )
    const problem = outcome.ok
      ? this.#compare(event, outcome.value.bytes, command)
      : {
          problem: 'different' as const,
          revision: event.revision,
          command: commandText(command),
          message: outcome.error.message ?? 'refused',
        }
    if (problem) expectation.problems.push(problem)
    const object = outcome.ok ? outcome.value.object : undefined
    const reconciler = this.#reconcilers.get(decision.component)
    if (object && reconciler?.accepted)
      expectation.notes.push(...reconciler.accepted(command, object))
  }

  /**
   * An event that the plan does not hold may be the answer to a refusal: the refused command is found by
   * deciding what is open again.
   */
  async #afterRefusal(expectation: Expectation, event: LogEvent): Promise<Command | undefined> {
    const { decision, open } = expectation
    const reconciler = this.#reconcilers.get(decision.component)
    const [command] = open
    if (!reconciler || !command) return undefined
    const slot = { revision: event.revision, time: event.time }
    const outcome = await this.#world.decide(
      command,
      contextOf(decision, command, event, undefined),
      slot,
    )
    if (outcome.ok) return undefined
    const plan = this.#parts.refusedPlan(
      reconciler,
      decision.key,
      command,
      outcome.error,
      this.#world.view,
      decision.now,
    )
    if (!plan) return undefined
    // The rest of the plan was not sent after this refusal.
    open.splice(0, open.length, ...plan.commands)
    expectation.notes.push(...(plan.notes ?? []))
    return takeMatching(expectation, event)
  }

  #compare(
    event: LogEvent,
    today: Uint8Array | undefined,
    command: Command,
  ): DecisionProblem | undefined {
    if (today && Buffer.compare(today, event.body) === 0) return undefined
    const definition = this.#parts.registry.byResource(event.resource)
    const decoded = today && objectOf({ ...event, body: today })
    const paths = diffStates(this.#parts.source, definition, objectOf(event), decoded, true)
    return {
      problem: 'different',
      revision: event.revision,
      command: commandText(command),
      paths: paths.map(({ path, before, after }) => ({ path, recorded: before, today: after })),
      ...(paths.length === 0 && {
        message: 'only who manages which field, or the order of fields, differs',
      }),
    }
  }

  /** Everything that was recorded of this decision has been met: what is open now was never recorded. */
  async #close(expectation: Expectation): Promise<void> {
    const { decision, open } = expectation
    this.#open.delete(decision)
    this.#closed.push(expectation)
    for (const command of open) {
      const slot = { revision: this.#world.view.revision + 1, time: decision.now * 1000 }
      const outcome = await this.#world.decide(
        command,
        contextOf(decision, command, undefined, undefined),
        slot,
      )
      // Refused or without effect: then, as now, it left no event.
      if (!outcome.ok || outcome.value.effect === 'unchanged') continue
      if (await this.#wasRefused(decision, command)) break
      expectation.problems.push({ problem: 'new', command: commandText(command) })
    }
  }

  /** A refusal is no event but a request on record; what followed in the plan was not sent then. */
  async #wasRefused(
    { component, now }: Decision,
    { resource, namespace, verb }: Command,
  ): Promise<boolean> {
    const user = this.#reconcilers.get(component)?.user
    const requests = await this.#parts.source.log.requests({
      user,
      resource,
      namespace,
      verb,
      after: now * 1000 - 1,
      before: now * 1000 + REFUSAL_WINDOW_MICROS,
      limit: HISTORY_PAGE,
    })
    return requests.some(({ code }) => code >= 400)
  }
}

/** A command is sent within this time of its decision. */
const REFUSAL_WINDOW_MICROS = 60_000_000

/** How long before the end of a process its decisions may have been cut off. */
const CUT_OFF_MS = 5_000

const keyOf = ({ component, key }: Decision): string => `${component}\0${key}`
