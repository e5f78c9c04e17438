import type { Instant } from '../../base/clock.ts'
import { TIMER_MS_MAX } from '../../base/limits.ts'
import type { Cause } from '../../events/log-event.ts'
import { parseTime } from '../../meta/timestamp.ts'
import type { Container, Pod, PodStatus } from '../../resources/generated/core.gen.ts'
import type { Killing } from './apply-kill.ts'
import { applyAction } from './apply-pod.ts'
import { refreshVolumes } from './apply-volumes.ts'
import { type KubeletContext, podNote } from './context.ts'
import { expiredContainers } from './plan-garbage.ts'
import { latestOf, type Observed, readySandbox } from './observed.ts'
import { isEnding, planPod } from './plan-pod.ts'
import type { ProbeType } from './plan-probe.ts'
import { isTerminal, planStatus } from './plan-status.ts'
import { actionKey, type PodAction, type PodPlan } from './pod-action.ts'
import type { Ending } from './pod-facts.ts'
import { graceSecondsOf, isHostNetwork, podText, sidecars, specOf } from './pod-spec.ts'
import { forgetGone, newPodState, noteProbe, type PodState } from './pod-state.ts'
import type { Probed, Prober } from './probes.ts'
import { sourcesFor } from './sources.ts'
import type { StatusWriter } from './status-writer.ts'

/** What a worker shares with the others. */
export interface WorkerDeps {
  readonly context: KubeletContext
  readonly writer: StatusWriter
  readonly prober: Prober
  /** The Pod is gone from the API and nothing of it runs. */
  gone(podUid: string): void
}

/**
 * Brings one Pod to what its specification asks for: looks, plans, starts what is not under way, writes
 * the status; again whenever something happens. Source: kubelet/pod_workers.go.
 */
export class PodWorker {
  readonly uid: string
  #pod: Pod
  readonly #deps: WorkerDeps
  readonly #state: PodState = newPodState()
  readonly #kills = new Map<string, Killing>()
  /** Aborts starts and pulls once the Pod is ending. */
  readonly #ending = new AbortController()
  readonly #closed = new AbortController()
  #timer = new AbortController()
  #looking = false
  #again = false
  #announced = false
  #trigger = ''
  /** By container: the try whose pause was told. */
  readonly #saidBackoff = new Map<string, number>()

  constructor(pod: Pod, deps: WorkerDeps, rejected: Ending | undefined) {
    this.uid = pod.metadata.uid!
    this.#pod = pod
    this.#deps = deps
    this.#state.rejected = rejected
  }

  get pod(): Pod {
    return this.#pod
  }

  /** The Pod with the status that is known to be right, even when the view is behind. */
  get current(): Pod {
    return { ...this.#pod, status: this.#deps.writer.known(this.#pod) }
  }

  /** A newer version of the Pod. */
  update(pod: Pod): void {
    const before = this.#pod
    this.#pod = pod
    if (before.metadata.generation !== pod.metadata.generation) this.#retryNow()
    const { labels, annotations } = before.metadata
    const renamed = !same(labels, pod.metadata.labels) || !same(annotations, pod.metadata.annotations)
    if (renamed) this.refreshFiles()
    this.#shortenKills()
    this.wake(`r:${pod.metadata.resourceVersion}`)
  }

  /** The API has forgotten the Pod. */
  orphan(): void {
    this.#state.orphaned = true
    this.#shortenKills()
    this.wake('')
  }

  /** Ends the Pod with this reason. */
  end(ending: Ending): void {
    this.#state.ended ??= ending
    this.wake('')
  }

  probed(id: string, type: ProbeType, success: boolean): void {
    if (noteProbe(this.#state, id, type, success)) this.wake('')
  }

  /** Something that variables or files come from has changed. */
  sourcesChanged(): void {
    this.#retryNow()
    this.refreshFiles()
    this.wake('')
  }

  refreshFiles(): void {
    if (this.#state.volumes !== 'ready' || this.#state.tornDown) return
    const { context } = this.#deps
    const ip = readySandbox(context.store.of(this.uid))?.ip
    refreshVolumes(context.settings.owner.stateDir, this.#pod, sourcesFor(context, this.#pod, ip ? [ip] : []))
  }

  /** Looks at the Pod again soon; many calls at once are one look. */
  wake(trigger: string): void {
    if (trigger !== '') this.#trigger = trigger
    if (this.#closed.signal.aborted) return
    if (this.#looking) {
      this.#again = true
      return
    }
    this.#looking = true
    queueMicrotask(() => {
      this.#looking = false
      this.#again = false
      if (!this.#closed.signal.aborted) this.#look()
      if (this.#again) this.wake('')
    })
  }

  close(): void {
    this.#closed.abort()
    this.#timer.abort()
    this.#deps.prober.forget(this.uid)
  }

  #look(): void {
    const { context, writer } = this.#deps
    const now = context.clock.now()
    const pod = this.current
    const observed = context.store.of(this.uid)
    this.#checkDeadline(pod, now)
    let plan = this.#plan(pod, observed, now, isTerminal(pod.status?.phase))
    let status = this.#status(pod, observed, plan, now)
    if (isTerminal(status.phase) && !isTerminal(pod.status?.phase)) {
      plan = this.#plan(pod, observed, now, true)
      status = this.#status(pod, observed, plan, now)
    }
    if (!this.#state.orphaned) writer.set(pod, status, this.#cause(now))
    this.#sayBackoffs(pod, observed, plan)
    this.#syncProbes(pod, observed, status)
    for (const action of [...plan.actions, ...this.#garbage(observed)]) this.#launch(action)
    if (plan.finished) this.#finished(now)
    this.#sleepUntil(plan, pod, now)
  }

  #plan(pod: Pod, observed: Observed, now: Instant, terminal: boolean): PodPlan {
    const input = { pod, observed, facts: this.#state, now, terminal }
    if (isEnding(input)) this.#ending.abort()
    return planPod(input)
  }

  #status(pod: Pod, observed: Observed, plan: PodPlan, now: Instant): PodStatus {
    const { context } = this.#deps
    const { hostIps } = context.settings
    const ending = this.#ending.signal.aborted
    return planStatus({
      pod, observed, facts: this.#state, waiting: plan.waiting, hostIps, now, ending, finished: plan.finished,
    })
  }

  #launch(action: PodAction): void {
    const key = actionKey(action)
    if (this.#state.busy.has(key)) return
    this.#state.busy.add(key)
    const { context } = this.#deps
    if (action.do === 'killContainer' && action.why === 'changed' && action.message.startsWith('Pod sandbox')) {
      context.note(podNote(this.#pod, 'Normal', 'SandboxChanged', action.message))
    }
    const input = { pod: this.current, state: this.#state, kills: this.#kills, signal: this.#ending.signal }
    void applyAction(context, input, action).finally(() => {
      this.#state.busy.delete(key)
      this.wake('')
    })
  }

  /** Old tries of a container; one is kept for `logs --previous`. */
  #garbage(observed: Observed): PodAction[] {
    return expiredContainers(observed).map(({ id, name }) => ({ do: 'removeContainer', id, name }))
  }

  #finished(now: Instant): void {
    if (this.#state.orphaned) {
      this.#deps.gone(this.uid)
      return
    }
    if (this.#announced || !this.#pod.metadata.deletionTimestamp) return
    this.#announced = true
    this.#deps.writer.finish(this.#pod, this.#cause(now))
  }

  /** One Event for each pause before a restart. */
  #sayBackoffs(pod: Pod, observed: Observed, plan: PodPlan): void {
    for (const [name, { reason }] of plan.waiting) {
      const attempt = latestOf(observed, name)?.attempt
      if (reason !== 'CrashLoopBackOff' || attempt === undefined) continue
      if (this.#saidBackoff.get(name) === attempt) continue
      this.#saidBackoff.set(name, attempt)
      const message = `Back-off restarting failed container ${name} in pod ${podText(pod)}`
      this.#deps.context.note(podNote(pod, 'Warning', 'BackOff', message, name))
    }
  }

  #checkDeadline(pod: Pod, now: Instant): void {
    const seconds = specOf(pod).activeDeadlineSeconds
    const started = parseTime(pod.status?.startTime ?? '')
    if (seconds === undefined || started === undefined || this.#state.ended || isTerminal(pod.status?.phase)) return
    if (now < started + seconds * 1000) return
    const message = 'Pod was active on the node longer than the specified deadline'
    this.#state.ended = { reason: 'DeadlineExceeded', message }
    this.#deps.context.note(podNote(pod, 'Normal', 'DeadlineExceeded', message))
  }

  #syncProbes(pod: Pod, observed: Observed, status: PodStatus): void {
    forgetGone(this.#state, new Set(observed.containers.map((c) => c.id)))
    const ending = this.#ending.signal.aborted
    const types: ProbeType[] = ending ? ['readiness'] : ['startup', 'liveness', 'readiness']
    this.#deps.prober.sync(this.uid, this.#probed(pod, observed, status), types)
  }

  #probed(pod: Pod, observed: Observed, status: PodStatus): Probed[] {
    const containers: Container[] = [...sidecars(pod), ...specOf(pod).containers]
    const podIp = isHostNetwork(pod) ? this.#deps.context.settings.hostIps[0]! : (status.podIP ?? '')
    const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
    return containers.flatMap((container) => {
      const { startupProbe, livenessProbe, readinessProbe } = container
      if (!startupProbe && !livenessProbe && !readinessProbe) return []
      const running = observed.containers.find((c) => c.name === container.name)
      if (running?.phase !== 'running' || this.#state.busy.has(`kill/${running.id}`)) return []
      const started = statuses.find((s) => s.name === container.name)?.started === true
      return [{ pod, container, observed: running, podIp, started }]
    })
  }

  #sleepUntil(plan: PodPlan, pod: Pod, now: Instant): void {
    this.#timer.abort()
    this.#timer = new AbortController()
    const { signal } = this.#timer
    const at = this.#nextLook(plan, pod)
    if (at === undefined || this.#closed.signal.aborted) return
    void this.#deps.context.clock.sleep(Math.min(TIMER_MS_MAX, Math.max(1, at - now)), signal).then(() => {
      if (!signal.aborted) this.#timeIsUp(pod)
    })
  }

  #nextLook(plan: PodPlan, pod: Pod): Instant | undefined {
    const times: Instant[] = []
    if (plan.wakeAt !== undefined) times.push(plan.wakeAt)
    const seconds = specOf(pod).activeDeadlineSeconds
    const started = parseTime(pod.status?.startTime ?? '')
    if (seconds !== undefined && started !== undefined && !this.#ending.signal.aborted) {
      times.push(started + seconds * 1000)
    }
    const token = this.#ending.signal.aborted ? undefined : this.#deps.context.tokens.dueAt(pod)
    if (token !== undefined) times.push(token)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  #timeIsUp(pod: Pod): void {
    const { context } = this.#deps
    const due = context.tokens.dueAt(pod)
    if (due !== undefined && due <= context.clock.now() && !this.#ending.signal.aborted) {
      void context.tokens.ensure(pod).then(() => this.refreshFiles())
    }
    this.wake('')
  }

  /** What was put off is tried at once: the Pod or its sources have changed. */
  #retryNow(): void {
    for (const [name, failure] of this.#state.failures) {
      this.#state.failures.set(name, { ...failure, retryAt: 0 })
    }
    this.#state.volumesRetryAt = undefined
  }

  /** A deletion with a shorter grace hurries what is under way. */
  #shortenKills(): void {
    const ending = this.#pod.metadata.deletionTimestamp !== undefined || this.#state.orphaned
    if (!ending) return
    for (const killing of this.#kills.values()) killing.shorten(graceSecondsOf(this.#pod))
  }

  #cause(now: Instant): Cause {
    const { view } = this.#deps.context.view
    return {
      triggers: this.#trigger === '' ? [] : [this.#trigger],
      view: view.revision, now, reason: this.#trigger === '' ? 'observation' : 'change', component: 'kubelet',
      key: `${this.#pod.metadata.namespace}/${this.#pod.metadata.name}`,
    }
  }
}

const same = (a: object | undefined, b: object | undefined): boolean =>
  JSON.stringify(a ?? {}) === JSON.stringify(b ?? {})
