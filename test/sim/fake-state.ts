import type { Frame } from '../../src/docker/engine.ts'
import type {
  ContainerInspect,
  ContainerSpec,
  ContainerStatus,
  ImageInspect,
  NetworkInspect,
  VolumeInspect,
} from '../../src/docker/types.ts'
import type { FakeGate } from './fake-gates.ts'
import type { FakeProcess } from './fake-process.ts'
import type { Programs } from './fake-program.ts'
import type { FakeWorld } from './fake-world.ts'

/** One simulated container. */
export interface FakeContainer {
  id: string
  name: string
  spec: ContainerSpec
  imageId: string
  created: string
  status: ContainerStatus
  pid: number
  exitCode: number
  oomKilled: boolean
  error: string
  startedAt: string
  finishedAt: string
  log: (Frame & { time: string })[]
  outputs: Set<(frame: Frame, time: string) => void>
  /** Tars by the path they were put to. */
  archives: Map<string, Uint8Array>
  /** Called at each end of the process, and at removal. */
  waiters: Set<(what: 'exited' | 'removed') => void>
  process: FakeProcess | undefined
  starts: number
}

/** One simulated exec. */
export interface FakeExec {
  id: string
  container: string
  argv: string[]
  pid: number
  running: boolean
  exitCode: number | null
}

/** Everything the fake daemon holds. */
export interface FakeState {
  world: FakeWorld
  programs: Programs
  containers: Map<string, FakeContainer>
  /** By every name: id, tag and digest. */
  images: Map<string, ImageInspect>
  /** What a pull finds. */
  registry: Map<string, ImageInspect>
  networks: Map<string, NetworkInspect>
  volumes: Map<string, VolumeInspect>
  execs: Map<string, FakeExec>
  /** By key; see fake-gates.ts. */
  gates: Map<string, FakeGate>
  /** Time between a start call and the process's first step. */
  startMs: number
  nextPid: number
  nextAddress: number
}

/** By id, by a prefix of it or by name. */
export function findContainer(state: FakeState, id: string): FakeContainer | undefined {
  const exact = state.containers.get(id)
  if (exact) return exact
  const name = id.replace(/^\//, '')
  for (const container of state.containers.values()) {
    if (container.name === name || (name.length >= 12 && container.id.startsWith(name)))
      return container
  }
  return undefined
}

/** An event of a container, with its labels as attributes. */
export function emitContainer(
  state: FakeState,
  c: FakeContainer,
  action: string,
  more: Record<string, string> = {},
): void {
  state.world.emit('container', action, c.id, {
    ...c.spec.Labels,
    image: c.spec.Image,
    name: c.name,
    ...more,
  })
}

/** GET /containers/ID/json. */
export function inspectOf(c: FakeContainer, state: FakeState): ContainerInspect {
  const [path = '', ...args] = argvOf(c.spec, state.images.get(c.imageId))
  return {
    Id: c.id,
    Created: c.created,
    Name: `/${c.name}`,
    Image: c.imageId,
    Path: path,
    Args: args,
    State: {
      Status: c.status,
      Running: c.status === 'running' || c.status === 'paused',
      Paused: c.status === 'paused',
      Restarting: false,
      OOMKilled: c.oomKilled,
      Dead: false,
      Pid: c.pid,
      ExitCode: c.exitCode,
      Error: c.error,
      StartedAt: c.startedAt,
      FinishedAt: c.finishedAt,
    },
    RestartCount: 0,
    LogPath: '',
    HostnamePath: '',
    HostsPath: '',
    ResolvConfPath: '',
    Config: { ...c.spec, HostConfig: undefined },
    HostConfig: c.spec.HostConfig ?? {},
    Mounts: (c.spec.HostConfig?.Mounts ?? []).map((mount) => ({
      Type: mount.Type,
      Source: mount.Source ?? '',
      Destination: mount.Target,
      Mode: '',
      RW: !mount.ReadOnly,
      Propagation: '',
    })),
    NetworkSettings: {
      SandboxKey: c.pid === 0 ? '' : `/var/run/docker/netns/${c.id.slice(0, 12)}`,
      Networks: networksOf(c, state),
    },
  }
}

/** The process's words: the spec's over the image's. */
export function argvOf(spec: ContainerSpec, image: ImageInspect | undefined): string[] {
  const entrypoint = spec.Entrypoint ?? image?.Config.Entrypoint ?? []
  const fromImage = spec.Entrypoint === undefined ? (image?.Config.Cmd ?? []) : []
  return [...entrypoint, ...(spec.Cmd ?? fromImage)]
}

function networksOf(
  c: FakeContainer,
  state: FakeState,
): ContainerInspect['NetworkSettings']['Networks'] {
  const found: ContainerInspect['NetworkSettings']['Networks'] = {}
  for (const network of state.networks.values()) {
    const place = network.Containers?.[c.id]
    if (place)
      found[network.Name] = {
        NetworkID: network.Id,
        IPAddress: place.IPv4Address.split('/')[0] ?? '',
      }
  }
  return found
}
