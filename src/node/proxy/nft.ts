import type { Result } from '../../base/result.ts'

/** Runs nftables scripts: each is one transaction of the kernel, applied whole or not at all. */
export interface Nft {
  /** How scripts reach the kernel, for people. */
  readonly way: string
  /** Gives what the commands print, or the first error. */
  run(script: string): Promise<Result<string, string>>
  close(): void
}
