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
  forget(podUid: string): void
  close(): void
}

const TYPES: readonly ProbeType[] = ['startup', 'liveness', 'readiness']

interface Worker {
  readonly podUid: string
  target: Probed
  readonly type: ProbeType
  readonly probe: Probe
  readonly stop: AbortController
}

/** Source: kubelet/prober/prober_manager.go, worker.go. */
export const makeProber = (engine: Engine, clock: Clock, events: ProberEvents): Prober =>
  new TimerProber(engine, clock, events)

class TimerProber implements Prober {
  readonly #engine: Engine
  readonly #clock: Clock
  readonly #events: ProberEvents
  /** By Pod, then by container and type. */
  readonly #workers = new Map<string, Map<string, Worker>>()
  readonly #room = slots(PROBES_MAX)
  readonly #bornMs: number

  constructor(engine: Engine, clock: Clock, events: ProberEvents) {
    this.#engine = engine
    this.#clock = clock
    this.#events = events
    this.#bornMs = clock.now()
  }

  sync(podUid: string, targets: readonly Probed[], types: readonly ProbeType[]): void {
    const own = this.#workers.get(podUid) ?? new Map<string, Worker>()
    const wanted = new Set<string>()
    for (const target of targets) {
      for (const type of types) {
        const probe = probeOf(target.container, type)
        if (!probe) continue
        const key = `${target.observed.id}/${type}`
        wanted.add(key)
        const known = own.get(key)
        if (known) known.target = target
        else own.set(key, this.#start(podUid, target, type, probe))
      }
    }
    for (const [key, worker] of own) {
      if (wanted.has(key)) continue
      worker.stop.abort()
      own.delete(key)
    }
    if (own.size > 0) this.#workers.set(podUid, own)
    else this.#workers.delete(podUid)
  }

  forget(podUid: string): void {
    for (const worker of this.#workers.get(podUid)?.values() ?? []) worker.stop.abort()
    this.#workers.delete(podUid)
  }

  close(): void {
    for (const podUid of [...this.#workers.keys()]) this.forget(podUid)
  }

  #start(podUid: string, target: Probed, type: ProbeType, probe: Probe): Worker {
    const worker: Worker = { podUid, target, type, probe, stop: new AbortController() }
    void this.#loop(worker)
    return worker
  }

  async #loop(worker: Worker): Promise<void> {
    const { target, type, probe } = worker
    const { signal } = worker.stop
    const startedMs = parseTime(target.observed.startedAt) ?? this.#clock.now()
    const phaseMs = adoptedPhaseMs(target, type, probe, this.#bornMs)
    const delayMs = firstProbeAt(probe, startedMs) - this.#clock.now()
    await this.#clock.sleep(Math.max(0, phaseMs, delayMs), signal)
    const periodMs = (probe.periodSeconds ?? 10) * 1000
    let run = NO_RUN
    while (!signal.aborted) {
      const dueMs = this.#clock.monotonicMs() + periodMs
      if (type !== 'startup' && !worker.target.started) {
        // The wait for the startup probe is no period of its own: look often.
        await this.#clock.sleep(Math.min(STARTED_CHECK_MS, periodMs), signal)
        continue
      }
      const answer = await this.#room.run(() => this.#once(worker))
      if (signal.aborted) return
      if (answer.outcome !== 'error') {
        const success = answer.outcome !== 'failure'
        const counted = countProbe(run, success, probe)
        run = counted.run
        if (counted.settled) this.#events.settled(worker.podUid, target.observed.id, type, success)
        if (counted.settled && holdsAfter(type, success)) return
      }
      await this.#clock.sleep(Math.max(0, dueMs - this.#clock.monotonicMs()), signal)
    }
  }

  async #once({ target, type, probe, stop }: Worker): Promise<ProbeAnswer> {
    const { pod, container, podIp, observed } = target
    const whom = { pod, container, podIp, containerId: observed.id }
    const answer = await runProbe(this.#engine, probe, whom, stop.signal)
    if (!stop.signal.aborted) this.#events.ran(target, type, answer)
    return answer
  }
}

/** How often a probe that waits for the startup probe looks whether it may begin. */
const STARTED_CHECK_MS = 200

/** Containers that ran before klio started spread over one period instead of all being probed at once. */
function adoptedPhaseMs(target: Probed, type: ProbeType, probe: Probe, bornMs: number): number {
  const startedMs = parseTime(target.observed.startedAt) ?? bornMs
  if (startedMs >= bornMs) return 0
  const digits = Number.parseInt(target.observed.id.slice(0, 6), 16) + TYPES.indexOf(type) * 7919
  return digits % ((probe.periodSeconds ?? 10) * 1000)
}
