import type { Result } from '../base/result.ts'
import type { DockerError } from './errors.ts'
import type {
  ContainerInspect,
  ContainerSpec,
  ContainerSummary,
  EngineEvent,
  EngineInfo,
  EngineVersion,
  EndpointSettings,
  ExecInspect,
  ExecSpec,
  ImageInspect,
  ImageSummary,
  NetworkInspect,
  NetworkSpec,
  PathStat,
  PullProgress,
  RegistryAuth,
  ResourceLimits,
  StatsSample,
  TopResult,
  VolumeInspect,
  VolumeSpec,
  WaitResult,
} from './types.ts'

/** What every call takes last. */
export interface CallOptions {
  /** Ends the call with kind `retry`, status 0; for a stream, ends the stream too. */
  signal?: AbortSignal
  /**
   * Longest wait for the answer; default DOCKER_CALL_TIMEOUT_MS. Streams: until they open; a
   * pull: each silence.
   */
  timeoutMs?: number
}

/** What every call returns; it never rejects. */
export type Reply<T> = Promise<Result<T, DockerError>>

/** Things that arrive over time, for one reader. Not reading holds the sender back. */
export interface Incoming<T> extends AsyncIterable<T> {
  /** Settles when nothing more comes: ok at the sender's end or after close(). Never rejects. */
  readonly ended: Promise<Result<void, DockerError>>
  /** Drops the connection; the reader's loop ends. */
  close(): void
}

/** A piece of a container's output; a TTY has stdout only. */
export interface Frame {
  stream: 'stdout' | 'stderr'
  bytes: Uint8Array
}

/** Both directions of an attached container or exec. */
export interface IoStream extends Incoming<Frame> {
  /** Resolves when the bytes left for the daemon; false when the connection is gone. */
  write(bytes: Uint8Array): Promise<boolean>
  /** Half-close: the process reads end of file; its output still arrives. */
  closeWrite(): void
}

/** Which containers a list holds. All conditions must hold. */
export interface ContainerFilter {
  /** `key` or `key=value`. */
  labels?: string[]
  /** Stopped ones too; default true. */
  all?: boolean
  ids?: string[]
  names?: string[]
}

/** Which part of a log, and how long. */
export interface LogOptions {
  follow?: boolean
  /** Last lines only. */
  tailLines?: number
  /** RFC 3339 or Unix seconds with a fraction. */
  since?: string
  until?: string
  /** Prefixes each line with its RFC 3339 time and a space. */
  timestamps?: boolean
  stdout?: boolean
  stderr?: boolean
  /** The container has a TTY: its log is not framed. */
  tty?: boolean
}

/** Which ends of a container to hold. */
export interface AttachOptions {
  stdin?: boolean
  stdout?: boolean
  stderr?: boolean
  tty?: boolean
  /** Output from before the attach first. */
  logs?: boolean
}

/** A terminal's size in characters. */
export interface TerminalSize {
  rows: number
  columns: number
}

/** A tar: in memory, or produced piece by piece. */
export type TarBody = Uint8Array | AsyncIterable<Uint8Array>

/** Containers by id or name. */
export interface Containers {
  /** conflict: the name is taken. notFound: no such image. */
  create(
    name: string,
    spec: ContainerSpec,
    call?: CallOptions,
  ): Reply<{ Id: string; Warnings: string[] | null }>
  /** false: it ran already. */
  start(id: string, call?: CallOptions): Reply<boolean>
  inspect(id: string, call?: CallOptions): Reply<ContainerInspect>
  list(filter: ContainerFilter, call?: CallOptions): Reply<ContainerSummary[]>
  /** StopSignal, then SIGKILL after graceSeconds; false: it had stopped. Waits for the end. */
  stop(id: string, graceSeconds: number, call?: CallOptions): Reply<boolean>
  /** conflict: it does not run. `killSignal` as `SIGTERM` or `15`. */
  kill(id: string, killSignal: string, call?: CallOptions): Reply<void>
  remove(id: string, how?: { force?: boolean; volumes?: boolean }, call?: CallOptions): Reply<void>
  /**
   * Waits for the end (no default timeout). `next-exit` waits for one that comes after the call.
   */
  wait(
    id: string,
    until: 'not-running' | 'next-exit' | 'removed',
    call?: CallOptions,
  ): Reply<WaitResult>
  /** Docker's logs endpoint; log-files.ts is three times as fast where the file is readable. */
  logs(id: string, options: LogOptions, call?: CallOptions): Reply<Incoming<Frame>>
  attach(id: string, options: AttachOptions, call?: CallOptions): Reply<IoStream>
  resize(id: string, size: TerminalSize, call?: CallOptions): Reply<void>
  rename(id: string, name: string, call?: CallOptions): Reply<void>
  /** New limits for a live container. */
  update(
    id: string,
    limits: ResourceLimits,
    call?: CallOptions,
  ): Reply<{ Warnings: string[] | null }>
  /** One sample at once, without the second that Docker waits by default. */
  stats(id: string, call?: CallOptions): Reply<StatsSample>
  /** A sample a second. */
  statsStream(id: string, call?: CallOptions): Reply<Incoming<StatsSample>>
  top(id: string, psArgs?: string, call?: CallOptions): Reply<TopResult>
  /** Unpacks a tar below a directory of the container. */
  putArchive(id: string, path: string, tar: TarBody, call?: CallOptions): Reply<void>
  /** A path of the container as a tar. */
  getArchive(
    id: string,
    path: string,
    call?: CallOptions,
  ): Reply<{ stat: PathStat; tar: Incoming<Uint8Array> }>
  pause(id: string, call?: CallOptions): Reply<void>
  unpause(id: string, call?: CallOptions): Reply<void>
}

/** How to pull. */
export interface PullOptions {
  auth?: RegistryAuth
  /** `linux/arm64`. */
  platform?: string
  onProgress?(progress: PullProgress): void
}

/** Images by reference or id. */
export interface Images {
  inspect(reference: string, call?: CallOptions): Reply<ImageInspect>
  list(
    filter?: { labels?: string[]; references?: string[] },
    call?: CallOptions,
  ): Reply<ImageSummary[]>
  /**
   * Pulls one tag or digest. timeoutMs counts from the last sign of progress, not from the start.
   */
  pull(reference: string, options?: PullOptions, call?: CallOptions): Reply<void>
  /** Makes an image out of a root file system; `changes` are Dockerfile lines. Returns its id. */
  importTar(
    tar: TarBody,
    target: { reference: string; changes?: string[]; platform?: string },
    call?: CallOptions,
  ): Reply<string>
  /** Loads what `docker save` wrote. */
  load(tar: TarBody, call?: CallOptions): Reply<void>
  tag(source: string, target: string, call?: CallOptions): Reply<void>
  /** conflict: a container uses it. */
  remove(
    reference: string,
    how?: { force?: boolean; noPrune?: boolean },
    call?: CallOptions,
  ): Reply<void>
}

/** Networks by id or name. */
export interface Networks {
  create(spec: NetworkSpec, call?: CallOptions): Reply<{ Id: string }>
  inspect(id: string, call?: CallOptions): Reply<NetworkInspect>
  list(
    filter?: { labels?: string[]; names?: string[] },
    call?: CallOptions,
  ): Reply<NetworkInspect[]>
  remove(id: string, call?: CallOptions): Reply<void>
  connect(
    id: string,
    container: string,
    endpoint?: EndpointSettings,
    call?: CallOptions,
  ): Reply<void>
  disconnect(id: string, container: string, force?: boolean, call?: CallOptions): Reply<void>
}

/** Volumes by name. */
export interface Volumes {
  /** Returns the existing one when the name is taken with the same driver. */
  create(spec: VolumeSpec, call?: CallOptions): Reply<VolumeInspect>
  inspect(name: string, call?: CallOptions): Reply<VolumeInspect>
  list(filter?: { labels?: string[] }, call?: CallOptions): Reply<VolumeInspect[]>
  /** conflict: a container uses it. */
  remove(name: string, force?: boolean, call?: CallOptions): Reply<void>
}

/** Further processes in a running container. */
export interface Execs {
  /** conflict: the container does not run or is paused. Returns the exec's id. */
  create(container: string, spec: ExecSpec, call?: CallOptions): Reply<string>
  /** Starts it and holds its ends; `tty` as in its spec. */
  start(id: string, options: { tty: boolean }, call?: CallOptions): Reply<IoStream>
  resize(id: string, size: TerminalSize, call?: CallOptions): Reply<void>
  inspect(id: string, call?: CallOptions): Reply<ExecInspect>
}

/** Which events, from when. */
export interface EventFilter {
  /** Unix seconds with a fraction, or RFC 3339; the daemon remembers its last 256 events. */
  since?: string
  labels?: string[]
  types?: string[]
}

/** A container engine that speaks Docker's API: dockerd, Podman, or the simulation's fake. */
export interface Engine {
  /** For people: which socket, and how it was found. */
  readonly endpoint: string
  readonly containers: Containers
  readonly images: Images
  readonly networks: Networks
  readonly volumes: Volumes
  readonly execs: Execs
  /** One connection's worth of events; engine-events.ts keeps it alive over failures. */
  events(filter: EventFilter, call?: CallOptions): Reply<Incoming<EngineEvent>>
  /** The cheapest sign of life. */
  ping(call?: CallOptions): Reply<void>
  version(call?: CallOptions): Reply<EngineVersion>
  info(call?: CallOptions): Reply<EngineInfo>
  /** Ends every connection; later calls are `unavailable`. */
  close(): Promise<void>
}
