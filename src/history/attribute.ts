import { HISTORY_PAGE } from '../base/limits.ts'
import type { Log } from '../events/log.ts'
import type { LogEvent, RequestRecord } from '../events/log-event.ts'
import type { Attributed } from './change-sets.ts'

/** Finds the requests of events, a page a query. */
export async function attribute(log: Log, events: readonly LogEvent[]): Promise<Attributed[]> {
  const ids = [...new Set(events.map((event) => event.request).filter((id) => id !== ''))]
  const requests = new Map<string, RequestRecord>()
  for (let at = 0; at < ids.length; at += HISTORY_PAGE) {
    const page = ids.slice(at, at + HISTORY_PAGE)
    for (const request of await log.requests({ ids: page, limit: page.length }))
      requests.set(request.id, request)
  }
  return events.map((event) => ({ event, request: requests.get(event.request) }))
}

/** Every event that the requests of these change sets made, oldest first, without bodies. */
export async function eventsOfSets(
  log: Log,
  changeSets: readonly string[],
  limit: number,
): Promise<LogEvent[]> {
  const requests = await log.requests({ changeSets, limit })
  const revisions = requests.flatMap(({ firstRevision, lastRevision }) =>
    firstRevision === 0
      ? []
      : Array.from({ length: lastRevision - firstRevision + 1 }, (_, i) => firstRevision + i),
  )
  if (revisions.length === 0) return []
  return log.events({ revisions, limit: revisions.length, thin: true })
}
