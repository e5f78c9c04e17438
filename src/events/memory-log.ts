import { createHash } from 'node:crypto'
import { err, ok, type Result } from '../base/result.ts'
import type { AppendError, Batch, EventFilter, Head, Log, RequestFilter } from './log.ts'
import type { LogEvent, Micros, Observation, RequestRecord } from './log-event.ts'
import type { LogId } from './log-id.ts'
import { encodeHeader } from './header.ts'

/** What a test does to an append: fail before it, or let it happen and lose the answer. */
export type AppendFault = AppendError & { readonly written?: boolean }

/** How a memory log differs from a plain one. */
export interface MemoryLogOptions {
  /** Runs before each append; an answer is returned instead of ok (simulated faults, slow commits). */
  readonly beforeAppend?: (batch: Batch) => Promise<AppendFault | undefined>
  /** Runs before each head(): a throw is a lost connection. */
  readonly beforeHead?: () => Promise<void>
}

/** A log in memory: simulations, tests and the reference of test/contract/event-log.ts. */
export interface MemoryLog extends Log {
  /** Hints after each append, as LISTEN gives them; returns how to stop. */
  subscribe(listener: (revision: number) => void): () => void
}

/** Makes an empty log in memory. Nothing in it survives the process. */
export function memoryLog(id: LogId, options: MemoryLogOptions = {}): MemoryLog {
  const all: LogEvent[] = []
  const newest = new Map<string, LogEvent>()
  const requests: RequestRecord[] = []
  const notes: RequestRecord[] = []
  const observations = new Map<string, Observation>()
  const listeners = new Set<(revision: number) => void>()
  let head: Head = { revision: 0, time: 0, hash: new Uint8Array(32) }

  const write = (batch: Batch): Result<Head, AppendError> => {
    const refused = refusalOf(batch, head)
    if (refused) return err(refused)
    for (const event of batch.events) {
      const kept = withoutFlag(event)
      all.push(kept)
      if (event.op === 'put') newest.set(keyOf(event), kept)
      else newest.delete(keyOf(event))
      head = { revision: event.revision, time: event.time, hash: linkOf(head.hash, id.branch, event) }
    }
    requests.push(...batch.requests)
    for (const listener of listeners) listener(head.revision)
    return ok(head)
  }

  return {
    id,
    head: async () => {
      await options.beforeHead?.()
      return head
    },
    floor: async () => 0,
    append: async (batch) => {
      const fault = await options.beforeAppend?.(batch)
      if (!fault) return write(batch)
      const written = fault.written ? write(batch) : undefined
      return written && !written.ok ? written : err(fault)
    },
    after: async (revision, limit) => all.slice(revision, revision + limit),
    live: (pageSize) => pagesOf([...newest.values()].sort(byKey), pageSize),
    asOf: async (revision, resource, namespace, name) => {
      const matches = (event: LogEvent) =>
        event.resource === resource &&
        (namespace === undefined || event.namespace === namespace) &&
        (name === undefined || event.name === name)
      return stateAt(all.slice(0, revision).filter(matches))
    },
    revisionAt: async (time) => lastAtOrBefore(all, time),
    events: async (filter) => eventsOf(all, filter),
    requests: async (filter) => requestsOf(requests, filter),
    reads: async (filter) => requestsOf(notes, filter).map((request) => ({ request, count: 1 })),
    note: async (read) => void notes.push(...read),
    observe: async (seen) => {
      for (const one of seen) {
        const key = `${one.node}/${one.sequence}`
        if (!observations.has(key)) observations.set(key, one)
      }
    },
    observations: async ({ podUid, limit }) =>
      [...observations.values()].filter((one) => !podUid || one.podUid === podUid).slice(-limit).reverse(),
    close: async () => listeners.clear(),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** What PostgreSQL's keys and types would refuse. */
function refusalOf(batch: Batch, head: Head): AppendError | undefined {
  const first = batch.events[0]?.revision ?? batch.head.revision + 1
  if (batch.head.revision !== head.revision || first !== head.revision + 1) return { kind: 'fenced' }
  const bad = batch.events.find((event) => event.resource === '' || event.name.includes('\0'))
  return bad && { kind: 'rejected', message: `revision ${bad.revision} has no storable name` }
}

const keyOf = (event: LogEvent): string => `${event.resource}\0${event.namespace}\0${event.name}`

const byKey = (a: LogEvent, b: LogEvent): number => (keyOf(a) < keyOf(b) ? -1 : 1)

function withoutFlag({ sensitive: _, ...event }: Batch['events'][number]): LogEvent {
  return event
}

function linkOf(previous: Uint8Array, branch: number, event: LogEvent): Uint8Array {
  const digest = createHash('sha256').update(event.body).digest()
  return createHash('sha256').update(previous).update(encodeHeader(branch, event)).update(digest).digest()
}

async function* pagesOf(events: LogEvent[], size: number): AsyncGenerator<LogEvent[]> {
  for (let at = 0; at < events.length; at += size) yield events.slice(at, at + size)
}

function stateAt(history: LogEvent[]): LogEvent[] {
  const state = new Map<string, LogEvent>()
  for (const event of history) state.set(keyOf(event), event)
  return [...state.values()].filter((event) => event.op === 'put').sort(byKey)
}

function lastAtOrBefore(events: LogEvent[], time: Micros): number {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (events[middle]!.time <= time) low = middle + 1
    else high = middle
  }
  return low
}

function eventsOf(all: LogEvent[], filter: EventFilter): LogEvent[] {
  const found = all.filter((event) =>
    (filter.resource === undefined || event.resource === filter.resource) &&
    (filter.namespace === undefined || event.namespace === filter.namespace) &&
    (filter.name === undefined || event.name === filter.name) &&
    event.revision >= (filter.fromRevision ?? 0) &&
    event.revision <= (filter.toRevision ?? Infinity) &&
    (filter.intent === undefined || event.intent === filter.intent) &&
    !filter.without?.includes(event.resource) &&
    (filter.revisions?.includes(event.revision) ?? true))
  if (filter.newestFirst) found.reverse()
  const page = found.slice(0, filter.limit)
  return filter.thin ? page.map((event) => ({ ...event, body: new Uint8Array(0) })) : page
}

/** SQL's LIKE, for patterns whose only wildcard is a % at their end. */
const isLike = (text: string, pattern: string): boolean =>
  pattern.endsWith('%') ? text.startsWith(pattern.slice(0, -1)) : text === pattern

function requestsOf(all: RequestRecord[], filter: RequestFilter): RequestRecord[] {
  return all
    .filter((request) =>
      (filter.id === undefined || request.id === filter.id) &&
      (filter.ids?.includes(request.id) ?? true) &&
      (filter.changeSet === undefined || request.changeSet === filter.changeSet) &&
      (filter.changeSets?.includes(request.changeSet) ?? true) &&
      (filter.verb === undefined || request.verb === filter.verb) &&
      (filter.resource === undefined || request.resource === filter.resource) &&
      (filter.name === undefined || request.name === filter.name) &&
      !filter.withoutUsers?.some((pattern) => isLike(request.user, pattern)) &&
      (filter.user === undefined || request.user === filter.user) &&
      (filter.namespace === undefined || request.namespace === filter.namespace) &&
      (filter.code === undefined || request.code === filter.code) &&
      request.time < (filter.before ?? Infinity) &&
      request.time > (filter.after ?? -Infinity))
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, filter.limit)
}
