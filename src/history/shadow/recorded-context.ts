import type { Command } from '../../commands/command.ts'
import type { RequestContext } from '../../commands/request-context.ts'
import type { LogEvent, RequestRecord } from '../../events/log-event.ts'
import type { Decision } from './decisions.ts'

/** The request as it came then: time and ids follow from it. */
export function contextOf(
  { component, now }: Decision,
  command: Command,
  event: LogEvent | undefined,
  request: RequestRecord | undefined,
): RequestContext {
  const id = event?.request || Bun.randomUUIDv7()
  return {
    id,
    caller: { name: request?.user ?? '', groups: request?.groups ?? [] },
    agent: request?.agent ?? `klio/${component}`,
    address: '',
    path: request?.path ?? '',
    query: '',
    receivedAt: request?.time ?? event?.time ?? now * 1000,
    fieldManager: command.fieldManager ?? component,
    changeSet: request?.changeSet ?? id,
    cause: event?.cause,
  }
}
