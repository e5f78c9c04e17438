import type { Instant } from '../../base/clock.ts'
import { GRACE_SECONDS_MIN } from '../../base/limits.ts'
import { ok, type Result } from '../../base/result.ts'
import type { DockerError } from '../../docker/errors.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import { type KubeletContext, podNote } from './context.ts'
import { runHook } from './hooks.ts'
import type { PodAction } from './pod-action.ts'
import { findContainer } from './pod-spec.ts'

/** An end under way; a shorter grace may still arrive. */
export interface Killing {
  /** Ends it by then at the latest, seconds from when the kill began; longer ones are ignored. */
  shorten(graceSeconds: number): void
  readonly done: Promise<Result<void, DockerError>>
}

/** What a kill needs. */
export interface KillInput {
  readonly pod: Pod
  readonly action: Extract<PodAction, { do: 'killContainer' }>
  readonly podIp: string
}

/**
 * preStop, then the stop signal, then KILL when the grace is over. The grace counts from the start of
 * preStop. Source: kuberuntime_container.go killContainer.
 */
export function killContainer(context: KubeletContext, input: KillInput): Killing {
  const { clock } = context
  const bornMs = clock.now()
  const deadline = makeDeadline(bornMs + input.action.graceSeconds * 1000)
  const { pod, action } = input
  context.note(podNote(pod, 'Normal', 'Killing', action.message, action.name))
  return {
    shorten: (seconds) => deadline.shorten(bornMs + seconds * 1000),
    done: run(context, input, deadline),
  }
}

interface Deadline {
  at(): Instant
  shorten(at: Instant): void
  /** Fires when the deadline moved. */
  moved(): Promise<void>
}

function makeDeadline(at: Instant): Deadline {
  let end = at
  let wake = Promise.withResolvers<void>()
  return {
    at: () => end,
    moved: () => wake.promise,
    shorten(sooner) {
      if (sooner >= end) return
      end = sooner
      wake.resolve()
      wake = Promise.withResolvers<void>()
    },
  }
}

async function run(
  context: KubeletContext,
  input: KillInput,
  deadline: Deadline,
): Promise<Result<void, DockerError>> {
  const { id } = input.action
  const stopped = new AbortController()
  const gone = context.untilStopped(id, stopped.signal)
  try {
    const hookRan = await preStop(context, input, deadline, gone)
    // Who spent the grace on preStop still gets a moment between TERM and KILL.
    const extraMs = hookRan ? GRACE_SECONDS_MIN * 1000 : 0
    const killAt = () => Math.max(deadline.at(), hookRan ? hookRan.endedMs + extraMs : 0)
    if (context.clock.now() < killAt()) {
      const signalled = await context.engine.containers.kill(id, await stopSignal(context, id))
      if (!signalled.ok) return settle(context, id, signalled)
      await waitUntil(context, killAt, deadline, gone)
    }
    if (!(await isStopped(context, id))) {
      const killed = await context.engine.containers.kill(id, 'SIGKILL')
      if (!killed.ok) return settle(context, id, killed)
      await gone
    }
    return settle(context, id, ok(undefined))
  } finally {
    stopped.abort()
  }
}

/** Gone or stopped by itself is what was wanted. */
async function settle(context: KubeletContext, id: string, result: Result<void, DockerError>) {
  await context.refresh(id)
  const harmless = !result.ok && (result.error.kind === 'notFound' || result.error.kind === 'conflict')
  return harmless ? ok(undefined) : result
}

async function stopSignal(context: KubeletContext, id: string): Promise<string> {
  const inspect = await context.engine.containers.inspect(id)
  return (inspect.ok && inspect.value.Config.StopSignal) || 'SIGTERM'
}

const isStopped = async (context: KubeletContext, id: string): Promise<boolean> => {
  const inspect = await context.engine.containers.inspect(id)
  return inspect.ok ? !inspect.value.State.Running : inspect.error.kind === 'notFound'
}

async function preStop(
  context: KubeletContext,
  { pod, action, podIp }: KillInput,
  deadline: Deadline,
  gone: Promise<void>,
): Promise<{ endedMs: Instant } | undefined> {
  const container = findContainer(pod, action.name)?.container
  const handler = container?.lifecycle?.preStop
  if (!action.preStop || !handler || !container || action.graceSeconds <= 0) return undefined
  const ended = new AbortController()
  const timeoutMs = Math.max(1, deadline.at() - context.clock.now())
  const target = { pod, container, containerId: action.id, podIp }
  const hook = runHook(context.engine, context.clock, handler, target, { timeoutMs, signal: ended.signal })
  const over = waitUntil(context, deadline.at, deadline, Promise.race([gone, hook]))
  await over
  const result = await Promise.race([hook, Promise.resolve(undefined)])
  ended.abort()
  if (result && !result.ok) {
    context.note(podNote(pod, 'Warning', 'FailedPreStopHook', 'PreStopHook failed', action.name))
  }
  return { endedMs: context.clock.now() }
}

/** Waits for `until`, or for a time that may move closer. */
async function waitUntil(
  context: KubeletContext,
  at: () => Instant,
  deadline: Deadline,
  until: Promise<unknown>,
): Promise<void> {
  let over = false
  void until.then(() => void (over = true))
  while (!over && context.clock.now() < at()) {
    const stop = new AbortController()
    const slept = context.clock.sleep(at() - context.clock.now(), stop.signal)
    await Promise.race([until, slept, deadline.moved()])
    stop.abort()
  }
}
