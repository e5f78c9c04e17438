import type { Instant } from '../../base/clock.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import type { Observed } from './observed.ts'

/** Why a container waits: the reason and message of its status. */
export interface Waiting {
  readonly reason: string
  readonly message: string
}

/** Last settled results of one container's probes; undefined while none settled. */
export interface ProbeResults {
  readonly startup?: boolean
  readonly liveness?: boolean
  readonly readiness?: boolean
}

/** Crash back-off of one container. Source: client-go flowcontrol Backoff. */
export interface BackoffEntry {
  readonly ms: number
  readonly updatedMs: Instant
}

/** An end that the kubelet itself decided on. */
export interface Ending {
  readonly reason: string
  readonly message: string
  /** Overrides the Pod's own grace, seconds. */
  readonly graceSeconds?: number
}

/**
 * What a Pod's worker knows besides the Pod and Docker's containers: results of probes, failures of
 * starts, what is under way. Plain data: plans read it, the worker writes it.
 */
export interface PodFacts {
  /** By container id. */
  readonly probes: ReadonlyMap<string, ProbeResults>
  /** By container name. */
  readonly backoffs: ReadonlyMap<string, BackoffEntry>
  /** By container name: why the last start failed, and when the next try is due. */
  readonly failures: ReadonlyMap<string, Waiting & { retryAt: Instant }>
  /** Keys of actions under way (actionKey). */
  readonly busy: ReadonlySet<string>
  readonly volumes: 'pending' | 'ready' | 'failed'
  /** When to try the volumes again. */
  readonly volumesRetryAt?: Instant
  readonly sandboxRetryAt?: Instant
  /** Refused at admission: no container ever runs. */
  readonly rejected?: Ending
  /** Ended by the kubelet: deadline, eviction. */
  readonly ended?: Ending
  /** The Pod is gone from the API. */
  readonly orphaned: boolean
  /** Volumes are taken down; nothing is left but the record. */
  readonly tornDown: boolean
}

/** Facts of a Pod nobody has worked on. */
export const NO_FACTS: PodFacts = {
  probes: new Map(),
  backoffs: new Map(),
  failures: new Map(),
  busy: new Set(),
  volumes: 'pending',
  orphaned: false,
  tornDown: false,
}

/** What a plan is made from. */
export interface PodInput {
  readonly pod: Pod
  readonly observed: Observed
  readonly facts: PodFacts
  readonly now: Instant
  /** The status says Succeeded or Failed: nothing may start any more. */
  readonly terminal: boolean
}
