import { idsFrom, type IdSource } from '../base/ids.ts'
import { err, ok, type Result } from '../base/result.ts'
import { CONSULT_ROUNDS_MAX, REQUEST_TIMEOUT_MS } from '../base/limits.ts'
import type { Change, Micros, RequestRecord } from '../events/log-event.ts'
import type { Sequencer, Slot, SubmitError, Verdict } from '../events/proposal.ts'
import { changedPaths } from '../meta/json-path-set.ts'
import type { Json, JsonObject, KubeObject } from '../meta/object.ts'
import {
  conflict, internalError, MODIFIED, serviceUnavailable, tooManyRequests, type Status,
} from '../meta/status.ts'
import { storageOf, type Facts, type ResourceDefinition, type ServedVersion } from '../resources/define.ts'
import { typeOfVersion } from '../resources/schemas.ts'
import { decideAction, isDryEviction } from './actions.ts'
import { encodeBody } from './body.ts'
import type { Command } from './command.ts'
import { decideCreate } from './create.ts'
import type { Accepted, Decided } from './decided.ts'
import { decideDelete } from './deletion.ts'
import type { Environment, Frame } from './environment.ts'
import type { FieldValidation } from '../meta/decode.ts'
import { Outside, type Consultant } from './outside.ts'
import { decidePatch } from './patch.ts'
import { isComponent, type RequestContext } from './request-context.ts'
import { decideScale } from './scale.ts'
import { decideUpdate } from './update.ts'

/** Most changed paths an event names; beyond it the event says only that there are more. */
const CHANGED_PATHS_MAX = 64

/** A command with the definition it is about, in the version the client speaks. */
export interface Wanted {
  readonly command: Command
  readonly definition: ResourceDefinition
  readonly served: ServedVersion
  readonly fieldValidation?: FieldValidation
  readonly warnings?: readonly string[]
  /** Hears what is to be warned of although the command is refused. */
  readonly onWarnings?: (warnings: readonly string[]) => void
  /** What a patch's text says twice or in vain. */
  readonly doubled?: readonly string[]
  /** The command anew, for a decision that is made again: defaults and admission change the first one's object. */
  readonly again?: () => Command
}

/** An answer that has to be asked for outside before the decision can be made. */
const UNHEARD = 'unheard'

/** One command on its way: how often it was decided, and what webhooks said. */
interface Attempt {
  readonly wanted: Wanted
  readonly context: RequestContext
  tries: number
  readonly outside: Outside | undefined
}

/** The only writer: one pipeline for every kind and every caller (design 3). */
export class Commands {
  readonly environment: Environment
  readonly #sequencer: Pick<Sequencer, 'submit'>
  readonly #now: () => Micros
  readonly #idsOf: (requestId: string) => IdSource

  constructor(environment: Environment, sequencer: Pick<Sequencer, 'submit'>, now: () => Micros) {
    this.environment = environment
    this.#sequencer = sequencer
    this.#now = now
    this.#idsOf = idsFrom(environment.idKey)
  }

  /** Decides, appends, answers. Refusals are Status values and are on record before they leave. */
  async execute(wanted: Wanted, context: RequestContext): Promise<Result<Accepted, Status>> {
    const { consultant } = this.environment
    const concerns = consultant?.concerns(wanted.definition, wanted.served, wanted.command.subresource ?? '')
    const attempt: Attempt = { wanted, context, tries: 0, outside: concerns ? new Outside() : undefined }
    for (let round = 0; round < CONSULT_ROUNDS_MAX; round++) {
      if (attempt.outside) await this.#consult(attempt, consultant!)
      const answer = await this.#sequencer.submit<Decided | typeof UNHEARD>({
        decide: (slot) => this.#verdict(attempt, slot),
      })
      if (!answer.ok) return err(submitStatus(answer.error))
      const decided = answer.value
      if (decided === UNHEARD) continue
      if (decided.ok) return ok(decided)
      if (decided.warnings?.length) wanted.onWarnings?.(decided.warnings)
      return err(decided.status)
    }
    // What webhooks were asked about changed each time before it could be written.
    const { served, definition, command } = wanted
    return err(conflict({ group: served.group, resource: definition.plural }, command.name, MODIFIED))
  }

  /** Asks webhooks until a decision on what is there now needs none; the sequencer goes on meanwhile. */
  async #consult(attempt: Attempt, consultant: Consultant): Promise<void> {
    const outside = attempt.outside!
    for (let asked = 0; asked < CONSULT_ROUNDS_MAX; asked++) {
      this.#decideNext(attempt, { revision: this.environment.state.view.revision + 1, time: this.#now() })
      const question = outside.wanted
      if (!question) return
      outside.keep(question, await consultant.ask(question, outside.earlier))
    }
  }

  /** The next decision of an attempt, on a wish that no earlier one changed. */
  #decideNext(attempt: Attempt, slot: Slot): Decided {
    const { wanted, context, outside } = attempt
    outside?.begin()
    return this.#decide(attempt.tries++ === 0 ? wanted : anew(wanted), context, slot, outside)
  }

  #verdict(attempt: Attempt, slot: Slot): Verdict<Decided | typeof UNHEARD> {
    const { wanted, context, outside } = attempt
    const decided = this.#decideNext(attempt, slot)
    // The state moved on since webhooks were asked: they are asked again, outside.
    if (outside?.wanted) return { changes: [], answer: UNHEARD }
    const change = decided.ok ? this.#change(wanted, context, decided) : undefined
    return {
      changes: change ? [change] : [],
      request: this.#record(wanted, context, decided, change ? slot.revision : 0),
      answer: decided,
    }
  }

  #decide(wanted: Wanted, context: RequestContext, slot: Slot, outside: Outside | undefined): Decided {
    const frame: Frame = {
      environment: this.environment,
      definition: wanted.definition,
      served: wanted.served,
      context,
      facts: this.#facts(context),
      revision: slot.revision,
      warnings: [...(wanted.warnings ?? [])],
      outside,
    }
    try {
      const decided = decide(frame, wanted)
      return decided.ok || frame.warnings.length === 0 ? decided : { ...decided, warnings: frame.warnings }
    } catch (bug) {
      return { ok: false, status: internalError(bug instanceof Error ? bug.message : String(bug)) }
    }
  }

  /** Time and ids come from the request, so that a replay of it decides the same. */
  #facts(context: RequestContext): Facts {
    const ids = this.#idsOf(context.id)
    return {
      now: Math.floor(context.receivedAt / 1000),
      uid: ids.uid,
      suffix: ids.suffix,
      number: ids.number,
      user: context.caller,
    }
  }

  #change(wanted: Wanted, context: RequestContext, decided: Accepted): Change | undefined {
    const { command, definition } = wanted
    if (isDry(command) || decided.effect === 'unchanged') return undefined
    const { metadata } = decided.object
    const before = this.environment.state.get(
      definition.resource, metadata.namespace ?? '', metadata.name!,
    )
    const changed = before && decided.effect !== 'deleted'
      ? pathsOf(definition, before.object, decided.object)
      : undefined
    return {
      op: decided.effect === 'deleted' ? 'delete' : 'put',
      verb: command.verb,
      subresource: command.subresource ?? '',
      resource: definition.resource,
      namespace: metadata.namespace ?? '',
      name: metadata.name!,
      uid: metadata.uid!,
      previous: before?.revision ?? 0,
      changed,
      intent: !isComponent(context.caller) && (command.subresource ?? '') !== 'status',
      cause: context.cause,
      object: decided.object,
      sensitive: definition.sensitive ?? false,
      encode: (revision) =>
        (decided.bytes = encodeBody(decided.object, decided.managed, revision)),
    }
  }

  #record(
    { command, definition }: Wanted,
    context: RequestContext,
    decided: Decided,
    revision: number,
  ): RequestRecord {
    const name = decided.ok ? (decided.object.metadata.name ?? '') : command.name
    return {
      id: context.id,
      time: context.receivedAt,
      user: context.caller.name,
      groups: context.caller.groups,
      impersonator: context.caller.impersonator,
      agent: context.agent,
      address: context.address,
      command: context.command,
      session: context.session,
      traceparent: context.traceparent,
      verb: command.verb,
      path: context.path,
      query: context.query,
      resource: definition.resource,
      namespace: command.namespace,
      name,
      subresource: command.subresource ?? '',
      dryRun: isDry(command),
      code: decided.ok ? (decided.effect === 'created' ? 201 : 200) : decided.status.code,
      reason: decided.ok ? undefined : decided.status.reason,
      firstRevision: revision,
      lastRevision: revision,
      latencyMicros: Math.max(0, this.#now() - context.receivedAt),
      changeSet: context.changeSet,
      body: definition.sensitive ? undefined : context.body,
    }
  }
}

const anew = (wanted: Wanted): Wanted =>
  wanted.again ? { ...wanted, command: wanted.again() } : wanted

/** How long a write may wait for the log before it is answered 503. */
export const WRITE_PATIENCE_MS = REQUEST_TIMEOUT_MS

/** Pure: from wish and state to a decision. */
function decide(frame: Frame, { command, fieldValidation = 'Ignore', doubled = [] }: Wanted): Decided {
  const { namespace, name, subresource = '' } = command
  const dryRun = isDry(command)
  switch (command.verb) {
    case 'create':
      return subresource === ''
        ? decideCreate(frame, { object: fresh(command.object), namespace, name, dryRun })
        : decideAction(frame, { namespace, name, subresource, body: command.object, dryRun })
    case 'update':
      return subresource === 'scale'
        ? decideScale(frame, { scale: command.object as unknown as JsonObject, namespace, name, dryRun })
        : decideUpdate(frame, { object: fresh(command.object), namespace, name, subresource, dryRun })
    case 'patch':
      return decidePatch(frame, { ...command, fieldValidation, doubled })
    case 'delete':
      return decideDelete(frame, {
        namespace, name, options: command.options ?? {}, dryRun, ofCollection: command.ofCollection ?? false,
      })
  }
}

const isDry = (command: Command): boolean =>
  (command.dryRun ?? false) ||
  (command.verb === 'create' && isDryEviction(command.subresource ?? '', command.object))

/**
 * A decision may run again when its batch was lost, so it must not start from an object that an earlier
 * run changed. Decisions replace nested values instead of changing them, but for defaults and metadata.
 */
const fresh = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata },
})

const pathsOf = (definition: ResourceDefinition, before: KubeObject, after: KubeObject): string[] =>
  changedPaths(
    before as unknown as Json,
    after as unknown as Json,
    typeOfVersion(storageOf(definition)),
    CHANGED_PATHS_MAX,
  )

function submitStatus(error: SubmitError): Status {
  switch (error.kind) {
    case 'overloaded':
      return tooManyRequests('Too many requests, please try again later.', 1)
    case 'rejected':
      return internalError(error.message)
    case 'not-leader':
    case 'unavailable':
      return serviceUnavailable(error.message)
  }
}
