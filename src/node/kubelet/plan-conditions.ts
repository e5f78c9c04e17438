import type { Instant } from '../../base/clock.ts'
import { findCondition } from '../../meta/conditions.ts'
import { timeText } from '../../meta/timestamp.ts'
import type {
  ContainerStatus, Pod, PodCondition,
} from '../../resources/generated/core.gen.ts'
import type { PodPhase } from './plan-phase.ts'
import { isSidecar, sidecars, specOf } from './pod-spec.ts'

/** Conditions that the kubelet owns, in the order it writes them. */
export const KUBELET_CONDITIONS = [
  'PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled',
] as const

/** What conditions are made from. */
export interface ConditionInput {
  readonly pod: Pod
  readonly phase: PodPhase
  readonly init: readonly ContainerStatus[]
  readonly app: readonly ContainerStatus[]
  readonly sandbox: 'ready' | 'none' | 'gone'
  readonly now: Instant
}

type Wish = Omit<PodCondition, 'lastTransitionTime'>

/** Source: kubelet/types/constants.go PodSandboxNotReadyMsg. */
const NO_SANDBOX = {
  ready: {},
  none: { reason: 'PodSandboxNotReady', message: 'no pod sandbox exists' },
  gone: { reason: 'PodSandboxNotReady', message: 'pod sandbox is not ready' },
}

/** The kubelet's conditions beside those of others. Source: kubelet/status/generate.go. */
export function planConditions(input: ConditionInput): PodCondition[] {
  const before = input.pod.status?.conditions ?? []
  const foreign = before.filter((c) => !KUBELET_CONDITIONS.some((own) => own === c.type))
  const containersReady = containersReadyCondition(input)
  const wishes: Wish[] = [
    input.sandbox === 'ready'
      ? { type: 'PodReadyToStartContainers', status: 'True' }
      : { type: 'PodReadyToStartContainers', status: 'False', ...NO_SANDBOX[input.sandbox] },
    initializedCondition(input),
    readyCondition(input, containersReady, before),
    containersReady,
    { type: 'PodScheduled', status: 'True' },
  ]
  return [...foreign, ...wishes.map((wish) => settled(wish, before, input))]
}

function settled(wish: Wish, before: readonly PodCondition[], input: ConditionInput): PodCondition {
  const old = findCondition(before, wish.type)
  const same = old?.status === wish.status && old.lastTransitionTime
  const generation = input.pod.metadata.generation
  return {
    type: wish.type,
    ...(generation !== undefined && { observedGeneration: generation }),
    status: wish.status,
    lastTransitionTime: same ? old.lastTransitionTime : timeText(input.now),
    ...(wish.reason !== undefined && { reason: wish.reason }),
    ...(wish.message !== undefined && { message: wish.message }),
  }
}

function containersReadyCondition({ pod, phase, init, app }: ConditionInput): Wish {
  const type = 'ContainersReady'
  const names = [...sidecars(pod), ...specOf(pod).containers].map((c) => c.name)
  const statuses = new Map([...init, ...app].map((s) => [s.name, s]))
  const unknown = names.filter((name) => !statuses.has(name))
  const unready = names.filter((name) => statuses.get(name)?.ready === false)
  if (phase === 'Succeeded' && unknown.length === 0) {
    return { type, status: 'False', reason: 'PodCompleted' }
  }
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' }
  const message = listed(unknown, 'unknown', unready, 'unready')
  if (message === '') return { type, status: 'True' }
  return { type, status: 'False', reason: 'ContainersNotReady', message }
}

function readyCondition(
  { pod }: ConditionInput,
  containersReady: Wish,
  before: readonly PodCondition[],
): Wish {
  if (containersReady.status !== 'True') return { ...containersReady, type: 'Ready' }
  const closed = (specOf(pod).readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = findCondition(before, conditionType)
    if (!gate) {
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
    }
    if (gate.status === 'True') return []
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`]
  })
  if (closed.length === 0) return { type: 'Ready', status: 'True' }
  return {
    type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: closed.join(', '),
  }
}

function initializedCondition({ pod, phase, init, app }: ConditionInput): Wish {
  const type = 'Initialized'
  const containers = specOf(pod).initContainers ?? []
  const statuses = new Map(init.map((s) => [s.name, s]))
  const unknown = containers.filter((c) => !statuses.has(c.name)).map((c) => c.name)
  const incomplete = containers
    .filter((c) => {
      const status = statuses.get(c.name)
      return status && !(isSidecar(c) ? status.started : status.ready)
    })
    .map((c) => c.name)
  if (phase === 'Succeeded' && unknown.length === 0) {
    return { type, status: 'True', reason: 'PodCompleted' }
  }
  const started = app.some((s) => s.started || s.state?.running || s.state?.terminated || s.lastState?.terminated)
  const message = listed(unknown, 'unknown', incomplete, 'incomplete')
  if (started || message === '') return { type, status: 'True' }
  return { type, status: 'False', reason: 'ContainersNotInitialized', message }
}

/** `containers with unready status: [a b]`. */
function listed(unknown: string[], first: string, others: string[], second: string): string {
  const parts: string[] = []
  if (unknown.length > 0) parts.push(`containers with ${first} status: [${unknown.join(' ')}]`)
  if (others.length > 0) parts.push(`containers with ${second} status: [${others.join(' ')}]`)
  return parts.join(', ')
}
