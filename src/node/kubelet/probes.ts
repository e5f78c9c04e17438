import type { Clock } from '../../base/clock.ts'
import { PROBES_MAX } from '../../base/limits.ts'
import type { Engine } from '../../docker/engine.ts'
import { parseTime } from '../../meta/timestamp.ts'
import type { Container, Pod, Probe } from '../../resources/generated/core.gen.ts'
import type { ObservedContainer } from './observed.ts'
import { countProbe, firstProbeAt, holdsAfter, NO_RUN, probeOf, type ProbeType } from './plan-probe.ts'
import { type ProbeAnswer, runProbe } from './run-probe.ts'
import { slots } from './slots.ts'

/** A container whose probes should run. */
export interface Probed {
  readonly pod: Pod
  readonly container: Container
  readonly observed: ObservedContainer
  readonly podIp: string
  /** Its startup probe has succeeded, or it has none. */
  readonly started: boolean
}

/** What the prober tells. */
export interface ProberEvents {
  /** A threshold was reached. */
  settled(podUid: string, containerId: string, type: ProbeType, success: boolean): void
  /** For Events and observations: every run that did not simply succeed. */
  ran(target: Probed, type: ProbeType, answer: ProbeAnswer): void
}

/** Runs the probes of all containers of a node, each on a timer of its own. */
export interface Prober {
  /** The containers of one Pod that should be probed now; others of that Pod stop. */
  sync(podUid: string, targets: readonly Probed[], types: readonly ProbeType[]): void
  /** Runs the readiness probe at the next chance instead of the next period. */
  forget(podUid: string): void
  close(): void
}

const TYPES: readonly ProbeType[] = ['startup', 'liveness', 'readiness']

interface Worker {
  target: Probed
  readonly type: ProbeType
  readonly stop: AbortController
}

/** Source: kubelet/prober/prober_manager.go, worker.go. */
export function makeProber(engine: Engine, clock: Clock, events: ProberEvents): Prober {
  const workers = new Map<string, Map<string, Worker>>()
  const room = slots(PROBES_MAX)
  const bornMs = clock.now()

  const start = (podUid: string, target: Probed, type: ProbeType, probe: Probe): Worker => {
    const worker: Worker = { target, type, stop: new AbortController() }
    const phaseMs = adoptedPhaseMs(target, type, probe, bornMs)
    void loop(worker, podUid, probe, phaseMs)
    return worker
  }

  const loop = async (worker: Worker, podUid: string, probe: Probe, phaseMs: number): Promise<void> => {
    const { signal } = worker.stop
    const startedMs = parseTime(worker.target.observed.startedAt) ?? clock.now()
    const periodMs = (probe.periodSeconds ?? 10) * 1000
    await clock.sleep(Math.max(phaseMs, firstProbeAt(probe, startedMs) - clock.now()), signal)
    let run = NO_RUN
    while (!signal.aborted) {
      const dueMs = clock.monotonicMs() + periodMs
      const waits = worker.type !== 'startup' && !worker.target.started
      const answer = waits ? undefined : await room.run(() => once(worker, probe))
      if (signal.aborted) return
      if (answer && answer.outcome !== 'error') {
        const success = answer.outcome !== 'failure'
        const counted = countProbe(run, success, probe)
        run = counted.run
        if (counted.settled) {
          events.settled(podUid, worker.target.observed.id, worker.type, success)
          if (holdsAfter(worker.type, success)) return
        }
      }
      // A probe that waits for the startup probe looks often: the wait is no period of its own.
      await clock.sleep(waits ? Math.min(200, periodMs) : dueMs - clock.monotonicMs(), signal)
    }
  }

  const once = async (worker: Worker, probe: Probe): Promise<ProbeAnswer> => {
    const { target, type, stop } = worker
    const { pod, container, podIp } = target
    const whom = { pod, container, podIp, containerId: target.observed.id }
    const answer = await runProbe(engine, probe, whom, stop.signal)
    if (!stop.signal.aborted) events.ran(target, type, answer)
    return answer
  }

  const stopAll = (of: Map<string, Worker> | undefined): void => {
    for (const worker of of?.values() ?? []) worker.stop.abort()
  }

  return {
    sync(podUid, targets, types) {
      const own = workers.get(podUid) ?? new Map<string, Worker>()
      const wanted = new Set<string>()
      for (const target of targets) {
        for (const type of TYPES) {
          const probe = types.includes(type) ? probeOf(target.container, type) : undefined
          if (!probe) continue
          const key = `${target.observed.id}/${type}`
          wanted.add(key)
          const known = own.get(key)
          if (known) known.target = target
          else own.set(key, start(podUid, target, type, probe))
        }
      }
      for (const [key, worker] of own) {
        if (wanted.has(key)) continue
        worker.stop.abort()
        own.delete(key)
      }
      if (own.size > 0) workers.set(podUid, own)
      else workers.delete(podUid)
    },
    forget(podUid) {
      stopAll(workers.get(podUid))
      workers.delete(podUid)
    },
    close() {
      for (const own of workers.values()) stopAll(own)
      workers.clear()
    },
  }
}

/** Containers that ran before klio started spread over one period instead of all being probed at once. */
function adoptedPhaseMs(target: Probed, type: ProbeType, probe: Probe, bornMs: number): number {
  const startedMs = parseTime(target.observed.startedAt) ?? bornMs
  if (startedMs >= bornMs) return 0
  const digits = Number.parseInt(target.observed.id.slice(0, 6), 16) + TYPES.indexOf(type) * 7919
  return digits % ((probe.periodSeconds ?? 10) * 1000)
}
