import type { Instant } from '../../base/clock.ts'
import { CAUSE_TRIGGERS_MAX } from '../../base/limits.ts'
import type { Cause } from '../../events/log-event.ts'

/** What led to looking at a key. */
export interface Trigger {
  /** Revisions of the changes that dirtied it. */
  readonly revisions: readonly number[]
  /** It came back by itself, after a delay. */
  readonly timer: boolean
}

/**
 * The cause of a decision: changes if there were any, else the timer that woke the key, else an
 * absence (at start nothing changed: what should be there was looked for).
 */
export function causeOf(
  component: string,
  key: string,
  trigger: Trigger,
  seen: { view: number; now: Instant; build?: string },
): Cause {
  const changed = trigger.revisions.length > 0
  return {
    triggers: trigger.revisions.slice(-CAUSE_TRIGGERS_MAX).map((revision) => `r:${revision}`),
    view: seen.view,
    now: seen.now,
    reason: changed ? 'change' : trigger.timer ? 'timer' : 'absence',
    component,
    key,
    ...(seen.build !== undefined && { build: seen.build }),
  }
}
