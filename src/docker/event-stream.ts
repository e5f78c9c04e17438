import { ok } from '../base/result.ts'
import type { CallOptions, EventFilter, Incoming, Reply } from './engine.ts'
import { mapIncoming } from './incoming.ts'
import { jsonLines } from './json-lines.ts'
import { filterText } from './query.ts'
import type { Transport } from './transport.ts'
import type { EngineEvent } from './types.ts'

/** One connection of GET /events. */
export async function openEvents(
  transport: Transport,
  filter: EventFilter,
  call?: CallOptions,
): Reply<Incoming<EngineEvent>> {
  const answer = await transport.stream(
    {
      method: 'GET',
      path: '/events',
      call: 'GET /events',
      query: {
        since: filter.since,
        filters: filterText({ label: filter.labels, type: filter.types }),
      },
    },
    call,
  )
  if (!answer.ok) return answer
  const lines = jsonLines(parseEvent)
  return ok(mapIncoming(answer.value.body, (bytes) => lines.push(bytes), 'GET /events'))
}

/** Reads one line; `timeNano` is beyond 2^53, so its digits are taken out of the text. */
export function parseEvent(line: string): EngineEvent {
  const event = JSON.parse(line) as Omit<EngineEvent, 'timeNano'>
  const digits = /"timeNano":\s*(\d+)/.exec(line)
  return {
    Type: event.Type,
    Action: event.Action,
    Actor: { ID: event.Actor?.ID ?? '', Attributes: event.Actor?.Attributes ?? {} },
    time: event.time,
    timeNano: digits?.[1] ?? `${event.time}000000000`,
  }
}
