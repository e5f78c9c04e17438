import type { VolumePaths } from './apply-volumes.ts'
import type { BackoffEntry, Ending, PodFacts, ProbeResults, Waiting } from './pod-facts.ts'
import type { ProbeType } from './plan-probe.ts'

/** The facts of one Pod as its worker keeps and changes them. */
export interface PodState extends PodFacts {
  readonly probes: Map<string, ProbeResults>
  readonly backoffs: Map<string, BackoffEntry>
  readonly failures: Map<string, Waiting & { retryAt: number }>
  readonly busy: Set<string>
  volumes: 'pending' | 'ready' | 'failed'
  volumesRetryAt: number | undefined
  volumeFailures: number
  sandboxRetryAt: number | undefined
  sandboxFailures: number
  rejected: Ending | undefined
  ended: Ending | undefined
  orphaned: boolean
  tornDown: boolean
  /** Host paths of mounted volumes. */
  paths: VolumePaths
}

/** The state of a Pod that nobody has worked on. */
export const newPodState = (): PodState => ({
  probes: new Map(),
  backoffs: new Map(),
  failures: new Map(),
  busy: new Set(),
  volumes: 'pending',
  volumesRetryAt: undefined,
  volumeFailures: 0,
  sandboxRetryAt: undefined,
  sandboxFailures: 0,
  rejected: undefined,
  ended: undefined,
  orphaned: false,
  tornDown: false,
  paths: new Map(),
})

/** Notes a settled probe; false when it says nothing new. */
export function noteProbe(state: PodState, id: string, type: ProbeType, success: boolean): boolean {
  const before = state.probes.get(id)
  if (before?.[type] === success) return false
  state.probes.set(id, { ...before, [type]: success })
  return true
}

/** Forgets what was known of containers that are gone, so that the maps stay as small as the Pod. */
export function forgetGone(state: PodState, ids: ReadonlySet<string>): void {
  for (const id of state.probes.keys()) if (!ids.has(id)) state.probes.delete(id)
}
