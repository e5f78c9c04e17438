import { backoffMs } from '../../base/backoff.ts'
import { POD_RETRY_MS_MAX, POD_RETRY_MS_MIN } from '../../base/limits.ts'
import { unreachable } from '../../base/assert.ts'
import { parseTime } from '../../meta/timestamp.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import { type Killing, killContainer } from './apply-kill.ts'
import { startContainer } from './apply-start.ts'
import { applyVolumes, tearDownVolumes } from './apply-volumes.ts'
import { type KubeletContext, podNote } from './context.ts'
import { latestOf, readySandbox } from './observed.ts'
import { nextBackoff } from './plan-restart.ts'
import type { PodAction } from './pod-action.ts'
import { isHostNetwork } from './pod-spec.ts'
import type { PodState } from './pod-state.ts'
import { release } from './sandbox.ts'
import { sourcesFor } from './sources.ts'

/** What carrying out an action needs. */
export interface ApplyInput {
  readonly pod: Pod
  readonly state: PodState
  readonly kills: Map<string, Killing>
  /** Ends starts and pulls when the Pod is on its way out. */
  readonly signal: AbortSignal
}

/** Carries out one action and writes down what came of it. Never rejects for an expected failure. */
export async function applyAction(
  context: KubeletContext,
  input: ApplyInput,
  action: PodAction,
): Promise<void> {
  switch (action.do) {
    case 'mountVolumes':
      return mountVolumes(context, input)
    case 'createSandbox':
      return createSandbox(context, input, action.attempt)
    case 'startContainer':
      return start(context, input, action)
    case 'killContainer':
      return kill(context, input, action)
    case 'removeContainer':
      await release(context.engine, action.id)
      return context.refresh(action.id)
    case 'stopSandbox': {
      const gone = await context.steps.run(() => context.sandboxes.release(action.id))
      if (!gone.ok) await context.clock.sleep(POD_RETRY_MS_MIN)
      return context.refresh(action.id)
    }
    case 'tearDown':
      return tearDown(context, input)
    default:
      return unreachable(action)
  }
}

const retryMs = (failures: number): number =>
  backoffMs({ baseMs: POD_RETRY_MS_MIN, maxMs: POD_RETRY_MS_MAX }, failures)

async function mountVolumes(context: KubeletContext, { pod, state }: ApplyInput): Promise<void> {
  const tokens = await context.tokens.ensure(pod)
  const ips = readySandbox(context.store.of(pod.metadata.uid!))?.ip
  const sources = sourcesFor(context, pod, ips ? [ips] : [])
  const { stateDir } = context.settings.owner
  const done = tokens.ok
    ? await applyVolumes(stateDir, pod, sources)
    : { ok: false as const, error: [{ volume: 'kube-api-access', message: tokens.error }] }
  if (done.ok) {
    state.paths = done.value
    state.volumes = 'ready'
    state.volumeFailures = 0
    return
  }
  state.volumes = 'failed'
  state.volumesRetryAt = context.clock.now() + retryMs(state.volumeFailures++)
  for (const { volume, message } of done.error) {
    const text = `MountVolume.SetUp failed for volume "${volume}" : ${message}`
    context.note(podNote(pod, 'Warning', 'FailedMount', text))
  }
}

async function createSandbox(
  context: KubeletContext,
  { pod, state, signal }: ApplyInput,
  attempt: number,
): Promise<void> {
  const made = await context.steps.run(() => context.sandboxes.acquire(pod, attempt, signal))
  if (made.ok) {
    state.sandboxFailures = 0
    state.sandboxRetryAt = undefined
    context.store.put({ kind: 'sandbox', podUid: pod.metadata.uid!, sandbox: made.value })
    return
  }
  state.sandboxRetryAt = context.clock.now() + retryMs(state.sandboxFailures++)
  if (signal.aborted || made.error.kind === 'unavailable') return
  const message = `Failed to create pod sandbox: ${made.error.message}`
  context.note(podNote(pod, 'Warning', 'FailedCreatePodSandBox', message))
}

async function start(
  context: KubeletContext,
  input: ApplyInput,
  action: Extract<PodAction, { do: 'startContainer' }>,
): Promise<void> {
  const { pod, state, signal } = input
  const observed = context.store.of(pod.metadata.uid!)
  const sandbox = readySandbox(observed)
  if (!sandbox || sandbox.id !== action.sandboxId) return
  const latest = latestOf(observed, action.name)
  if (latest?.phase === 'exited') {
    const now = context.clock.now()
    const finishedMs = parseTime(latest.finishedAt) ?? now
    state.backoffs.set(action.name, nextBackoff(state.backoffs.get(action.name), finishedMs, now))
  }
  const done = await startContainer(context, { pod, action, sandbox, paths: state.paths, signal })
  if (done.ok) state.failures.delete(action.name)
  else if (!signal.aborted) state.failures.set(action.name, done.error)
}

async function kill(
  context: KubeletContext,
  { pod, kills }: ApplyInput,
  action: Extract<PodAction, { do: 'killContainer' }>,
): Promise<void> {
  const sandbox = readySandbox(context.store.of(pod.metadata.uid!))
  const podIp = isHostNetwork(pod) ? context.settings.hostIps[0]! : (sandbox?.ip ?? '')
  const killing = killContainer(context, { pod, action, podIp })
  kills.set(action.id, killing)
  const done = await killing.done
  kills.delete(action.id)
  if (done.ok) return
  context.note(podNote(pod, 'Warning', 'FailedKillPod', `error killing pod: ${done.error.message}`))
  await context.clock.sleep(POD_RETRY_MS_MIN)
}

async function tearDown(context: KubeletContext, { pod, state }: ApplyInput): Promise<void> {
  const done = await tearDownVolumes(context.settings.owner.stateDir, pod.metadata.uid!)
  if (done.ok) {
    state.tornDown = true
    return
  }
  context.note(podNote(pod, 'Warning', 'FailedUnmount', `Unable to unmount volumes: ${done.error}`))
  await context.clock.sleep(POD_RETRY_MS_MIN)
}
