import type { Result } from '../../base/result.ts'
import type { Command } from '../../commands/command.ts'
import type { Cause } from '../../events/log-event.ts'
import type { KubeObject } from '../../meta/object.ts'
import type { Status } from '../../meta/status.ts'
import type { View, ViewChange } from '../../projections/view.ts'

/** Where a reconciler reads: the tail in process, or list and watch over HTTP for a node. */
export interface ViewSource {
  readonly view: View
  /** Called with each batch of changes, of all resources if none are named; returns the way to stop. */
  subscribe(resources: readonly string[] | undefined, listener: (changes: ViewChange[]) => void): () => void
  /** Resources that are or were there, of kinds that nobody names. */
  resources?(): readonly string[]
  /** Resolves when every resource asked for has been read once. */
  synced(signal: AbortSignal): Promise<void>
  /** What is there now, parsed only on use: 40,000 Pods need not be parsed to be counted. */
  current?(resource: string): Iterable<ViewChange>
}

/** What an accepted command answers. */
export interface Outcome {
  /** The object after the command; what was deleted for a delete. */
  readonly object: KubeObject
  /** Revision of the object: unchanged for a no-op. */
  readonly revision: number
}

/** Where a reconciler writes: execute in process, or HTTP. */
export interface CommandSink {
  send(command: Command, cause: Cause): Promise<Result<Outcome, Status>>
}
