import { err, ok, type Result } from '../../base/result.ts'
import type { Frame, IoStream, TerminalSize } from '../../docker/engine.ts'
import { openLog } from '../../docker/log-files.ts'
import { badRequest, internalError, notFound, type Status } from '../../meta/status.ts'
import { timeText } from '../../meta/timestamp.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import type { Kubelet } from './kubelet.ts'
import { latestOf, type ObservedContainer, readySandbox } from './observed.ts'
import { allContainers, findContainer, isHostNetwork } from './pod-spec.ts'
import { type Duplex, dialPod } from './port-forward.ts'

/** Names a Pod on this node. */
export interface PodRef {
  readonly namespace: string
  readonly name: string
  /** Refused when another Pod has the name. */
  readonly uid?: string
}

/** Source: core/v1 PodLogOptions. */
export interface LogsOptions {
  readonly follow?: boolean
  readonly previous?: boolean
  readonly sinceSeconds?: number
  readonly sinceTime?: string
  readonly timestamps?: boolean
  readonly tailLines?: number
  readonly limitBytes?: number
  /** `All`, `Stdout` or `Stderr`. */
  readonly stream?: string
  readonly signal?: AbortSignal
}

/** Which streams an exec or attach carries. */
export interface StreamOptions {
  readonly stdin?: boolean
  readonly stdout?: boolean
  readonly stderr?: boolean
  readonly tty?: boolean
}

/** A process whose ends are in the caller's hands. */
export interface Session {
  /** Output; ends with the process or with close(). */
  readonly output: AsyncIterable<Frame>
  write(bytes: Uint8Array): Promise<boolean>
  /** The process reads end of file. */
  closeInput(): void
  resize(size: TerminalSize): Promise<void>
  /** Settles after the output has ended; for an attach the code of the container itself. */
  exitCode(): Promise<Result<number, Status>>
  close(): void
}

/** What the API server asks of a node. Plain functions: HTTP is put around them elsewhere. */
export interface KubeletServer {
  logs(ref: PodRef, container: string, options: LogsOptions): Promise<Result<AsyncIterable<Uint8Array>, Status>>
  exec(ref: PodRef, container: string, command: readonly string[], options: StreamOptions): Promise<Result<Session, Status>>
  attach(ref: PodRef, container: string, options: StreamOptions): Promise<Result<Session, Status>>
  portForward(ref: PodRef, port: number): Promise<Result<Duplex, Status>>
}

/** Source: kubelet/server/server.go, kubelet_pods.go. */
export function kubeletServer(kubelet: Kubelet): KubeletServer {
  return {
    logs: (ref, container, options) => logs(kubelet, ref, container, options),
    exec: (ref, container, command, options) => exec(kubelet, ref, container, command, options),
    attach: (ref, container, options) => attach(kubelet, ref, container, options),
    portForward: (ref, port) => portForward(kubelet, ref, port),
  }
}

function findPod(kubelet: Kubelet, ref: PodRef): Result<Pod, Status> {
  const pod = kubelet.pod(ref.namespace, ref.name)
  if (pod && (ref.uid === undefined || pod.metadata.uid === ref.uid)) return ok(pod)
  return err(notFound({ group: '', resource: 'pods' }, ref.name))
}

/** The container's name when none is given: the only one there is. */
function containerName(pod: Pod, name: string): Result<string, Status> {
  if (name !== '') {
    if (findContainer(pod, name)) return ok(name)
    return err(badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`))
  }
  const names = (pod.spec?.containers ?? []).map((c) => c.name)
  if (names.length === 1) return ok(names[0]!)
  return err(badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(' ')}]`))
}

/** The newest try, or the one before; upstream's words when it has none. Source: validateContainerLogStatus. */
function tryFor(kubelet: Kubelet, pod: Pod, name: string, previous: boolean): Result<ObservedContainer, Status> {
  const tries = kubelet.context.store.of(pod.metadata.uid!).containers.filter((c) => c.name === name)
  if (previous) {
    const ended = tries.find((c) => c.phase === 'exited')
    if (ended) return ok(ended)
    return err(badRequest(`previous terminated container "${name}" in pod "${pod.metadata.name}" not found`))
  }
  const latest = tries.find((c) => c.phase !== 'created')
  if (latest) return ok(latest)
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {}
  const status = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses]
    .find((s) => s.name === name)
  const reason = status?.state?.waiting?.reason ?? 'ContainerCreating'
  const why = /^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName)$/.test(reason)
    ? 'trying and failing to pull image'
    : reason
  return err(badRequest(`container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${why}`))
}

async function logs(
  kubelet: Kubelet,
  ref: PodRef,
  container: string,
  options: LogsOptions,
): Promise<Result<AsyncIterable<Uint8Array>, Status>> {
  const pod = findPod(kubelet, ref)
  const name = pod.ok ? containerName(pod.value, container) : pod
  const found = pod.ok && name.ok ? tryFor(kubelet, pod.value, name.value, options.previous === true) : name
  if (!found.ok) return found
  if (typeof found.value === 'string') return err(internalError('no container'))
  const { id, logPath, tty } = found.value
  const since = sinceText(kubelet, options)
  const opened = await openLog(kubelet.context.engine, { id, logPath, tty }, {
    follow: options.follow === true && found.value.phase === 'running',
    timestamps: options.timestamps === true,
    stdout: options.stream !== 'Stderr',
    stderr: options.stream !== 'Stdout',
    ...(options.tailLines !== undefined && { tailLines: options.tailLines }),
    ...(since !== undefined && { since }),
  }, options.signal ? { signal: options.signal } : {})
  if (!opened.ok) return err(internalError(opened.error.message))
  return ok(limited(opened.value, options.limitBytes))
}

function sinceText(kubelet: Kubelet, { sinceSeconds, sinceTime }: LogsOptions): string | undefined {
  if (sinceTime !== undefined) return sinceTime
  if (sinceSeconds === undefined) return undefined
  return timeText(kubelet.context.clock.now() - sinceSeconds * 1000)
}

async function* limited(
  frames: AsyncIterable<Frame> & { close(): void },
  max = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  let left = max
  try {
    for await (const { bytes } of frames) {
      if (left <= 0) return
      yield bytes.length > left ? bytes.subarray(0, left) : bytes
      left -= bytes.length
    }
  } finally {
    frames.close()
  }
}

function runningContainer(kubelet: Kubelet, ref: PodRef, container: string): Result<ObservedContainer, Status> {
  const pod = findPod(kubelet, ref)
  const name = pod.ok ? containerName(pod.value, container) : pod
  if (!pod.ok || !name.ok) return pod.ok ? (name as Result<never, Status>) : pod
  const latest = latestOf(kubelet.context.store.of(pod.value.metadata.uid!), name.value)
  if (latest?.phase === 'running') return ok(latest)
  const known = allContainers(pod.value).some((c) => c.container.name === name.value)
  return err(internalError(known ? `container not found ("${name.value}")` : `unknown container ${name.value}`))
}

async function exec(
  kubelet: Kubelet,
  ref: PodRef,
  container: string,
  command: readonly string[],
  options: StreamOptions,
): Promise<Result<Session, Status>> {
  const found = runningContainer(kubelet, ref, container)
  if (!found.ok) return found
  const { execs } = kubelet.context.engine
  const tty = options.tty === true
  const created = await execs.create(found.value.id, {
    Cmd: [...command], Tty: tty, AttachStdin: options.stdin === true,
    AttachStdout: options.stdout !== false, AttachStderr: options.stderr !== false && !tty,
  })
  if (!created.ok) return err(internalError(created.error.message))
  const id = created.value
  const started = await execs.start(id, { tty })
  if (!started.ok) return err(internalError(started.error.message))
  const exitCode = async (): Promise<Result<number, Status>> => {
    const inspect = await execs.inspect(id)
    return inspect.ok ? ok(inspect.value.ExitCode ?? 137) : err(internalError(inspect.error.message))
  }
  return ok(session(started.value, async (size) => void (await execs.resize(id, size)), exitCode))
}

async function attach(
  kubelet: Kubelet,
  ref: PodRef,
  container: string,
  options: StreamOptions,
): Promise<Result<Session, Status>> {
  const found = runningContainer(kubelet, ref, container)
  if (!found.ok) return found
  const { id, tty } = found.value
  const { containers } = kubelet.context.engine
  const opened = await containers.attach(id, {
    stdin: options.stdin === true, stdout: options.stdout !== false, stderr: options.stderr !== false, tty,
  })
  if (!opened.ok) return err(internalError(opened.error.message))
  const exitCode = async (): Promise<Result<number, Status>> => {
    const inspect = await containers.inspect(id)
    return inspect.ok ? ok(inspect.value.State.ExitCode) : err(internalError(inspect.error.message))
  }
  return ok(session(opened.value, async (size) => void (await containers.resize(id, size)), exitCode))
}

const session = (
  stream: IoStream,
  resize: (size: TerminalSize) => Promise<void>,
  exitCode: () => Promise<Result<number, Status>>,
): Session => ({
  output: stream,
  write: (bytes) => stream.write(bytes),
  closeInput: () => stream.closeWrite(),
  resize,
  exitCode: async () => {
    await stream.ended
    return exitCode()
  },
  close: () => stream.close(),
})

async function portForward(kubelet: Kubelet, ref: PodRef, port: number): Promise<Result<Duplex, Status>> {
  const pod = findPod(kubelet, ref)
  if (!pod.ok) return pod
  const sandbox = readySandbox(kubelet.context.store.of(pod.value.metadata.uid!))
  if (!sandbox) return err(internalError(`pod ${ref.name} is not running`))
  const host = isHostNetwork(pod.value) ? undefined : sandbox
  const dialled = await dialPod(host, port)
  return dialled.ok ? dialled : err(internalError(dialled.error))
}
