import type { Result } from '../../base/result.ts'
import type { RuleChange, RuleSet } from './rules.ts'

/** Carries rules out: by nftables, or by forwarding in this process. One call at a time. */
export interface Applier {
  /** How traffic is carried, for people: `nftables (libnftables)`, `userspace`. */
  readonly way: string
  /** Replaces everything. `local` are addresses of endpoints on this node. */
  load(rules: RuleSet, local: Iterable<string>): Promise<Result<void, string>>
  /** Takes some steps; after an error only `load` is of use. */
  apply(changes: readonly RuleChange[], local: Iterable<string>): Promise<Result<void, string>>
  /** Whether what was loaded is still there. */
  intact(): Promise<boolean>
  /** Stops; what the kernel holds stays and goes on serving. */
  close(): Promise<void>
}
