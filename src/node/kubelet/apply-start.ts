import { join } from 'node:path'
import { POD_RETRY_MS_MIN } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import type { DockerError } from '../../docker/errors.ts'
import type { ContainerSpec, MountSpec } from '../../docker/types.ts'
import type { Container, EphemeralContainer, Pod } from '../../resources/generated/core.gen.ts'
import { podDir, type VolumePaths } from './apply-volumes.ts'
import { type KubeletContext, podNote } from './context.ts'
import { runHook } from './hooks.ts'
import type { ReadyImage } from './images.ts'
import { dockerName } from './labels.ts'
import { latestOf, type ObservedSandbox } from './observed.ts'
import { planContainer } from './plan-container.ts'
import { type Env, planEnv } from './plan-env.ts'
import { pullPolicy } from './plan-image.ts'
import { bindMount, planMounts } from './plan-mounts.ts'
import type { PodAction } from './pod-action.ts'
import type { Waiting } from './pod-facts.ts'
import { findContainer, isHostNetwork, kernelHostname } from './pod-spec.ts'
import { writePodFiles } from './pod-files.ts'
import { createOnce, type Dressed, release } from './sandbox.ts'
import { pullSecrets, sourcesFor } from './sources.ts'
import { prepareSubPath, subPathProblem } from './subpath.ts'

/** A start that failed: what the status says and when to try again. */
export type StartFailure = Waiting & { readonly retryAt: number }

/** What a start needs to know of its Pod. */
export interface StartInput {
  readonly pod: Pod
  readonly action: Extract<PodAction, { do: 'startContainer' }>
  readonly sandbox: ObservedSandbox
  readonly paths: VolumePaths
  readonly signal: AbortSignal
}

/** Pause before a start is tried again that failed for want of something. Source: backOffPeriod. */
const RETRY_MS = 10_000

/**
 * Pulls, creates, starts and runs postStart: one Docker call a step, each found again after a crash.
 * Source: kuberuntime_container.go startContainer.
 */
export async function startContainer(
  context: KubeletContext,
  input: StartInput,
): Promise<Result<void, StartFailure>> {
  const { pod, action } = input
  const container = findContainer(pod, action.name)?.container
  if (!container) return ok(undefined)
  const image = await ensureImage(context, input, container)
  if (!image.ok) return image
  const spec = await prepare(context, input, container, image.value)
  if (!spec.ok) return refused(context, input, 'CreateContainerConfigError', spec.error)
  const dressed = await context.sandboxes.dress(input.sandbox, pod, spec.value, image.value.inspect)
  const run = await createAndStart(context, input, dressed)
  if (!run.ok) return run
  return postStart(context, input, container, run.value)
}

const note = (
  context: KubeletContext,
  { pod, action }: StartInput,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void => context.note(podNote(pod, type, reason, message, action.name))

/** Says the failure in an Event and gives it to the status. */
function refused(context: KubeletContext, input: StartInput, reason: string, message: string) {
  note(context, input, 'Warning', 'Failed', `Error: ${message}`)
  return err({ reason, message, retryAt: context.clock.now() + RETRY_MS })
}

async function ensureImage(
  context: KubeletContext,
  input: StartInput,
  container: Container | EphemeralContainer,
): Promise<Result<ReadyImage, StartFailure>> {
  const { pod, signal } = input
  const image = container.image ?? ''
  const secrets = pullSecrets(context, pod)
  const ready = await context.images.ensure({
    image,
    policy: pullPolicy(container.imagePullPolicy, image),
    secrets: secrets.found,
    podUid: pod.metadata.uid!,
    note: (type, reason, message) => note(context, input, type, reason, message),
    signal,
  })
  if (ready.ok) return ready
  note(context, input, 'Warning', 'Failed', `Error: ${ready.error.reason}`)
  if (ready.error.reason === 'ErrImagePull' && secrets.missing.length > 0) {
    const names = secrets.missing.join(', ')
    const message = `Unable to retrieve some image pull secrets (${names}); attempting to pull the image may not succeed.`
    context.note(podNote(pod, 'Warning', 'FailedToRetrieveImagePullSecret', message))
  }
  return ready
}

/** Everything up to the create body; an error is the message of CreateContainerConfigError. */
async function prepare(
  context: KubeletContext,
  input: StartInput,
  container: Container | EphemeralContainer,
  image: ReadyImage,
): Promise<Result<ContainerSpec, string>> {
  const { pod, action, sandbox, paths } = input
  const { settings } = context
  const ips = isHostNetwork(pod) ? settings.hostIps : [sandbox.ip]
  const env = planEnv(pod, container, sourcesFor(context, pod, ips, paths))
  if (!env.ok) return env
  const volumes = await volumeMounts(context, input, container, env.value)
  if (!volumes.ok) return volumes
  const files = writePodFiles(settings, pod, container, action.attempt, ips)
  for (const warning of files.warnings) context.note(podNote(pod, 'Warning', 'DNSConfigForming', warning))
  const seccomp = await seccompText(context, pod, container)
  const target = 'targetContainerName' in container ? container.targetContainerName : undefined
  const targetId = target ? latestOf(context.store.of(pod.metadata.uid!), target)?.id : undefined
  return planContainer({
    pod, container, env: env.value,
    hostname: isHostNetwork(pod) ? '' : kernelHostname(pod, settings.dns.clusterDomain),
    role: action.role, attempt: action.attempt, sandboxId: sandbox.id,
    owner: settings.owner,
    mounts: [...volumes.value, ...files.mounts],
    messageFile: files.messageFile,
    image: { id: image.inspect.Id, statusId: image.statusId },
    security: {
      imageUser: image.inspect.Config?.User ?? '',
      seccompDefault: settings.seccompDefault,
      ...(seccomp !== undefined && { seccompText: seccomp }),
    },
    memoryBytes: settings.memoryBytes,
    oomScoreMin: settings.oomScoreMin,
    ...(targetId !== undefined && { targetId }),
  })
}

async function volumeMounts(
  context: KubeletContext,
  input: StartInput,
  container: Container | EphemeralContainer,
  env: Env,
): Promise<Result<MountSpec[], string>> {
  const planned = planMounts(container, env)
  if (!planned.ok) return planned
  const dir = podDir(context.settings.owner.stateDir, input.pod.metadata.uid!)
  const mounts: MountSpec[] = []
  for (const mount of planned.value) {
    const root = input.paths.get(mount.volume)
    if (root === undefined) {
      return err(`cannot find volume "${mount.volume}" to mount into container "${container.name}"`)
    }
    let source = root
    if (mount.subPath !== '') {
      const problem = subPathProblem(mount.subPath)
      if (problem) return err(problem)
      const target = join(dir, 'volume-subpaths', mount.volume, container.name, String(mount.index))
      const bound = await prepareSubPath({ volumeRoot: root, path: mount.subPath, target })
      if (!bound.ok) {
        return err(`failed to prepare subPath for volumeMount "${mount.volume}" of container "${container.name}"`)
      }
      source = bound.value
    }
    mounts.push(bindMount(source, mount))
  }
  return ok(mounts)
}

async function seccompText(
  context: KubeletContext,
  pod: Pod,
  container: Container | EphemeralContainer,
): Promise<string | undefined> {
  const profile = container.securityContext?.seccompProfile ?? pod.spec?.securityContext?.seccompProfile
  if (profile?.type !== 'Localhost' || !profile.localhostProfile) return undefined
  const file = Bun.file(join(context.settings.owner.stateDir, 'seccomp', profile.localhostProfile))
  return (await file.exists()) ? file.text() : undefined
}

async function createAndStart(
  context: KubeletContext,
  input: StartInput,
  dressed: Dressed,
): Promise<Result<string, StartFailure>> {
  const { pod, action, signal } = input
  const { engine } = context
  const name = dockerName(context.settings.owner, pod, action.name, action.attempt)
  const created = await context.steps.run(() => createOnce(engine, name, dressed.spec, signal))
  if (!created.ok) {
    dressed.abandon(isAnswer(created.error))
    return failedCall(context, input, 'CreateContainerError', created.error)
  }
  note(context, input, 'Normal', 'Created', 'Container created')
  const started = await context.steps.run(async () => {
    const answer = await engine.containers.start(created.value, { signal })
    return answer.ok ? dressed.started(created.value, answer.value) : answer
  })
  if (!started.ok) {
    dressed.abandon(isAnswer(started.error))
    await context.refresh(created.value)
    return failedCall(context, input, 'RunContainerError', started.error)
  }
  note(context, input, 'Normal', 'Started', 'Container started')
  await context.refresh(created.value)
  return ok(created.value)
}

/** Whether the daemon said no; a lost connection or a wait that ended says nothing. */
const isAnswer = ({ kind, status }: DockerError): boolean => status > 0 || kind === 'fatal'

/** A daemon that is away is no fault of the container: tried again soon and without an Event. */
function failedCall(context: KubeletContext, input: StartInput, reason: string, error: DockerError) {
  if (error.kind !== 'unavailable') return refused(context, input, reason, error.message)
  return err({ reason: 'ContainerCreating', message: '', retryAt: context.clock.now() + POD_RETRY_MS_MIN })
}

async function postStart(
  context: KubeletContext,
  input: StartInput,
  container: Container | EphemeralContainer,
  containerId: string,
): Promise<Result<void, StartFailure>> {
  const handler = container.lifecycle?.postStart
  if (!handler) return ok(undefined)
  const { pod, sandbox, signal } = input
  const podIp = isHostNetwork(pod) ? context.settings.hostIps[0]! : sandbox.ip
  const target = { pod, container, containerId, podIp }
  const limits = { timeoutMs: 2 ** 31 - 1, signal }
  const done = await runHook(context.engine, context.clock, handler, target, limits)
  if (done.ok || signal.aborted) return ok(undefined)
  note(context, input, 'Warning', 'FailedPostStartHook', 'PostStartHook failed')
  note(context, input, 'Normal', 'Killing', 'FailedPostStartHook')
  const grace = pod.spec?.terminationGracePeriodSeconds ?? 30
  const stopped = await context.engine.containers.stop(containerId, grace)
  if (!stopped.ok && stopped.error.kind !== 'notFound') await release(context.engine, containerId)
  await context.refresh(containerId)
  return err({ reason: 'PostStartHookError', message: done.error, retryAt: context.clock.now() })
}
