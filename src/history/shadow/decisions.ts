import { HISTORY_PAGE } from '../../base/limits.ts'
import type { Log } from '../../events/log.ts'
import type { Cause, LogEvent } from '../../events/log-event.ts'

/** One decision of a reconciler, as the events it led to remember it. */
export interface Decision {
  readonly component: string
  readonly key: string
  /** Revision of the view it saw. */
  readonly view: number
  /** The now it was given, milliseconds. */
  readonly now: number
  readonly reason: Cause['reason']
  /** What it led to, in order. */
  readonly revisions: number[]
}

/** Every decision whose first event is after a revision, found by its events and by its view. */
export interface Decisions {
  readonly all: readonly Decision[]
  readonly byRevision: ReadonlyMap<number, Decision>
  readonly byView: ReadonlyMap<number, readonly Decision[]>
}

/** Groups events that came from one decision: same component, key, view and now. */
export function groupDecisions(events: Iterable<LogEvent>): Decisions {
  const groups = new Map<string, Decision>()
  const byRevision = new Map<number, Decision>()
  for (const { cause, revision } of events) {
    if (!cause || cause.key === undefined) continue
    const { component, key, view, now, reason } = cause
    const id = `${component}\0${key}\0${view}\0${now}`
    let decision = groups.get(id)
    if (!decision) groups.set(id, (decision = { component, key, view, now, reason, revisions: [] }))
    decision.revisions.push(revision)
    byRevision.set(revision, decision)
  }
  const byView = new Map<number, Decision[]>()
  for (const decision of groups.values())
    byView.set(decision.view, [...(byView.get(decision.view) ?? []), decision])
  return { all: [...groups.values()], byRevision, byView }
}

/** Reads the headers of all events and groups those of decisions that saw a revision or a later one. */
export async function readDecisions(log: Log, after: number): Promise<Decisions> {
  const events: LogEvent[] = []
  for (let at = after; ;) {
    const page = await log.events({ fromRevision: at + 1, limit: HISTORY_PAGE, thin: true })
    // A decision is taken whole or not at all: all it led to lies after what it saw.
    for (const event of page)
      if (event.cause?.key !== undefined && event.cause.view >= after) events.push(event)
    if (page.length < HISTORY_PAGE) return groupDecisions(events)
    at = page.at(-1)!.revision
  }
}
