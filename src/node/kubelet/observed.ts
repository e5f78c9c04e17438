import type { Instant } from '../../base/clock.ts'

/** Where a container is in its life, as the specification sees it. */
export type ContainerPhase = 'created' | 'running' | 'exited'

/** One container of a Pod as Docker has it. Times are RFC 3339 texts or milliseconds where named so. */
export interface ObservedContainer {
  readonly id: string
  readonly name: string
  /** Number of this try, from 0; the restart count of a status. */
  readonly attempt: number
  /** Sandbox it was made for; one made for an earlier sandbox counts as history. */
  readonly sandboxId: string
  /** As the spec named it when this try was made; another name there means a restart. */
  readonly image: string
  /** `docker://sha256:...` or `docker-pullable://repository@sha256:...`. */
  readonly imageId: string
  readonly phase: ContainerPhase
  readonly createdMs: Instant
  readonly startedAt: string
  readonly finishedAt: string
  readonly exitCode: number
  readonly oomKilled: boolean
  /** The daemon's words when the start failed. */
  readonly startError: string
  /** Termination message, read once at the exit. */
  readonly message: string
  readonly pid: number
  readonly logPath: string
  readonly tty: boolean
}

/** The container that holds a Pod's network and IPC namespaces. */
export interface ObservedSandbox {
  readonly id: string
  readonly attempt: number
  readonly ready: boolean
  readonly createdMs: Instant
  /** Empty with host network. */
  readonly ip: string
  readonly pid: number
  /** File of the network namespace. */
  readonly netns: string
}

/** All of one Pod that Docker has, newest first. */
export interface Observed {
  readonly sandboxes: readonly ObservedSandbox[]
  readonly containers: readonly ObservedContainer[]
}

/** Nothing was found. */
export const NOTHING_OBSERVED: Observed = { sandboxes: [], containers: [] }

/** The newest try of a container. */
export const latestOf = (observed: Observed, name: string): ObservedContainer | undefined =>
  observed.containers.find((c) => c.name === name)

/** The newest try of a container in this sandbox. */
export const activeOf = (
  observed: Observed,
  name: string,
  sandboxId: string,
): ObservedContainer | undefined =>
  observed.containers.find((c) => c.name === name && c.sandboxId === sandboxId)

/** The newest sandbox when it is ready. */
export const readySandbox = (observed: Observed): ObservedSandbox | undefined =>
  observed.sandboxes[0]?.ready ? observed.sandboxes[0] : undefined

/** Order of a Pod's history: newest first; of one moment the higher attempt. */
export const newestFirst = (
  a: { createdMs: Instant; attempt: number },
  b: { createdMs: Instant; attempt: number },
): number => b.attempt - a.attempt || b.createdMs - a.createdMs
