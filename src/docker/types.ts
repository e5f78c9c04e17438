/**
 * The parts of the Docker Engine API that klio reads or writes, under Docker's own names, so that
 * the API reference is the documentation of every field. Nothing here knows Kubernetes.
 * Source: https://docs.docker.com/reference/api/engine/version/v1.41/ (and later where noted).
 */

/** What a container runs and under which limits: the body of POST /containers/create. */
export interface ContainerSpec {
  Image: string
  /** Replaces the image's entrypoint; an empty list clears it. */
  Entrypoint?: string[]
  Cmd?: string[]
  /** `NAME=value`, without a shell's quoting. */
  Env?: string[]
  Labels?: Record<string, string>
  WorkingDir?: string
  /** `user[:group]`, names or numbers. */
  User?: string
  /** Refused by Docker together with a `container:` network mode. */
  Hostname?: string
  Domainname?: string
  Tty?: boolean
  OpenStdin?: boolean
  /** Closes stdin when the first attached client leaves. */
  StdinOnce?: boolean
  AttachStdin?: boolean
  AttachStdout?: boolean
  AttachStderr?: boolean
  StopSignal?: string
  /** Seconds between StopSignal and SIGKILL when the stop call names none. */
  StopTimeout?: number
  /** `{Test: ['NONE']}` switches off a health check that the image brings. */
  Healthcheck?: { Test: string[] }
  ExposedPorts?: Record<string, Record<string, never>>
  HostConfig?: HostConfig
  NetworkingConfig?: { EndpointsConfig: Record<string, EndpointSettings> }
}

/** Limits that POST /containers/ID/update changes on a live container; a part of HostConfig. */
export interface ResourceLimits {
  /** Bytes; 0 is no limit. */
  Memory?: number
  MemoryReservation?: number
  /** Memory and swap together in bytes; -1 is no limit. */
  MemorySwap?: number
  CpuShares?: number
  /** Microseconds. */
  CpuPeriod?: number
  /** Microseconds of one period; 0 is no limit. */
  CpuQuota?: number
  CpusetCpus?: string
  CpusetMems?: string
  /** 0 or -1 is no limit. */
  PidsLimit?: number
  BlkioWeight?: number
}

/** How a container meets its host. */
export interface HostConfig extends ResourceLimits {
  /** `bridge`, `none`, `host`, a network's name, or `container:ID`. */
  NetworkMode?: string
  /** `private`, `shareable`, `host` or `container:ID`. */
  IpcMode?: string
  /** ``, `host` or `container:ID`. */
  PidMode?: string
  /** `` or `host`; Docker cannot join another container's. */
  UTSMode?: string
  UsernsMode?: string
  /** `private` or `host`. */
  CgroupnsMode?: string
  CgroupParent?: string
  /** `source:target[:options]`; options `ro`, `rshared`, `rslave`, ... */
  Binds?: string[]
  Mounts?: MountSpec[]
  /** Path to mount options. */
  Tmpfs?: Record<string, string>
  /** Bytes of /dev/shm; only where the IPC namespace is the container's own. */
  ShmSize?: number
  OomScoreAdj?: number
  OomKillDisable?: boolean
  CapAdd?: string[]
  CapDrop?: string[]
  Privileged?: boolean
  ReadonlyRootfs?: boolean
  /** `no-new-privileges`, `seccomp=JSON`, `apparmor=PROFILE`, `label=...`, `systempaths=...`. */
  SecurityOpt?: string[]
  /** undefined: Docker's own list; an empty list hides nothing. */
  MaskedPaths?: string[]
  ReadonlyPaths?: string[]
  Sysctls?: Record<string, string>
  /** `name:address`. */
  ExtraHosts?: string[]
  Dns?: string[]
  DnsSearch?: string[]
  DnsOptions?: string[]
  GroupAdd?: string[]
  Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[]
  DeviceCgroupRules?: string[]
  Ulimits?: { Name: string; Soft: number; Hard: number }[]
  /** Runs docker-init as the first process. */
  Init?: boolean
  Runtime?: string
  LogConfig?: { Type: string; Config?: Record<string, string> }
  RestartPolicy?: { Name: string; MaximumRetryCount?: number }
  AutoRemove?: boolean
  PortBindings?: Record<string, { HostIp?: string; HostPort?: string }[]>
  StorageOpt?: Record<string, string>
}

/** One mount in the long form. */
export interface MountSpec {
  Type: 'bind' | 'volume' | 'tmpfs'
  Source?: string
  Target: string
  ReadOnly?: boolean
  BindOptions?: {
    Propagation?: 'private' | 'rprivate' | 'shared' | 'rshared' | 'slave' | 'rslave'
    NonRecursive?: boolean
    /** Since API 1.43. */
    CreateMountpoint?: boolean
  }
  VolumeOptions?: { NoCopy?: boolean; Labels?: Record<string, string>; Subpath?: string }
  TmpfsOptions?: { SizeBytes?: number; Mode?: number }
}

/** A container's place in one network. */
export interface EndpointSettings {
  IPAMConfig?: { IPv4Address?: string; IPv6Address?: string }
  Aliases?: string[]
  MacAddress?: string
  NetworkID?: string
  EndpointID?: string
  Gateway?: string
  IPAddress?: string
  IPPrefixLen?: number
  GlobalIPv6Address?: string
}

/** Docker's words for where a container is in its life. */
export type ContainerStatus =
  'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'

/** What a container is doing. */
export interface ContainerState {
  Status: ContainerStatus
  Running: boolean
  Paused: boolean
  Restarting: boolean
  OOMKilled: boolean
  Dead: boolean
  /** Of the first process, as the daemon's host sees it; 0 when there is none. */
  Pid: number
  ExitCode: number
  /** Why the start failed, in the daemon's words. */
  Error: string
  /** RFC 3339 with nanoseconds; `0001-01-01T00:00:00Z` when it never started. */
  StartedAt: string
  FinishedAt: string
}

/** GET /containers/ID/json. */
export interface ContainerInspect {
  Id: string
  Created: string
  /** With its leading slash. */
  Name: string
  /** The image's id, with `sha256:`. */
  Image: string
  Path: string
  Args: string[]
  State: ContainerState
  RestartCount: number
  /** The json-file log; empty for other drivers. */
  LogPath: string
  HostnamePath: string
  HostsPath: string
  ResolvConfPath: string
  Config: ContainerSpec
  HostConfig: HostConfig
  Mounts: MountPoint[]
  NetworkSettings: {
    /** File of the network namespace, below /var/run/docker/netns. */
    SandboxKey: string
    Networks: Record<string, EndpointSettings>
  }
}

/** A mount as it is. */
export interface MountPoint {
  Type: string
  Name?: string
  Source: string
  Destination: string
  Mode: string
  RW: boolean
  Propagation: string
}

/** One row of GET /containers/json. */
export interface ContainerSummary {
  Id: string
  /** Each with its leading slash. */
  Names: string[]
  Image: string
  ImageID: string
  /** Seconds since the epoch. */
  Created: number
  Labels: Record<string, string>
  State: ContainerStatus
  /** For people: `Up 3 minutes`. */
  Status: string
  NetworkSettings?: { Networks: Record<string, EndpointSettings> }
}

/** One line of POST /containers/ID/wait. */
export interface WaitResult {
  StatusCode: number
  Error?: { Message: string } | null
}

/** One sample of GET /containers/ID/stats; fields differ between cgroup v1 and v2. */
export interface StatsSample {
  /** RFC 3339; `0001-...` when the container does not run. */
  read: string
  cpu_stats: {
    /** Nanoseconds since the container started. */
    cpu_usage: { total_usage: number; usage_in_usermode: number; usage_in_kernelmode: number }
    system_cpu_usage?: number
    online_cpus?: number
    throttling_data?: { periods: number; throttled_periods: number; throttled_time: number }
  }
  memory_stats: {
    usage?: number
    limit?: number
    /** The lines of memory.stat; bytes. */
    stats?: Record<string, number>
  }
  pids_stats?: { current?: number; limit?: number }
  networks?: Record<string, NetworkCounters>
  blkio_stats?: {
    io_service_bytes_recursive?:
      { major: number; minor: number; op: string; value: number }[] | null
  }
}

/** Counters of one interface since the container started. */
export interface NetworkCounters {
  rx_bytes: number
  rx_packets: number
  rx_errors: number
  rx_dropped: number
  tx_bytes: number
  tx_packets: number
  tx_errors: number
  tx_dropped: number
}

/** GET /containers/ID/top: ps on the daemon's host. */
export interface TopResult {
  Titles: string[]
  Processes: string[][]
}

/** The X-Docker-Container-Path-Stat header of an archive. */
export interface PathStat {
  name: string
  size: number
  /** Go's os.FileMode. */
  mode: number
  mtime: string
  linkTarget: string
}

/** GET /images/NAME/json. */
export interface ImageInspect {
  /** With `sha256:`. */
  Id: string
  RepoTags: string[]
  /** `repository@sha256:...`; empty for what was never pulled or pushed. */
  RepoDigests: string[]
  Created: string
  Size: number
  Architecture: string
  Os: string
  Config: {
    User?: string
    Env?: string[] | null
    Entrypoint?: string[] | null
    Cmd?: string[] | null
    WorkingDir?: string
    Labels?: Record<string, string> | null
    StopSignal?: string
    ExposedPorts?: Record<string, unknown> | null
    Volumes?: Record<string, unknown> | null
    Healthcheck?: { Test?: string[] } | null
  }
}

/** One row of GET /images/json. */
export interface ImageSummary {
  Id: string
  RepoTags: string[] | null
  RepoDigests: string[] | null
  /** Seconds since the epoch. */
  Created: number
  Size: number
  Labels: Record<string, string> | null
  /** -1 where the daemon did not count. */
  Containers: number
}

/** Credentials for one registry: the X-Registry-Auth header before it is encoded. */
export interface RegistryAuth {
  username?: string
  password?: string
  serveraddress?: string
  identitytoken?: string
  registrytoken?: string
}

/** One line of a pull's progress. */
export interface PullProgress {
  status?: string
  /** The layer. */
  id?: string
  progressDetail?: { current?: number; total?: number }
  error?: string
  errorDetail?: { code?: number; message?: string }
}

/** The body of POST /networks/create. */
export interface NetworkSpec {
  Name: string
  Driver?: string
  Internal?: boolean
  EnableIPv6?: boolean
  CheckDuplicate?: boolean
  IPAM?: { Driver?: string; Config?: IpamPool[] }
  Options?: Record<string, string>
  Labels?: Record<string, string>
}

/** A range of addresses; each in CIDR form but the gateway. */
export interface IpamPool {
  Subnet: string
  IPRange?: string
  Gateway?: string
}

/** GET /networks/ID. */
export interface NetworkInspect {
  Id: string
  Name: string
  Created: string
  Driver: string
  Internal: boolean
  IPAM: { Driver: string; Config: IpamPool[] | null }
  Options: Record<string, string> | null
  Labels: Record<string, string> | null
  /** By container id; only when the network was asked for by id or name. */
  Containers?: Record<string, { Name: string; IPv4Address: string; MacAddress: string }>
}

/** The body of POST /volumes/create. */
export interface VolumeSpec {
  Name: string
  Driver?: string
  DriverOpts?: Record<string, string>
  Labels?: Record<string, string>
}

/** GET /volumes/NAME. */
export interface VolumeInspect {
  Name: string
  Driver: string
  Mountpoint: string
  CreatedAt?: string
  Labels: Record<string, string> | null
  Options: Record<string, string> | null
}

/** The body of POST /containers/ID/exec. */
export interface ExecSpec {
  Cmd: string[]
  Env?: string[]
  User?: string
  WorkingDir?: string
  Tty?: boolean
  AttachStdin?: boolean
  AttachStdout?: boolean
  AttachStderr?: boolean
  Privileged?: boolean
}

/** GET /exec/ID/json. */
export interface ExecInspect {
  ID: string
  ContainerID: string
  Running: boolean
  /** null while it runs. */
  ExitCode: number | null
  Pid: number
}

/** One line of GET /events. */
export interface EngineEvent {
  Type: string
  /** `start`, `die`, `oom`, `exec_die`, `health_status: healthy`, ... */
  Action: string
  Actor: { ID: string; Attributes: Record<string, string> }
  /** Seconds since the epoch. */
  time: number
  /** Nanoseconds since the epoch, as text: a number would lose its last digits. */
  timeNano: string
}

/** GET /version. */
export interface EngineVersion {
  Version: string
  ApiVersion: string
  MinAPIVersion?: string
  Os: string
  Arch: string
  KernelVersion?: string
  /** `Podman Engine` where Podman answers. */
  Components?: { Name: string; Version: string }[]
}

/** GET /info. */
export interface EngineInfo {
  ID: string
  Name: string
  ServerVersion: string
  OperatingSystem: string
  OSType: string
  Architecture: string
  KernelVersion: string
  NCPU: number
  /** Bytes. */
  MemTotal: number
  Driver: string
  LoggingDriver: string
  CgroupDriver: string
  CgroupVersion?: string
  DockerRootDir: string
  DefaultRuntime: string
  /** `name=seccomp,profile=default`, `name=rootless`, ... */
  SecurityOptions: string[] | null
  LiveRestoreEnabled?: boolean
  Containers: number
  ContainersRunning: number
  Images: number
}
