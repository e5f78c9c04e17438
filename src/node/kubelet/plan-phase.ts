import type { Container, ContainerStatus, Pod } from '../../resources/generated/core.gen.ts'
import { restartsAfter } from './plan-restart.ts'
import { isSidecar, specOf } from './pod-spec.ts'

/** What the kubelet calls a Pod's phase. */
export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

interface Counts {
  pendingInit: number
  pendingSidecars: number
  initFailed: number
  unknown: number
  running: number
  waiting: number
  stopped: number
  stoppedForGood: number
  succeeded: number
}

/**
 * The phase that container statuses amount to. `ending`: nothing will be restarted any more.
 * Source: kubelet_pods.go getPhase.
 */
export function planPhase(
  pod: Pod,
  statuses: readonly ContainerStatus[],
  ending: boolean,
  appStarted: boolean,
): PodPhase {
  const byName = new Map(statuses.map((s) => [s.name, s]))
  const counts = emptyCounts()
  for (const container of specOf(pod).initContainers ?? []) {
    const status = byName.get(container.name)
    if (isSidecar(container)) countSidecar(status, counts)
    else countInit(pod, container, status, counts)
  }
  for (const container of specOf(pod).containers) {
    countApp(pod, container, byName.get(container.name), counts)
  }
  return phaseOf(counts, ending, appStarted)
}

function phaseOf(c: Counts, ending: boolean, appStarted: boolean): PodPhase {
  if (c.initFailed > 0) return 'Failed'
  if (c.pendingInit > 0 || (c.pendingSidecars > 0 && !appStarted) || c.waiting > 0) return 'Pending'
  if (c.running > 0 && c.unknown === 0) return 'Running'
  if (c.running > 0 || c.stopped === 0 || c.unknown > 0) return 'Pending'
  if (!ending && c.stopped !== c.stoppedForGood) return 'Running'
  return c.stopped === c.succeeded ? 'Succeeded' : 'Failed'
}

function countInit(
  pod: Pod,
  container: Container,
  status: ContainerStatus | undefined,
  counts: Counts,
): void {
  const ended = status?.state?.terminated ?? endedBefore(status)
  if (!ended) counts.pendingInit++
  else if (ended.exitCode !== 0 && !restartsAfter(pod, container, ended.exitCode)) counts.initFailed++
}

function countSidecar(status: ContainerStatus | undefined, counts: Counts): void {
  if (!status) counts.unknown++
  else if (status.state?.running) {
    counts.running++
    if (!status.started) counts.pendingSidecars++
  } else if (!status.state?.terminated && !status.lastState?.terminated) {
    counts.pendingSidecars++
    counts.waiting++
  }
}

function countApp(
  pod: Pod,
  container: Container,
  status: ContainerStatus | undefined,
  counts: Counts,
): void {
  if (!status) {
    counts.unknown++
    return
  }
  if (status.state?.running) {
    counts.running++
    return
  }
  const ended = status.state?.terminated ?? endedBefore(status)
  if (!ended) {
    counts.waiting++
    return
  }
  counts.stopped++
  if (!restartsAfter(pod, container, ended.exitCode)) counts.stoppedForGood++
  if (status.state?.terminated && ended.exitCode === 0) counts.succeeded++
}

const endedBefore = (status: ContainerStatus | undefined) =>
  status?.state?.waiting ? status.lastState?.terminated : undefined

const emptyCounts = (): Counts => ({
  pendingInit: 0,
  pendingSidecars: 0,
  initFailed: 0,
  unknown: 0,
  running: 0,
  waiting: 0,
  stopped: 0,
  stoppedForGood: 0,
  succeeded: 0,
})
