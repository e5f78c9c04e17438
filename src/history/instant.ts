import { err, ok, type Result } from '../base/result.ts'
import type { Log } from '../events/log.ts'
import { badRequest, expired, notFound, type Status } from '../meta/status.ts'
import { parseTime } from '../meta/timestamp.ts'

/** A point in a log's life: a revision, and the time it stands for in milliseconds. */
export interface Instant {
  readonly revision: number
  readonly timeMs: number
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }
const RELATIVE = /^-((\d+[smhd])+)$/

/**
 * Reads an instant as people write it: a revision, RFC 3339, `-10m` (also `-1h30m`), `now`. The future,
 * what lies before the first event and what retention took are refused with a plain reason.
 */
export async function resolveInstant(
  text: string,
  log: Log,
  nowMs: number,
): Promise<Result<Instant, Status>> {
  const head = await log.head()
  if (text === 'now') return ok({ revision: head.revision, timeMs: nowMs })
  if (/^\d+$/.test(text)) return atRevision(Number(text), head.revision, log, nowMs)
  const timeMs = timeOf(text, nowMs)
  if (timeMs === undefined)
    return err(
      badRequest(
        `${JSON.stringify(text)} is no instant: give a revision, a time such as 2026-11-23T14:00:00Z, or an age such as -10m`,
      ),
    )
  if (timeMs > nowMs)
    return err(badRequest(`${text} lies in the future: the newest revision is ${head.revision}`))
  const revision = await log.revisionAt(timeMs * 1000)
  if (revision === 0) return err(await beforeTheFirst(text, log))
  return withinFloor({ revision, timeMs }, log)
}

async function beforeTheFirst(text: string, log: Log): Promise<Status> {
  const status = notFound({ group: 'history.klio.dev', resource: 'instants' }, text)
  const [first] = await log.events({ fromRevision: 1, toRevision: 1, limit: 1, thin: true })
  if (!first) return { ...status, message: `${text}: nothing is on record yet` }
  const began = new Date(Math.floor(first.time / 1000)).toISOString()
  return { ...status, message: `${text} lies before the first event, which is of ${began}` }
}

async function atRevision(revision: number, head: number, log: Log, nowMs: number) {
  if (revision > head)
    return err(badRequest(`revision ${revision} lies in the future: the newest is ${head}`))
  if (revision === 0) return err(badRequest('revision 0 is before the first event; the first is 1'))
  const kept = await withinFloor({ revision, timeMs: nowMs }, log)
  if (!kept.ok) return kept
  const [event] = await log.events({
    fromRevision: revision,
    toRevision: revision,
    limit: 1,
    thin: true,
  })
  return ok({ revision, timeMs: event ? Math.floor(event.time / 1000) : nowMs })
}

async function withinFloor(instant: Instant, log: Log): Promise<Result<Instant, Status>> {
  const floor = await log.floor()
  return instant.revision >= floor
    ? ok(instant)
    : err(
        expired(`revision ${instant.revision} is older than what is kept: the oldest is ${floor}`),
      )
}

/** Milliseconds of a time or an age; undefined when it is neither. */
export function timeOf(text: string, nowMs: number): number | undefined {
  const relative = RELATIVE.exec(text)
  if (!relative) return parseTime(text)
  let seconds = 0
  for (const [, count, unit] of relative[1]!.matchAll(/(\d+)([smhd])/g))
    seconds += Number(count) * UNITS[unit!]!
  return nowMs - seconds * 1000
}
