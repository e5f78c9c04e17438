import type { LogEvent, RequestRecord } from '../events/log-event.ts'
import type { Registry } from '../resources/registry.ts'
import type { ChangeAnswer, ChangeSetAnswer } from './answer-types.ts'
import { momentText } from './moment.ts'

/** An event with the request that made it. */
export interface Attributed {
  readonly event: LogEvent
  /** Undefined when retention has dropped it. */
  readonly request: RequestRecord | undefined
}

/** What groups an event with others: one kubectl session, else its request, else itself. */
export const changeSetOf = ({ event, request }: Attributed): string =>
  request?.changeSet ?? (event.request || `revision-${event.revision}`)

/** Groups events into change sets, newest first; changes inside a set stay in the order they were made. */
export function foldChangeSets(
  registry: Registry,
  attributed: readonly Attributed[],
): ChangeSetAnswer[] {
  const groups = new Map<string, Attributed[]>()
  for (const one of attributed) {
    const key = changeSetOf(one)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups]
    .map(([changeSet, group]) => setAnswer(registry, changeSet, group))
    .sort((a, b) => b.to - a.to)
}

function setAnswer(registry: Registry, changeSet: string, group: Attributed[]): ChangeSetAnswer {
  const ordered = [...group].sort((a, b) => a.event.revision - b.event.revision)
  const first = ordered[0]!
  const { request } = first
  return {
    changeSet,
    from: first.event.revision,
    to: ordered.at(-1)!.event.revision,
    time: momentText(first.event.time),
    user: request?.user ?? '',
    ...(request?.impersonator !== undefined && { impersonator: request.impersonator }),
    agent: request?.agent ?? '',
    command: request?.command ?? '',
    changes: ordered.map(({ event }) => changeAnswer(registry, event)),
  }
}

/** One change as history tells it. */
export function changeAnswer(registry: Registry, event: LogEvent): ChangeAnswer {
  const { cause } = event
  return {
    revision: event.revision,
    op: event.op,
    kind: registry.byResource(event.resource)?.kind ?? event.resource,
    namespace: event.namespace,
    name: event.name,
    paths: event.changed ?? [],
    verb: event.verb,
    subresource: event.subresource,
    created: event.op === 'put' && event.previous === 0,
    uid: event.uid,
    ...(cause && { by: cause.component }),
    ...(cause?.note !== undefined && { why: cause.note }),
  }
}
