import type {
  Container, ContainerState, ContainerStatus, EphemeralContainer, Pod,
} from '../../resources/generated/core.gen.ts'
import { parseTime, timeText } from '../../meta/timestamp.ts'
import { type Observed, type ObservedContainer } from './observed.ts'
import type { PodFacts, Waiting } from './pod-facts.ts'
import { shouldStart } from './plan-restart.ts'
import { type ContainerRole, isSidecar, specOf } from './pod-spec.ts'

/** What container statuses are made from. */
export interface StatusInput {
  readonly pod: Pod
  readonly observed: Observed
  readonly facts: PodFacts
  /** Why containers wait, from the plan. */
  readonly waiting: ReadonlyMap<string, Waiting>
}

/**
 * Statuses of the containers of one role. Source: kubelet_pods.go convertToAPIContainerStatuses,
 * prober_manager.go UpdatePodStatus.
 */
export function planContainerStatuses(input: StatusInput, role: ContainerRole): ContainerStatus[] {
  const spec = specOf(input.pod)
  const before = statusesBefore(input.pod, role)
  const containers: readonly (Container | EphemeralContainer)[] = {
    init: spec.initContainers ?? [],
    app: spec.containers,
    ephemeral: spec.ephemeralContainers ?? [],
  }[role]
  return containers.map((container) =>
    containerStatus(input, role, container, before.get(container.name)),
  )
}

const statusesBefore = (pod: Pod, role: ContainerRole): Map<string, ContainerStatus> => {
  const status = pod.status ?? {}
  const list = {
    init: status.initContainerStatuses,
    app: status.containerStatuses,
    ephemeral: status.ephemeralContainerStatuses,
  }[role]
  return new Map((list ?? []).map((s) => [s.name, s]))
}

function containerStatus(
  input: StatusInput,
  role: ContainerRole,
  container: Container | EphemeralContainer,
  before: ContainerStatus | undefined,
): ContainerStatus {
  const tries = input.observed.containers.filter((c) => c.name === container.name)
  const [latest, previous] = tries
  const base = latest
    ? fromObserved(latest, previous, before)
    : withoutContainer(input, role, container, before)
  const status: ContainerStatus = { ...base, ...mountStatuses(container) }
  if (mayStart(input.pod, container, latest)) applyWaiting(input, container.name, status)
  if (latest) {
    status.resources = structuredClone(container.resources ?? {})
    if (container.resources?.requests) status.allocatedResources = container.resources.requests
  }
  applyProbes(input, role, container, before, status)
  return status
}

function fromObserved(
  latest: ObservedContainer,
  previous: ObservedContainer | undefined,
  before: ContainerStatus | undefined,
): ContainerStatus {
  const lastState = previous ? stateOf(previous) : keptLastState(latest, before)
  return {
    name: latest.name,
    state: stateOf(latest),
    lastState,
    ready: false,
    restartCount: Math.max(latest.attempt, sameContainer(latest, before) ? before!.restartCount : 0),
    image: latest.image,
    imageID: latest.imageId,
    containerID: `docker://${latest.id}`,
  }
}

/** The end of the try before, when Docker has forgotten it but the API has not. */
function keptLastState(latest: ObservedContainer, before: ContainerStatus | undefined): ContainerState {
  if (!before) return {}
  if (sameContainer(latest, before)) return before.lastState ?? {}
  return before.state?.terminated ? { terminated: before.state.terminated } : (before.lastState ?? {})
}

const sameContainer = (c: ObservedContainer, before: ContainerStatus | undefined): boolean =>
  before?.containerID === `docker://${c.id}`

/** The state of one try. */
export function stateOf(c: ObservedContainer): ContainerState {
  if (c.phase === 'created') return { waiting: {} }
  if (c.phase === 'running') return { running: { startedAt: toSeconds(c.startedAt) } }
  return {
    terminated: {
      exitCode: c.exitCode,
      reason: exitReason(c),
      ...(exitMessage(c) !== '' && { message: exitMessage(c) }),
      startedAt: toSeconds(c.startedAt),
      finishedAt: toSeconds(c.finishedAt),
      containerID: `docker://${c.id}`,
    },
  }
}

/** Completed, OOMKilled, Error, or StartError when it never ran. Source: containerd's CRI statuses. */
export function exitReason(c: ObservedContainer): string {
  if (c.startError !== '') return 'StartError'
  if (c.oomKilled) return 'OOMKilled'
  return c.exitCode === 0 ? 'Completed' : 'Error'
}

const exitMessage = (c: ObservedContainer): string =>
  c.startError === '' ? c.message : [c.startError, c.message].filter((t) => t !== '').join(': ')

const toSeconds = (text: string): string => timeText(parseTime(text) ?? 0)

/** A container that Docker does not have: waiting, or lost when the API knows that it ran. */
function withoutContainer(
  input: StatusInput,
  role: ContainerRole,
  container: Container | EphemeralContainer,
  before: ContainerStatus | undefined,
): ContainerStatus {
  const status: ContainerStatus = {
    name: container.name,
    state: { waiting: { reason: defaultReason(input.pod, role) } },
    lastState: before?.lastState ?? {},
    ready: false,
    restartCount: before?.restartCount ?? 0,
    image: container.image ?? '',
    imageID: '',
  }
  if (before?.state?.terminated) return { ...before, ready: false }
  const done = role === 'init' && !isSidecar(container) && appCreated(input)
  if (done) {
    const message =
      'Unable to get init container status from container runtime and pod has been initialized, ' +
      'treat it as exited normally'
    return { ...status, state: { terminated: { reason: 'Completed', message, exitCode: 0 } } }
  }
  if (!before?.state?.running || status.lastState?.terminated) return status
  const lost = {
    reason: 'ContainerStatusUnknown',
    message:
      'The container could not be located when the pod was deleted.  The container used to be Running',
    exitCode: 137,
  }
  const again = input.pod.metadata.deletionTimestamp ? 0 : 1
  return { ...status, lastState: { terminated: lost }, restartCount: status.restartCount + again }
}

const appCreated = ({ pod, observed }: StatusInput): boolean =>
  specOf(pod).containers.some((c) => observed.containers.some((o) => o.name === c.name))

function defaultReason(pod: Pod, role: ContainerRole): string {
  if (role === 'ephemeral') return 'ContainerCreating'
  return (specOf(pod).initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating'
}

const mayStart = (pod: Pod, container: Container, latest: ObservedContainer | undefined): boolean =>
  latest === undefined || shouldStart(pod, container, latest)

/** A container that will be started again waits; its end becomes the last state. */
function applyWaiting(input: StatusInput, name: string, status: ContainerStatus): void {
  const failure = input.facts.failures.get(name)
  const waiting = input.waiting.get(name) ?? failure
  if (!waiting) return
  if (status.state?.terminated) status.lastState = { terminated: status.state.terminated }
  const { reason, message } = waiting
  status.state = { waiting: { reason, ...(message !== '' && { message }) } }
}

function mountStatuses(container: Container | EphemeralContainer): Partial<ContainerStatus> {
  const mounts = container.volumeMounts ?? []
  if (mounts.length === 0) return {}
  return {
    volumeMounts: mounts.map((m) => ({
      name: m.name,
      mountPath: m.mountPath,
      ...(m.readOnly && { readOnly: true, recursiveReadOnly: 'Disabled' }),
    })),
  }
}

/** Started and ready. What the API knew of the same container holds until a probe says otherwise. */
function applyProbes(
  input: StatusInput,
  role: ContainerRole,
  container: Container | EphemeralContainer,
  before: ContainerStatus | undefined,
  status: ContainerStatus,
): void {
  if (role === 'ephemeral') return
  const running = status.state?.running !== undefined
  const id = status.containerID?.slice('docker://'.length) ?? ''
  const probes = input.facts.probes.get(id)
  const known = before?.containerID === status.containerID ? before : undefined
  const startedProbe = container.startupProbe ? (probes?.startup ?? known?.started ?? false) : true
  status.started = running && startedProbe
  if (role === 'init' && !isSidecar(container)) {
    status.ready = status.state?.terminated?.exitCode === 0
    return
  }
  const readyProbe = container.readinessProbe ? (probes?.readiness ?? known?.ready ?? false) : true
  status.ready = status.started && readyProbe
}
