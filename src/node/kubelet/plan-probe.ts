import type { Instant } from '../../base/clock.ts'
import type { Probe } from '../../resources/generated/core.gen.ts'

/** Which of a container's probes. */
export type ProbeType = 'startup' | 'liveness' | 'readiness'

/** How the last runs of a probe went. */
export interface ProbeRun {
  readonly last: boolean | undefined
  /** Runs in a row with that result. */
  readonly count: number
}

/** Before the first run. */
export const NO_RUN: ProbeRun = { last: undefined, count: 0 }

/** Counts one more result; `settled` when its threshold is reached. Source: prober/worker.go doProbe. */
export function countProbe(run: ProbeRun, success: boolean, probe: Probe): { run: ProbeRun; settled: boolean } {
  const count = run.last === success ? run.count + 1 : 1
  const threshold = success ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3)
  return { run: { last: success, count }, settled: count >= threshold }
}

/** Whether a settled result ends the probing of this container. */
export const holdsAfter = (type: ProbeType, success: boolean): boolean =>
  type === 'startup' || (type === 'liveness' && !success)

/** When a probe may run first. */
export const firstProbeAt = (probe: Probe, startedMs: Instant): Instant =>
  startedMs + (probe.initialDelaySeconds ?? 0) * 1000

/** The probe of one type. */
export const probeOf = (
  container: { startupProbe?: Probe; livenessProbe?: Probe; readinessProbe?: Probe },
  type: ProbeType,
): Probe | undefined =>
  ({
    startup: container.startupProbe,
    liveness: container.livenessProbe,
    readiness: container.readinessProbe,
  })[type]
