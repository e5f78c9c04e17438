import type { Instant } from '../../base/clock.ts'
import { POD_MESSAGES_BYTES_MAX } from '../../base/limits.ts'
import { timeText } from '../../meta/timestamp.ts'
import type {
  ContainerStatus, Pod, PodStatus,
} from '../../resources/generated/core.gen.ts'
import { readySandbox } from './observed.ts'
import { planConditions } from './plan-conditions.ts'
import { planContainerStatuses, type StatusInput } from './plan-container-status.ts'
import { planPhase, type PodPhase } from './plan-phase.ts'
import { allContainers, isHostNetwork, specOf } from './pod-spec.ts'
import { qosClass } from './qos.ts'

/** What a status is made from besides the containers. */
export interface PodStatusInput extends StatusInput {
  readonly hostIps: readonly string[]
  readonly now: Instant
  /** Deleted, ended or refused: nothing will be restarted. */
  readonly ending: boolean
  /** Everything has stopped: what still has no end gets one. */
  readonly finished: boolean
}

/** The status of a Pod. Source: kubelet_pods.go generateAPIPodStatus, status_manager.go TerminatePod. */
export function planStatus(input: PodStatusInput): PodStatus {
  const { pod, facts, now } = input
  const rejected = facts.rejected
  if (rejected) return rejectedStatus(input)
  const init = capMessages(pod, finish(input, planContainerStatuses(input, 'init')))
  const app = capMessages(pod, finish(input, planContainerStatuses(input, 'app')))
  const ephemeral = capMessages(pod, planContainerStatuses(input, 'ephemeral'))
  const phase = phaseOf(input, init, app)
  const sandbox = readySandbox(input.observed)
    ? 'ready'
    : input.observed.sandboxes.length > 0 ? 'gone' : 'none'
  const before = pod.status ?? {}
  const said = facts.ended ?? (phase === before.phase ? before : {})
  return {
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase,
    conditions: planConditions({ pod, phase, init, app, sandbox, now }),
    ...(said.message && { message: said.message }),
    ...(said.reason && { reason: said.reason }),
    ...addresses(input),
    startTime: before.startTime ?? timeText(now),
    ...(init.length > 0 && { initContainerStatuses: init }),
    containerStatuses: [...app].sort(byName),
    ...(ephemeral.length > 0 && { ephemeralContainerStatuses: [...ephemeral].sort(byName) }),
    qosClass: before.qosClass ?? qosClass(pod),
  }
}

/** A phase never leaves Succeeded or Failed, and gets there only when nothing runs. */
function phaseOf(
  input: PodStatusInput,
  init: readonly ContainerStatus[],
  app: readonly ContainerStatus[],
): PodPhase {
  const { pod, observed, facts } = input
  const before = pod.status?.phase
  if (before === 'Succeeded' || before === 'Failed') return before
  const running = observed.containers.some((c) => c.phase === 'running')
  const appStarted = specOf(pod).containers.some((c) =>
    observed.containers.some((o) => o.name === c.name),
  )
  const phase = planPhase(pod, [...init, ...app], input.ending, appStarted)
  if (facts.ended) return running ? (before === 'Running' ? 'Running' : 'Pending') : 'Failed'
  if (isTerminal(phase) && running) return before === 'Running' ? 'Running' : 'Pending'
  if (input.finished && !isTerminal(phase)) return 'Failed'
  return phase
}

/** Succeeded or Failed. */
export const isTerminal = (phase: string | undefined): boolean =>
  phase === 'Succeeded' || phase === 'Failed'

/** At the very end a container without an end has failed: nobody knows what became of it. */
function finish(input: PodStatusInput, statuses: ContainerStatus[]): ContainerStatus[] {
  if (!input.finished) return statuses
  return statuses.map((status) => {
    if (status.state?.terminated) return status
    const ran = status.containerID !== undefined || status.lastState?.terminated
    if (!ran) return status
    const terminated = status.lastState?.terminated ?? {
      reason: 'ContainerStatusUnknown',
      message: 'The container could not be located when the pod was terminated',
      exitCode: 137,
    }
    return { ...status, state: { terminated }, ready: false, started: false }
  })
}

function rejectedStatus({ pod, facts, hostIps, now }: PodStatusInput): PodStatus {
  const { reason, message } = facts.rejected!
  return {
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase: 'Failed',
    conditions: pod.status?.conditions ?? [],
    reason,
    message,
    ...(hostIps[0] && { hostIP: hostIps[0], hostIPs: hostIps.map((ip) => ({ ip })) }),
    startTime: pod.status?.startTime ?? timeText(now),
    qosClass: pod.status?.qosClass ?? qosClass(pod),
  }
}

/** A Pod keeps the address it last had; host network means the host's own. */
function addresses({ pod, observed, hostIps }: PodStatusInput): Partial<PodStatus> {
  const before = pod.status ?? {}
  const own = isHostNetwork(pod)
    ? hostIps
    : [readySandbox(observed)?.ip ?? before.podIP ?? ''].filter((ip) => ip !== '')
  return {
    ...(hostIps[0] && { hostIP: hostIps[0], hostIPs: hostIps.map((ip) => ({ ip })) }),
    ...(own[0] && { podIP: own[0], podIPs: own.map((ip) => ({ ip })) }),
  }
}

const byName = (a: ContainerStatus, b: ContainerStatus): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0

/** All messages of a Pod together stay below a cap. Source: status_manager.go normalizeStatus. */
function capMessages(pod: Pod, statuses: ContainerStatus[]): ContainerStatus[] {
  const max = Math.floor(POD_MESSAGES_BYTES_MAX / Math.max(1, allContainers(pod).length))
  const cut = (state: ContainerStatus['state']): ContainerStatus['state'] => {
    const message = state?.terminated?.message
    if (message === undefined || Buffer.byteLength(message) <= max) return state
    const kept = Buffer.from(message).subarray(0, max).toString()
    return { terminated: { ...state!.terminated!, message: kept } }
  }
  return statuses.map((s) => ({ ...s, state: cut(s.state), lastState: cut(s.lastState) }))
}
