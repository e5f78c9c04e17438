import { isComponent } from '../commands/request-context.ts'
import type { RequestRecord } from '../events/log-event.ts'
import type { Sequencer } from '../events/proposal.ts'
import type { RequestNotes } from '../events/request-notes.ts'
import type { Log as Logger } from '../base/log.ts'
import type { Registry } from '../resources/registry.ts'
import { ANONYMOUS } from './authenticate.ts'
import { changeSetOf } from './change-set.ts'
import type { Exchange } from './exchange.ts'
import type { RequestObserver } from './gate.ts'

/** What keeps requests. */
export interface RecorderParts {
  readonly registry: Registry
  readonly sequencer: Pick<Sequencer, 'submit'>
  readonly notes: Pick<RequestNotes, 'read' | 'refused'>
  readonly logger: Logger
  /** Now in microseconds. */
  readonly now: () => number
}

const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection']
/** What reaches into a container or a Pod: on record before it begins. */
const STREAMS = ['exec', 'attach', 'portforward', 'proxy']
/** Creates that are questions: answered, never stored. */
const QUESTIONS = ['authorization.k8s.io', 'authentication.k8s.io']

/**
 * Puts every request on record (design 2): writes that no event backs (refused before they were decided, or
 * without effect) and streams before their answer leaves, reads of people behind it, what nobody was
 * authenticated for as a count. Reads of klio's own components are not kept.
 */
export function recordRequests(parts: RecorderParts): RequestObserver {
  const { notes, sequencer, logger } = parts
  const keep = async (
    exchange: Exchange,
    code: number,
    reason: string | undefined,
  ): Promise<boolean> => {
    const request = recordOf(parts, exchange, code, reason)
    exchange.onRecord = true
    const kept = await sequencer.submit({ decide: () => ({ changes: [], request, answer: true }) })
    if (!kept.ok)
      logger.warn('a request could not be put on record', {
        path: exchange.path,
        why: kept.error.message,
      })
    return kept.ok
  }
  return {
    answering(exchange, code, reason) {
      if (exchange.onRecord || exchange.caller === ANONYMOUS || !isWrite(exchange)) return undefined
      if (code < 400 && isComponent(exchange.caller)) return undefined
      return keep(exchange, code, reason).then(() => {})
    },
    opens: async (exchange) =>
      !STREAMS.includes(exchange.info.subresource) || keep(exchange, 101, undefined),
    ended(exchange, code) {
      if (exchange.onRecord || exchange.caller === ANONYMOUS || isWrite(exchange)) return
      if (!isComponent(exchange.caller)) notes.read(recordOf(parts, exchange, code, undefined))
    },
    refused: (address, code) => notes.refused(address, code),
  }
}

const isWrite = ({ info }: Exchange): boolean =>
  WRITES.includes(info.verb) && !QUESTIONS.includes(info.group)

/** A request as the log keeps it, without its body. */
function recordOf(
  { registry, now }: RecorderParts,
  exchange: Exchange,
  code: number,
  reason: string | undefined,
): RequestRecord {
  const { caller, info, path, asOf } = exchange
  return {
    id: exchange.id,
    time: exchange.receivedAt,
    user: caller.name,
    groups: caller.groups,
    impersonator: caller.impersonator,
    agent: exchange.agent,
    address: exchange.incoming.socket?.remoteAddress ?? '',
    command: exchange.header('kubectl-command'),
    session: exchange.header('kubectl-session'),
    traceparent: exchange.header('traceparent'),
    verb: info.verb,
    path: asOf === undefined ? path : `/asof/${asOf}${path}`,
    query: exchange.rawQuery,
    resource: storageResource(registry, exchange),
    namespace: info.namespace,
    name: info.name,
    subresource: info.subresource,
    dryRun: exchange.query.has('dryRun'),
    code,
    ...(reason !== undefined && { reason }),
    firstRevision: 0,
    lastRevision: 0,
    latencyMicros: Math.max(0, now() - exchange.receivedAt),
    changeSet: changeSetOf(exchange),
  }
}

function storageResource(
  registry: Registry,
  { info: { group, version, resource } }: Exchange,
): string {
  const known = registry.byPath(group, version, resource)?.definition.resource
  return known ?? (group === '' ? resource : `${resource}.${group}`)
}
