import { parseTime } from '../../meta/timestamp.ts'
import type { ContainerInspect } from '../../docker/types.ts'
import { LABEL, SANDBOX } from './labels.ts'
import {
  newestFirst, NOTHING_OBSERVED, type Observed, type ObservedContainer, type ObservedSandbox,
} from './observed.ts'

/** One of klio's containers, translated, and the Pod it serves. */
export type Sighting =
  | { readonly kind: 'sandbox'; readonly podUid: string; readonly sandbox: ObservedSandbox }
  | { readonly kind: 'container'; readonly podUid: string; readonly container: ObservedContainer }

/** Translates an inspection; undefined for what serves no Pod (a warm sandbox, a stranger). */
export function sightingOf(
  inspect: ContainerInspect,
  message: string,
  known?: SandboxPlace,
): Sighting | undefined {
  const labels = inspect.Config.Labels ?? {}
  if (labels[LABEL.role] === 'sandbox' || labels[LABEL.role] === 'pool') {
    const place = known ?? sandboxPlace(inspect)
    return place && { kind: 'sandbox', podUid: place.podUid, sandbox: toSandbox(inspect, place.attempt) }
  }
  const podUid = labels[LABEL.podUid]
  if (podUid === undefined) return undefined
  return { kind: 'container', podUid, container: toContainer(inspect, message) }
}

/** Whom a sandbox serves, and as which try. */
export interface SandboxPlace {
  readonly podUid: string
  readonly attempt: number
}

/** A sandbox made beforehand carries its Pod in its name: Docker's labels never change. */
function sandboxPlace(inspect: ContainerInspect): SandboxPlace | undefined {
  const labels = inspect.Config.Labels ?? {}
  const own = labels[LABEL.podUid]
  if (own !== undefined) return { podUid: own, attempt: Number(labels[LABEL.attempt] ?? 0) }
  return parseSandboxName(inspect.Name)
}

/** Reads what dockerName wrote; names of Pods and namespaces hold no underscore. */
export function parseSandboxName(name: string): SandboxPlace | undefined {
  const parts = name.replace(/^\//, '').split('_')
  if (parts.length !== 7 || parts[0] !== 'klio' || parts[1] !== SANDBOX) return undefined
  return { podUid: parts[4]!, attempt: Number(parts[6]) }
}

/** A sandbox as it is now. */
export function toSandbox(inspect: ContainerInspect, attempt: number): ObservedSandbox {
  const { State, NetworkSettings } = inspect
  const address = Object.values(NetworkSettings.Networks ?? {}).find((n) => n.IPAddress)?.IPAddress
  return {
    id: inspect.Id,
    attempt,
    ready: State.Running,
    createdMs: parseTime(inspect.Created) ?? 0,
    ip: address ?? '',
    pid: State.Pid,
    netns: NetworkSettings.SandboxKey ?? '',
  }
}

/** A container of a Pod as it is now. */
export function toContainer(inspect: ContainerInspect, message: string): ObservedContainer {
  const { State } = inspect
  const labels = inspect.Config.Labels ?? {}
  // One that is being removed says so instead of `created`: its times tell that it never ran.
  const neverRan = !State.Running && !State.Paused && State.StartedAt.startsWith('0001-')
  const failedStart = neverRan && State.Error !== ''
  return {
    id: inspect.Id,
    name: labels[LABEL.container] ?? '',
    attempt: Number(labels[LABEL.attempt] ?? 0),
    sandboxId: labels[LABEL.sandbox] ?? '',
    image: labels[LABEL.image] ?? inspect.Config.Image,
    imageId: labels[LABEL.imageId] ?? `docker://${inspect.Image}`,
    phase: State.Running || State.Paused ? 'running' : neverRan && !failedStart ? 'created' : 'exited',
    createdMs: parseTime(inspect.Created) ?? 0,
    startedAt: failedStart ? EPOCH : State.StartedAt,
    finishedAt: failedStart ? inspect.Created : State.FinishedAt,
    // Source: containerd's CRI, which reports a failed start as 128.
    exitCode: failedStart ? 128 : State.ExitCode,
    oomKilled: State.OOMKilled,
    startError: failedStart ? State.Error : '',
    message,
    pid: State.Pid,
    logPath: inspect.LogPath,
    tty: inspect.Config.Tty === true,
  }
}

const EPOCH = '1970-01-01T00:00:00Z'

/** What Docker has of each Pod, as last seen. Holds one entry per container of this node. */
export interface ObservedStore {
  of(podUid: string): Observed
  podUids(): string[]
  put(sighting: Sighting): void
  /** Forgets a container or sandbox; gives the Pod it served. */
  remove(id: string): string | undefined
  podOf(id: string): string | undefined
  ids(): string[]
}

/** An empty store. */
export function observedStore(): ObservedStore {
  const pods = new Map<string, Observed>()
  const owners = new Map<string, string>()
  const change = (podUid: string, edit: (before: Observed) => Observed): void => {
    const after = edit(pods.get(podUid) ?? NOTHING_OBSERVED)
    if (after.sandboxes.length + after.containers.length === 0) pods.delete(podUid)
    else pods.set(podUid, after)
  }
  return {
    of: (podUid) => pods.get(podUid) ?? NOTHING_OBSERVED,
    podUids: () => [...pods.keys()],
    podOf: (id) => owners.get(id),
    ids: () => [...owners.keys()],
    put(sighting) {
      const id = sighting.kind === 'sandbox' ? sighting.sandbox.id : sighting.container.id
      owners.set(id, sighting.podUid)
      change(sighting.podUid, (before) =>
        sighting.kind === 'sandbox'
          ? { ...before, sandboxes: withItem(before.sandboxes, sighting.sandbox) }
          : { ...before, containers: withItem(before.containers, sighting.container) },
      )
    },
    remove(id) {
      const podUid = owners.get(id)
      owners.delete(id)
      if (podUid === undefined) return undefined
      change(podUid, ({ sandboxes, containers }) => ({
        sandboxes: sandboxes.filter((s) => s.id !== id),
        containers: containers.filter((c) => c.id !== id),
      }))
      return podUid
    },
  }
}

function withItem<T extends { id: string; createdMs: number; attempt: number }>(
  list: readonly T[],
  item: T,
): T[] {
  return [...list.filter((other) => other.id !== item.id), item].sort(newestFirst)
}
