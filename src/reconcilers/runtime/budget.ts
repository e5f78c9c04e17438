import type { Clock } from '../../base/clock.ts'
import {
  BUDGET_PAUSE_MS_MAX,
  COMMAND_COST_MS,
  PLAN_COMMANDS_ALONE_MAX,
  PLAN_COMMANDS_IN_FLIGHT_MAX,
  RECONCILER_SHARE,
} from '../../base/limits.ts'
import type { CommandSink } from './ports.ts'

/** Says when reconcilers may use the main thread, so that client requests come first. */
export interface Budget {
  /** True: go on. A promise: ask again when it resolves. False: ask again soon. */
  mayRun(): boolean | Promise<void>
  /** What was used: main-thread milliseconds, and commands sent. */
  spent?(ms: number, commands: number): void
  /** Most commands of one plan to send before their answers; PLAN_COMMANDS_IN_FLIGHT_MAX when left out. */
  commandsAtOnce?(): number
}

/** Reconcilers may always run: tests, and processes that serve no clients. */
export const UNBOUNDED: Budget = { mayRun: () => true }

/**
 * While clients wait, every millisecond used is paid for with nine of rest, so that reconcilers
 * keep to their share of the main thread; commands count with what their commit costs there, and are
 * few at once. Nothing is owed once no client waits.
 */
export function shareBudget(clock: Clock, clientsWait: () => boolean): Budget {
  let restUntilMs = 0
  return {
    mayRun() {
      if (!clientsWait()) return true
      const restMs = restUntilMs - clock.monotonicMs()
      return restMs <= 0 ? true : clock.sleep(Math.min(restMs, BUDGET_PAUSE_MS_MAX))
    },
    commandsAtOnce: () => (clientsWait() ? PLAN_COMMANDS_IN_FLIGHT_MAX : PLAN_COMMANDS_ALONE_MAX),
    spent(ms, commands) {
      const usedMs = ms + commands * COMMAND_COST_MS
      const from = Math.max(restUntilMs, clock.monotonicMs())
      const owedMs = usedMs * (1 / RECONCILER_SHARE - 1)
      restUntilMs = clientsWait() ? from + owedMs : 0
    },
  }
}

/**
 * A sink whose decisions are paid for: in this process a command is decided while it is handed over,
 * on the main thread.
 */
export function paidFor(sink: CommandSink, budget: Budget, clock: Clock): CommandSink {
  if (!budget.spent) return sink
  return {
    send(command, cause) {
      const startedMs = clock.monotonicMs()
      const answer = sink.send(command, cause)
      budget.spent!(clock.monotonicMs() - startedMs, 0)
      return answer
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
