import type { z } from 'zod'
import { HISTORY_PAGE, HISTORY_SET_EVENTS_MAX } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { LogEvent } from '../events/log-event.ts'
import { badRequest, notFound, type Status } from '../meta/status.ts'
import type { ChangeSetAnswer } from './answer-types.ts'
import { attribute, eventsOfSets } from './attribute.ts'
import { changeSetOf, foldChangeSets } from './change-sets.ts'
import { diffOfChange } from './diff-objects.ts'
import { resolveInstant } from './instant.ts'
import { NOISE } from './noise.ts'
import type { showQuery } from './queries.ts'
import type { HistorySource } from './source.ts'

/** One change set with what it changed and how, found by its name or by any revision in it. */
export async function askShow(
  source: HistorySource,
  { what, all = false }: z.infer<typeof showQuery>,
): Promise<Result<ChangeSetAnswer, Status>> {
  const found = /^\d+$/.test(what) ? await byRevision(source, what) : await bySet(source, what)
  if (!found.ok) return found
  const events = all ? found.value.events : meant(found.value)
  const attributed = await attribute(source.log, events)
  const [set] = foldChangeSets(source.registry, attributed)
  if (!set) return err(notFound({ group: 'history.klio.dev', resource: 'changes' }, what))
  const bodies = await withBodies(source, events)
  const diffs = new Map<number, Awaited<ReturnType<typeof diffOfChange>>>()
  for (const event of bodies) diffs.set(event.revision, await diffOfChange(source, event))
  return ok({
    ...set,
    changes: set.changes.map((change) => ({ ...change, diff: diffs.get(change.revision) ?? [] })),
  })
}

interface Found {
  readonly events: readonly LogEvent[]
  /** The revision that was asked for, if one was. */
  readonly asked: number | undefined
}

async function byRevision(source: HistorySource, text: string): Promise<Result<Found, Status>> {
  const { log, now } = source
  const instant = await resolveInstant(text, log, now())
  if (!instant.ok) return instant
  const asked = instant.value.revision
  const [event] = await log.events({ revisions: [asked], limit: 1, thin: true })
  if (!event) return err(badRequest(`revision ${asked} is not there`))
  const [one] = await attribute(log, [event])
  const events = await eventsOfSets(log, [changeSetOf(one!)], HISTORY_SET_EVENTS_MAX)
  return ok({ events: events.length > 0 ? events : [event], asked })
}

async function bySet({ log }: HistorySource, changeSet: string): Promise<Result<Found, Status>> {
  const events = await eventsOfSets(log, [changeSet], HISTORY_SET_EVENTS_MAX)
  if (events.length === 0)
    return err(notFound({ group: 'history.klio.dev', resource: 'changes' }, changeSet))
  return ok({ events, asked: undefined })
}

/** What a person meant; where nobody meant anything, or a reconciler's change was asked for, everything. */
function meant({ events, asked }: Found): readonly LogEvent[] {
  const intent = events.filter((event) => event.intent && !NOISE.includes(event.resource))
  const shown =
    asked === undefined ? intent.length > 0 : intent.some((event) => event.revision === asked)
  return shown ? intent : events
}

async function withBodies(
  { log }: HistorySource,
  events: readonly LogEvent[],
): Promise<LogEvent[]> {
  const whole: LogEvent[] = []
  for (let at = 0; at < events.length; at += HISTORY_PAGE) {
    const revisions = events.slice(at, at + HISTORY_PAGE).map((event) => event.revision)
    whole.push(...(await log.events({ revisions, limit: revisions.length })))
  }
  return whole
}
