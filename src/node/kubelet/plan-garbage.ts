import type { Observed, ObservedContainer } from './observed.ts'

/** Tries kept of each container besides the newest, for `logs --previous`. Source: MaxPerPodContainerCount. */
const KEPT = 1

/** Ended tries that nobody can ask for any more. Source: kuberuntime_gc.go. */
export function expiredContainers(observed: Observed): ObservedContainer[] {
  const seen = new Map<string, number>()
  return observed.containers.filter((container) => {
    const newer = seen.get(container.name) ?? 0
    seen.set(container.name, newer + 1)
    return newer > KEPT && container.phase === 'exited'
  })
}

/** What Docker and the disk hold of Pods that the API does not know. */
export interface Leftovers {
  readonly containers: readonly string[]
  readonly folders: readonly string[]
}

/** Leftovers of Pods without a worker. */
export function planLeftovers(
  known: ReadonlySet<string>,
  found: readonly { id: string; podUid: string }[],
  folders: readonly string[],
): Leftovers {
  return {
    containers: found.filter((c) => !known.has(c.podUid)).map((c) => c.id),
    folders: folders.filter((uid) => !known.has(uid)),
  }
}
