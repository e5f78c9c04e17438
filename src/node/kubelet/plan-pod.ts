import type { Instant } from '../../base/clock.ts'
import { parseTime } from '../../meta/timestamp.ts'
import type { Container, Pod } from '../../resources/generated/core.gen.ts'
import { activeOf, latestOf, type ObservedContainer, readySandbox } from './observed.ts'
import { planInit } from './plan-init.ts'
import { crashBackoff, goSeconds, restartsAfterKill, shouldStart } from './plan-restart.ts'
import { planTermination } from './plan-termination.ts'
import { actionKey, type PodAction, type PodPlan } from './pod-action.ts'
import type { PodFacts, PodInput, Waiting } from './pod-facts.ts'
import {
  type ContainerRole, findContainer, graceSecondsOf, podText, specOf,
} from './pod-spec.ts'

/**
 * What comes next for a Pod. Level-based: the same Pod, containers and facts give the same plan, and
 * once it is carried out the next is empty. Source: kuberuntime_manager.go computePodActions.
 */
export function planPod(input: PodInput): PodPlan {
  const plan = isEnding(input) ? planTermination(input) : planRunning(input)
  const { facts } = input
  return { ...plan, actions: plan.actions.filter((action) => !facts.busy.has(actionKey(action))) }
}

/** Whether the Pod is on its way out: deleted, finished, refused or ended by the kubelet. */
export const isEnding = ({ pod, facts, terminal }: PodInput): boolean =>
  terminal ||
  facts.orphaned ||
  facts.rejected !== undefined ||
  facts.ended !== undefined ||
  pod.metadata.deletionTimestamp !== undefined

function planRunning(input: PodInput): PodPlan {
  const draft = new Draft(input)
  const { observed, facts } = input
  if (facts.volumes === 'pending') draft.actions.push({ do: 'mountVolumes' })
  if (facts.volumes === 'failed') draft.when(facts.volumesRetryAt, { do: 'mountVolumes' })
  const sandbox = readySandbox(observed)
  if (!sandbox) return planSandbox(draft)
  if (facts.volumes !== 'ready') return draft.plan()
  removeUnstarted(draft, sandbox.id)
  const { pod } = input
  for (const c of specOf(pod).ephemeralContainers ?? []) {
    if (!latestOf(observed, c.name)) draft.start('ephemeral', c, sandbox.id)
  }
  const init = planInit(pod, observed, facts, sandbox.id)
  for (const kill of init.kill) draft.kill(kill.id, kill.name, kill.why, kill.message)
  if (init.failed) return planTermination(input)
  for (const name of init.start) {
    const found = findContainer(pod, name)
    if (found) draft.start('init', found.container, sandbox.id)
  }
  const alive = init.initialized ? planApps(draft, sandbox.id) : true
  // Nothing runs and nothing will: sidecars have done their part too.
  return alive ? draft.plan() : planTermination(input)
}

/** A sandbox that died takes its containers with it; one that never was is made. */
function planSandbox(draft: Draft): PodPlan {
  const { pod, observed, facts } = draft.input
  const running = observed.containers.filter((c) => c.phase === 'running')
  for (const c of running) {
    const message = 'Pod sandbox changed, it will be killed and re-created.'
    draft.kill(c.id, c.name, 'changed', message)
  }
  if (running.length > 0) return draft.plan()
  const neverAgain = (specOf(pod).restartPolicy ?? 'Always') === 'Never'
  if (neverAgain && observed.containers.length > 0) return planTermination(draft.input)
  // One that ended, or was never started because klio died: it goes before the next one comes.
  const [dead] = observed.sandboxes
  if (dead) draft.actions.push({ do: 'stopSandbox', id: dead.id })
  else draft.when(facts.sandboxRetryAt, { do: 'createSandbox', attempt: 0 })
  return draft.plan()
}

/** A container that was created but never started is made anew: its mounts may be stale. */
function removeUnstarted(draft: Draft, sandboxId: string): void {
  for (const c of draft.input.observed.containers) {
    if (c.phase !== 'created') continue
    if (draft.input.facts.busy.has(`start/${c.name}`)) continue
    if (activeOf(draft.input.observed, c.name, sandboxId)?.id !== c.id) continue
    draft.actions.push({ do: 'removeContainer', id: c.id, name: c.name })
  }
}

/** False: no app container runs or will run again. */
function planApps(draft: Draft, sandboxId: string): boolean {
  const { pod, observed } = draft.input
  let alive = false
  for (const container of specOf(pod).containers) {
    const latest = activeOf(observed, container.name, sandboxId)
    if (latest?.phase === 'running') {
      checkRunning(draft, container, latest)
      alive = true
      continue
    }
    const before = latest ?? succeededBefore(draft, container)
    if (changedWhileDown(container, latest) || shouldStart(pod, container, before)) {
      draft.start('app', container, sandboxId)
      alive = true
    }
  }
  return alive
}

/** Another image means another run, whatever the restart policy says. */
const changedWhileDown = (container: Container, latest: ObservedContainer | undefined): boolean =>
  latest?.phase === 'exited' && latest.image !== container.image

/** A running container is ended when its definition changed or a probe failed. */
function checkRunning(draft: Draft, container: Container, latest: ObservedContainer): void {
  const { pod, facts } = draft.input
  const { id } = latest
  const { name } = container
  if (latest.image !== container.image) {
    draft.kill(id, name, 'changed', `Container ${name} definition changed, will be restarted`)
    return
  }
  const failed = failedProbe(facts, id)
  if (!failed) return
  const again = restartsAfterKill(pod, container) ? ', will be restarted' : ''
  draft.kill(id, name, failed, `Container ${name} failed ${failed} probe${again}`)
}

/** A container that ended well in an earlier sandbox is not run again with OnFailure. */
function succeededBefore(draft: Draft, container: Container) {
  const { pod, observed } = draft.input
  const policy = container.restartPolicy ?? specOf(pod).restartPolicy
  const last = latestOf(observed, container.name)
  return policy === 'OnFailure' && last?.phase === 'exited' && last.exitCode === 0 ? last : undefined
}

function failedProbe(facts: PodFacts, id: string): 'liveness' | 'startup' | undefined {
  const probes = facts.probes.get(id)
  if (probes?.liveness === false) return 'liveness'
  return probes?.startup === false ? 'startup' : undefined
}

/** A plan in the making. */
class Draft {
  readonly input: PodInput
  readonly actions: PodAction[] = []
  readonly waiting = new Map<string, Waiting>()
  #wakeAt: Instant | undefined
  #starting: boolean

  constructor(input: PodInput) {
    this.input = input
    // Containers start one after the other: a postStart hook holds back those behind it.
    this.#starting = [...input.facts.busy].some((key) => key.startsWith('start/'))
  }

  plan(): PodPlan {
    return { actions: this.actions, waiting: this.waiting, wakeAt: this.#wakeAt, finished: false }
  }

  wake(at: Instant): void {
    this.#wakeAt = this.#wakeAt === undefined ? at : Math.min(this.#wakeAt, at)
  }

  /** Now, or when its time has come. */
  when(at: Instant | undefined, action: PodAction): void {
    if (at !== undefined && this.input.now < at) this.wake(at)
    else this.actions.push(action)
  }

  kill(id: string, name: string, why: 'liveness' | 'startup' | 'changed', message: string): void {
    const { pod } = this.input
    const graceSeconds = why === 'changed' ? graceSecondsOf(pod) : probeGrace(pod, name, why)
    this.actions.push({ do: 'killContainer', id, name, why, message, graceSeconds, preStop: true })
  }

  start(role: ContainerRole, container: Container, sandboxId: string): void {
    const { pod, observed, facts, now } = this.input
    const latest = latestOf(observed, container.name)
    // A start under way has counted its back-off already.
    if (latest?.phase === 'running' || facts.busy.has(`start/${container.name}`)) return
    // It is being removed: the next try must not take it for its own.
    if (latest?.phase === 'created' && latest.sandboxId === sandboxId) return
    const failure = facts.failures.get(container.name)
    if (latest?.phase === 'exited') {
      const entry = facts.backoffs.get(container.name)
      const pause = crashBackoff(entry, parseTime(latest.finishedAt) ?? now, now)
      if (pause) {
        this.wake(pause.until)
        const text = `restarting failed container=${container.name} pod=${podText(pod)}`
        const message = `back-off ${goSeconds(pause.ms)} ${text}`
        this.waiting.set(container.name, { reason: 'CrashLoopBackOff', message })
        return
      }
    }
    if (failure && now < failure.retryAt) {
      this.wake(failure.retryAt)
      this.waiting.set(container.name, { reason: failure.reason, message: failure.message })
      return
    }
    if (this.#starting) return
    this.#starting = true
    const attempt = latest ? latest.attempt + 1 : 0
    this.actions.push({ do: 'startContainer', role, name: container.name, attempt, sandboxId })
  }
}

/** A probe may name a grace of its own. Source: setTerminationGracePeriod. */
function probeGrace(pod: Pod, name: string, why: 'liveness' | 'startup'): number {
  const container = findContainer(pod, name)?.container
  const probe = why === 'liveness' ? container?.livenessProbe : container?.startupProbe
  if (pod.metadata.deletionGracePeriodSeconds !== undefined) {
    return pod.metadata.deletionGracePeriodSeconds
  }
  return probe?.terminationGracePeriodSeconds ?? graceSecondsOf(pod)
}
