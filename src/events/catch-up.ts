import { CATCH_UP_EVENTS_MAX } from '../base/limits.ts'
import type { Head, Log } from './log.ts'
import type { LogEvent } from './log-event.ts'

/** The log lost acknowledged events (a restored backup, a failover): memory must be built again. */
export class AheadOfLog extends Error {}

/**
 * Hands over what others appended after `applied`; the head that was reached, or undefined when
 * PostgreSQL went away meanwhile. Throws AheadOfLog when the log ends before `applied`.
 */
export async function catchUp(
  log: Log,
  applied: number,
  committed: (events: readonly LogEvent[]) => void,
): Promise<Head | undefined> {
  const head = await log.head().catch(() => undefined)
  if (!head) return undefined
  if (applied > head.revision) {
    throw new AheadOfLog(`klio applied revision ${applied}, the log ends at ${head.revision}`)
  }
  for (let at = applied; at < head.revision;) {
    const limit = Math.min(CATCH_UP_EVENTS_MAX, head.revision - at)
    const events = await log.after(at, limit).catch(() => [])
    if (events.length === 0) return undefined
    committed(events)
    at = events.at(-1)!.revision
  }
  return head
}
