import type { Log } from '../events/log.ts'
import type { Registry } from '../resources/registry.ts'
import type { Redact } from './redact.ts'

/** What questions about the past are answered from: the API's own log, or one that a command opened. */
export interface HistorySource {
  readonly log: Log
  readonly registry: Registry
  readonly redact: Redact
  /** Milliseconds; what ages such as -10m count from. */
  readonly now: () => number
}
