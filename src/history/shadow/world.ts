import { ok, type Result } from '../../base/result.ts'
import type { Accepted } from '../../commands/decided.ts'
import { admissionChain } from '../../commands/admission-chain.ts'
import { Commands } from '../../commands/execute.ts'
import type { AdmissionRule } from '../../commands/environment.ts'
import type { Command } from '../../commands/command.ts'
import type { RequestContext } from '../../commands/request-context.ts'
import type { LogEvent } from '../../events/log-event.ts'
import type { Proposal, Slot, SubmitError } from '../../events/proposal.ts'
import { notFound, type Status } from '../../meta/status.ts'
import { LiveView, viewChange } from '../../projections/live-view.ts'
import { PendingState } from '../../projections/pending-state.ts'
import type { ViewChange } from '../../projections/view.ts'
import type { Registry, Served } from '../../resources/registry.ts'

/** What a world decides with besides the log. */
export interface WorldParts {
  readonly registry: Registry
  readonly admission: (state: PendingState) => AdmissionRule[]
  /** What the sink does with a plan's command before it is decided: a copy in its stored form. */
  readonly prepare: (command: Command, served: Served) => Result<Command, Status>
  /** Seeds ids: with the recorded request's id the same ones come out. */
  readonly idKey: Uint8Array
}

/** What a command would have done: its object's bytes, or the refusal. */
export type Outcome = Result<Accepted, Status>

/**
 * The state at one revision of the past with the writer's own rules on top, so that a command can be decided
 * again exactly where it was decided: same view, same request, same ids. Nothing is kept of what it decides.
 */
export class ShadowWorld {
  readonly view: LiveView
  readonly #registry: Registry
  readonly #prepare: WorldParts['prepare']
  readonly #commands: Commands
  #slot: Slot = { revision: 0, time: 0 }

  constructor({ registry, admission, idKey, prepare }: WorldParts) {
    this.#registry = registry
    this.#prepare = prepare
    this.view = new LiveView((resource) => registry.byResource(resource))
    const state = new PendingState(this.view)
    const sequencer = {
      submit: <T>(proposal: Proposal<T>): Promise<Result<T, SubmitError>> => this.#submit(proposal),
    }
    this.#commands = new Commands(
      { registry, state, admission: admissionChain(admission(state)), idKey },
      sequencer,
      () => this.#slot.time,
    )
  }

  /** Hears of each step, as reconcilers' watches do. */
  onChange(listener: (change: ViewChange) => void): void {
    this.view.onSteps((resource, items) => {
      for (const item of items) listener(viewChange(resource, item))
    })
  }

  /** Moves on by one recorded event. */
  apply(event: LogEvent): void {
    this.view.apply([event])
  }

  /** Decides a command on the present state as if it got this place in the log. */
  async decide(command: Command, context: RequestContext, slot: Slot): Promise<Outcome> {
    const definition = this.#registry.byResource(command.resource)
    if (!definition)
      return { ok: false, error: notFound({ group: '', resource: command.resource }, command.name) }
    const served = definition.served.find(
      ({ group, version }) =>
        command.apiVersion === (group === '' ? version : `${group}/${version}`),
    )
    const version = served ?? definition.served[0]!
    const fresh = this.#prepare(command, { definition, version })
    if (!fresh.ok) return fresh
    this.#slot = slot
    return this.#commands.execute({ command: fresh.value, definition, served: version }, context)
  }

  /** In place of the sequencer: decides, encodes, appends nothing. */
  async #submit<T>(proposal: Proposal<T>): Promise<Result<T, SubmitError>> {
    const verdict = proposal.decide(this.#slot)
    for (const change of verdict.changes) change.encode(this.#slot.revision)
    return ok(verdict.answer)
  }
}
