import { requestId } from '../../base/ids.ts'
import { err, ok, type Result } from '../../base/result.ts'
import { toStored } from '../../commands/codec.ts'
import type { Commands } from '../../commands/execute.ts'
import type { Command } from '../../commands/command.ts'
import type { Cause, Micros } from '../../events/log-event.ts'
import type { Json } from '../../meta/object.ts'
import { forbiddenTo, notFound, type Status } from '../../meta/status.ts'
import { viewChange, type LiveView } from '../../projections/live-view.ts'
import type { ViewChange } from '../../projections/view.ts'
import type { ResourceDefinition } from '../../resources/define.ts'
import type { Registry, Served } from '../../resources/registry.ts'
import { forbiddenText, MASTERS, onResource, type Authorizer, type Subject } from '../../rights/attributes.ts'
import type { CommandSink, Outcome, ViewSource } from './ports.ts'

/** Reads the process's own view: current the moment a command answers. */
export class LocalSource implements ViewSource {
  readonly view: LiveView

  constructor(view: LiveView) {
    this.view = view
  }

  subscribe(resources: readonly string[] | undefined, listener: (changes: ViewChange[]) => void): () => void {
    const wanted = resources && new Set(resources)
    return this.view.onSteps((resource, items) => {
      if (!wanted || wanted.has(resource)) listener(items.map((item) => viewChange(resource, item)))
    })
  }

  resources(): string[] {
    return this.view.resources()
  }

  /** The view is loaded before anything is wired to it. */
  async synced(): Promise<void> {}

  *current(resource: string): Iterable<ViewChange> {
    // The table moves on while its entries are looked at.
    for (const entry of [...this.view.table(resource).entries()]) {
      const { namespace, name, revision } = entry
      yield {
        resource, namespace, name, revision,
        before: () => undefined,
        after: () => this.view.entry(resource, namespace, name)?.object,
      }
    }
  }
}

/** What a request gets on arrival: its id, and the time in microseconds since the epoch. */
export interface Arrivals {
  id(): string
  micros(): Micros
}

/** Ids by chance and the machine's time; a simulation gives its own. */
export const liveArrivals: Arrivals = {
  id: requestId,
  micros: () => Math.floor((performance.timeOrigin + performance.now()) * 1000),
}

/** What a sink writes with. */
export interface SinkParts {
  readonly commands: Commands
  readonly registry: Registry
  /** Left out: every write is allowed. */
  readonly authorizer?: Authorizer
}

/** Writes through the process's own pipeline, as one user: the same checks as over HTTP. */
export function localSink(
  { commands, registry, authorizer }: SinkParts,
  user: string,
  arrivals: Arrivals = liveArrivals,
): CommandSink {
  const caller = { name: user, groups: groupsOf(user) }
  return {
    async send(command: Command, cause: Cause): Promise<Result<Outcome, Status>> {
      const definition = registry.byResource(command.resource)
      if (!definition) return err(notFound({ group: '', resource: command.resource }, command.name))
      const served = definition.served.find(
        ({ group, version }) => command.apiVersion === (group === '' ? version : `${group}/${version}`),
      )
      const refusal = authorizer && forbidden(authorizer, caller, command, definition)
      if (refusal) return err(refusal)
      const id = arrivals.id()
      const version = served ?? definition.served[0]!
      const fresh = inStorageForm(command, { definition, version })
      if (!fresh.ok) return fresh
      const again = (): Command => {
        const anew = inStorageForm(command, { definition, version })
        return anew.ok ? anew.value : fresh.value
      }
      const answer = await commands.execute(
        { command: fresh.value, definition, served: version, again },
        {
          id, caller, agent: `klio/${cause.component}`, address: '',
          path: pathOf(command), query: '', receivedAt: arrivals.micros(),
          fieldManager: command.fieldManager ?? cause.component,
          changeSet: cause.root ?? id,
          cause: command.why === undefined ? cause : { ...cause, note: command.why },
        },
      )
      return answer.ok ? ok({ object: answer.value.object, revision: answer.value.revision }) : answer
    },
  }
}

/**
 * What decoding does for a body that comes over HTTP: a copy of its own, since plans share parts of the
 * view's objects and decisions may change theirs; typed, pruned and defaulted.
 */
export function inStorageForm(command: Command, served: Served): Result<Command, Status> {
  if (command.verb !== 'create' && command.verb !== 'update') return ok(command)
  const value = JSON.parse(JSON.stringify(command.object)) as Json
  const body = { text: '', value, duplicates: [] }
  const stored = toStored(served, command.subresource ?? '', body, NO_BYTES, 'Ignore')
  return stored.ok ? ok({ ...command, object: stored.value.object }) : stored
}

const NO_BYTES = new Uint8Array()

const pathOf = ({ resource, namespace, name, subresource }: Command): string =>
  [resource, namespace, name, subresource].filter((part) => part).join('/')

/** Why a component may not send this; undefined when it may. */
function forbidden(
  authorizer: Authorizer,
  caller: Subject,
  command: Command,
  { served, plural }: ResourceDefinition,
): Status | undefined {
  const { verb, namespace, name, subresource = '' } = command
  const { group } = served[0]!
  const attributes = onResource({ verb, group, resource: plural, subresource, namespace, name })
  if (authorizer.allows(caller, attributes)) return undefined
  const { reason } = authorizer.judge(caller, attributes)
  return forbiddenTo({ group, resource: plural }, name, forbiddenText(caller, attributes, reason))
}

function groupsOf(user: string): string[] {
  // The API server's own loopback user may all, as upstream's.
  if (user === 'system:apiserver') return [MASTERS, 'system:authenticated']
  const account = /^system:serviceaccount:([^:]+):/.exec(user)
  return account
    ? ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`, 'system:authenticated']
    : ['system:authenticated']
}
