import type { Chooser } from './choose-target.ts'

/** One frontend that this process forwards. */
export interface Forwarder {
  readonly chooser: Chooser
  /** Stops listening and ends what it carries. */
  close(): Promise<void>
}
