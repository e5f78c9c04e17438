import type { z } from 'zod'
import { HISTORY_PAGE, HISTORY_SET_EVENTS_MAX } from '../base/limits.ts'
import { ok, type Result } from '../base/result.ts'
import type { EventFilter } from '../events/log.ts'
import type { Status } from '../meta/status.ts'
import type { ChangeSetAnswer } from './answer-types.ts'
import { attribute, eventsOfSets } from './attribute.ts'
import { changeSetOf, foldChangeSets, type Attributed } from './change-sets.ts'
import { parseSubject, type Subject } from './find-kind.ts'
import { resolveInstant } from './instant.ts'
import { NOISE } from './noise.ts'
import type { logQuery } from './queries.ts'
import type { HistorySource } from './source.ts'

type LogQuery = z.infer<typeof logQuery>

/** What happened, change sets first, newest first. */
export async function askLog(
  source: HistorySource,
  query: LogQuery,
): Promise<Result<ChangeSetAnswer[], Status>> {
  const filter = await filterOf(source, query)
  if (!filter.ok) return filter
  const wanted = wantedBy(query)
  const found = new Map<string, Attributed[]>()
  let before = filter.value.toRevision
  // One set more than asked for: only then is the last one known to be whole.
  while (found.size <= query.limit) {
    const page = await source.log.events({
      ...filter.value,
      toRevision: before,
      newestFirst: true,
      thin: true,
      limit: HISTORY_PAGE,
    })
    for (const one of await attribute(source.log, page)) {
      if (!wanted(one)) continue
      const key = changeSetOf(one)
      if (!found.has(key) && found.size > query.limit) break
      found.set(key, [...(found.get(key) ?? []), one])
    }
    if (page.length < HISTORY_PAGE) break
    before = page.at(-1)!.revision - 1
  }
  const sets = [...found.keys()].slice(0, query.limit)
  const whole = await completed(source, sets, found, filter.value, wanted)
  return ok(foldChangeSets(source.registry, whole))
}

/** A set that began before the last page: what is missing of it is looked up by the set itself. */
async function completed(
  { log }: HistorySource,
  sets: readonly string[],
  found: ReadonlyMap<string, readonly Attributed[]>,
  filter: Omit<EventFilter, 'limit'>,
  wanted: (one: Attributed) => boolean,
): Promise<Attributed[]> {
  const all = new Map(
    sets.flatMap((set) => found.get(set)!).map((one) => [one.event.revision, one]),
  )
  const rest = await eventsOfSets(log, sets, HISTORY_SET_EVENTS_MAX)
  const missing = rest.filter((event) => !all.has(event.revision) && matchesFilter(filter, event))
  for (const one of await attribute(log, missing)) if (wanted(one)) all.set(one.event.revision, one)
  return [...all.values()]
}

async function filterOf(
  { log, registry, now }: HistorySource,
  query: LogQuery,
): Promise<Result<Omit<EventFilter, 'limit'>, Status>> {
  let subject: Subject | undefined
  if (query.object !== undefined) {
    const parsed = parseSubject(registry, query.object)
    if (!parsed.ok) return parsed
    subject = parsed.value
  }
  const bounds: { fromRevision?: number; toRevision?: number } = {}
  for (const [bound, text] of [
    ['fromRevision', query.after],
    ['toRevision', query.before],
  ] as const) {
    if (text === undefined) continue
    const instant = await resolveInstant(text, log, now())
    if (!instant.ok) return instant
    bounds[bound] = instant.value.revision + (bound === 'fromRevision' ? 1 : 0)
  }
  const namespaced = subject?.definition.namespaced ?? true
  return ok({
    ...bounds,
    ...(subject && { resource: subject.definition.resource }),
    ...(subject?.name !== undefined && { name: subject.name }),
    ...(query.namespace !== undefined && namespaced && { namespace: query.namespace }),
    ...(!query.all && { intent: true }),
    ...(!query.all && !subject && { without: NOISE }),
  })
}

const matchesFilter = (filter: Omit<EventFilter, 'limit'>, event: Attributed['event']): boolean =>
  (filter.resource === undefined || event.resource === filter.resource) &&
  (filter.namespace === undefined || event.namespace === filter.namespace) &&
  (filter.name === undefined || event.name === filter.name) &&
  (filter.intent === undefined || event.intent === filter.intent) &&
  !filter.without?.includes(event.resource) &&
  event.revision >= (filter.fromRevision ?? 0) &&
  event.revision <= (filter.toRevision ?? Infinity)

/** What no index of events knows: who, with what, which paths. */
function wantedBy({ user, client, verb, path }: LogQuery): (one: Attributed) => boolean {
  return ({ event, request }) =>
    (user === undefined || request?.user === user) &&
    (client === undefined || request?.agent.split('/')[0] === client) &&
    (verb === undefined || event.verb === verb) &&
    (path === undefined ||
      (event.changed?.some((one) => one === path || isBelow(one, path)) ?? false))
}

const isBelow = (path: string, parent: string): boolean =>
  path.startsWith(parent) && (path[parent.length] === '.' || path[parent.length] === '[')
