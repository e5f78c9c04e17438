import { activeOf, type Observed, type ObservedContainer } from './observed.ts'
import { isSidecar, specOf } from './pod-spec.ts'
import type { PodFacts } from './pod-facts.ts'
import { restartsAfter } from './plan-restart.ts'
import type { Container, Pod } from '../../resources/generated/core.gen.ts'

/** What the init containers ask for. */
export interface InitPlan {
  /** Names to start, in the order of the spec. */
  readonly start: readonly string[]
  readonly kill: readonly { id: string; name: string; why: 'startup' | 'liveness'; message: string }[]
  /** All have done their part: app containers may run. */
  readonly initialized: boolean
  /** One failed for good: the Pod has failed. */
  readonly failed: boolean
}

/**
 * Walks the init containers from the last to the first: the last one with a status tells how far the
 * Pod is, since Docker may have lost the earlier ones.
 * Source: kuberuntime_container.go computeInitContainerActions.
 */
export function planInit(pod: Pod, observed: Observed, facts: PodFacts, sandboxId: string): InitPlan {
  const containers = specOf(pod).initContainers ?? []
  if (containers.length === 0) return { start: [], kill: [], initialized: true, failed: false }
  const appStarted = specOf(pod).containers.some((c) => activeOf(observed, c.name, sandboxId))
  let initialized = appStarted
  let reached = appStarted
  const start: number[] = []
  const kill: InitPlan['kill'][number][] = []
  for (let i = containers.length - 1; i >= 0; i--) {
    const container = containers[i]!
    const status = activeOf(observed, container.name, sandboxId)
    if (!status) {
      if (reached && isSidecar(container)) start.push(i)
      continue
    }
    if (reached && !isSidecar(container)) continue
    const step = isSidecar(container)
      ? sidecarStep(container, status, facts)
      : onceStep(pod, container, status)
    if (step.failed) return { start: [], kill: [], initialized: false, failed: true }
    if (step.kill) kill.push({ id: status.id, name: container.name, ...step.kill })
    if (step.done && i === containers.length - 1) initialized = true
    else if (step.done && !reached) start.push(i + 1)
    if (step.again) start.push(i)
    reached = true
  }
  if (!reached) start.push(0)
  const order = [...new Set(start)].sort((a, b) => a - b)
  return { start: order.map((i) => containers[i]!.name), kill, initialized, failed: false }
}

interface Step {
  /** The next one may start. */
  readonly done?: boolean
  /** This one starts (again). */
  readonly again?: boolean
  readonly failed?: boolean
  readonly kill?: { why: 'startup' | 'liveness'; message: string }
}

function onceStep(pod: Pod, container: Container, status: ObservedContainer): Step {
  if (status.phase === 'created') return { again: true }
  if (status.phase === 'running') return {}
  if (status.exitCode === 0) return { done: true }
  return restartsAfter(pod, container, status.exitCode) ? { again: true } : { failed: true }
}

function sidecarStep(container: Container, status: ObservedContainer, facts: PodFacts): Step {
  if (status.phase !== 'running') return { again: true }
  const probes = facts.probes.get(status.id)
  if (container.startupProbe) {
    if (probes?.startup === undefined) return {}
    if (!probes.startup) {
      const message = `Init container ${container.name} failed startup probe`
      return { again: true, kill: { why: 'startup', message } }
    }
  }
  if (container.livenessProbe && probes?.liveness === false) {
    const message = `Init container ${container.name} failed liveness probe`
    return { done: true, again: true, kill: { why: 'liveness', message } }
  }
  return { done: true }
}

