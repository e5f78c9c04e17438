import type { PodSpec, Volume } from '../../generated/core.gen.ts'

/** What the checks of a Pod's parts need to know of the whole. */
export interface SpecContext {
  readonly spec: PodSpec
  /** Volumes that are fine themselves, by name. */
  readonly volumes: ReadonlyMap<string, Volume>
  readonly claimNames: ReadonlySet<string>
  /** Seconds of grace. */
  readonly grace: number | undefined
  /** False for a workload's template. */
  readonly isPod: boolean
  /** The Pod's name, where it is known. */
  readonly podName: string
}

/** No names, shared. */
export const NO_NAMES: ReadonlySet<string> = new Set()
/** No volumes, shared. */
export const NO_VOLUMES: ReadonlyMap<string, Volume> = new Map()
