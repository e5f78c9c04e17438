import { assert } from '../base/assert.ts'
import { ROW_VERSION } from './header.ts'
import type { LogEvent } from './log-event.ts'

/**
 * Steps from one row version to the next, oldest first: step i turns version i + 1 into i + 2. Rows
 * are never rewritten; a shape that changes adds a step here (design 2).
 */
const STEPS: readonly ((event: LogEvent) => LogEvent)[] = []

/** An event of any known row version in today's shape. */
export function upcastEvent(rowVersion: number, event: LogEvent): LogEvent {
  if (rowVersion === ROW_VERSION) return event
  assert(rowVersion >= 1 && rowVersion < ROW_VERSION, `row version ${rowVersion} is known`)
  return STEPS.slice(rowVersion - 1).reduce((older, step) => step(older), event)
}
