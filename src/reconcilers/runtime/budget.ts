import type { Clock } from '../../base/clock.ts'
import { BUDGET_PAUSE_MS_MAX, COMMAND_COST_MS, RECONCILER_SHARE } from '../../base/limits.ts'

/** Says when reconcilers may use the main thread, so that client requests come first. */
export interface Budget {
  /** True: go on. A promise: ask again when it resolves. False: ask again soon. */
  mayRun(): boolean | Promise<void>
  /** What was used: main-thread milliseconds, and commands sent. */
  spent?(ms: number, commands: number): void
}

/** Reconcilers may always run: tests, and processes that serve no clients. */
export const UNBOUNDED: Budget = { mayRun: () => true }

/**
 * While clients wait, every millisecond used is paid for with nine of rest, so that reconcilers
 * keep to their share of the main thread; commands count with what they cost there. Nothing is owed
 * once no client waits.
 */
export function shareBudget(clock: Clock, clientsWait: () => boolean): Budget {
  let restUntilMs = 0
  return {
    mayRun() {
      if (!clientsWait()) return true
      const restMs = restUntilMs - clock.monotonicMs()
      return restMs <= 0 ? true : clock.sleep(Math.min(restMs, BUDGET_PAUSE_MS_MAX))
    },
    spent(ms, commands) {
      const usedMs = ms + commands * COMMAND_COST_MS
      const from = Math.max(restUntilMs, clock.monotonicMs())
      const owedMs = usedMs * (1 / RECONCILER_SHARE - 1)
      restUntilMs = clientsWait() ? from + owedMs : 0
    },
  }
}

/** Waits until the budget allows one more step, or `ended` says that nobody wants it any more. */
export async function untilAllowed(
  budget: Budget,
  clock: Clock,
  ended: () => boolean = () => false,
): Promise<void> {
  while (!ended()) {
    const answer = budget.mayRun()
    if (answer === true) return
    await (answer === false ? clock.sleep(1) : answer)
  }
}
