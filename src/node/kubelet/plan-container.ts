import { err, ok, type Result } from '../../base/result.ts'
import type { ContainerSpec, HostConfig, MountSpec } from '../../docker/types.ts'
import type { Container, EphemeralContainer, Pod } from '../../resources/generated/core.gen.ts'
import { expand } from './expansion.ts'
import { LABEL, type Ownership, podLabels } from './labels.ts'
import { type Env, envList } from './plan-env.ts'
import { planResources } from './plan-resources.ts'
import { planSecurity, type SecurityInput } from './plan-security.ts'
import { type ContainerRole, specOf } from './pod-spec.ts'
import { oomScoreAdjust } from './qos.ts'

/** What a create body is made from. */
export interface ContainerInput {
  readonly pod: Pod
  readonly container: Container | EphemeralContainer
  readonly role: ContainerRole
  readonly attempt: number
  readonly sandboxId: string
  readonly owner: Ownership
  readonly env: Env
  /** What `hostname` prints inside; '' leaves the variable to the daemon (host network). */
  readonly hostname: string
  /** Volumes and managed files, with host paths. */
  readonly mounts: readonly MountSpec[]
  /** Host path of the termination message file; already among the mounts. */
  readonly messageFile: string
  readonly image: { readonly id: string; readonly statusId: string }
  readonly security: SecurityInput
  /** Memory of the machine in bytes. */
  readonly memoryBytes: number
  /** The lowest OOM score that the daemon may give: 0 where it lacks CAP_SYS_RESOURCE. */
  readonly oomScoreMin: number
  /** Container whose processes an ephemeral container sees. */
  readonly targetId?: string
}

/**
 * The body of POST /containers/create; an error is the message of CreateContainerConfigError.
 * Source: kuberuntime_container.go generateContainerConfig, dockershim docker_container.go.
 */
export function planContainer(input: ContainerInput): Result<ContainerSpec, string> {
  const { pod, container, env } = input
  const security = planSecurity(pod, container, input.security)
  if (!security.ok) return err(security.error)
  const lookup = (name: string) => env.get(name)
  const command = (container.command ?? []).map((word) => expand(word, lookup))
  const args = (container.args ?? []).map((word) => expand(word, lookup))
  return ok({
    Image: input.image.id,
    ...(command.length > 0 && { Entrypoint: command }),
    ...(args.length > 0 && { Cmd: args }),
    Env: variables(input),
    Labels: labelsOf(input),
    ...(container.workingDir && { WorkingDir: container.workingDir }),
    ...(security.value.user !== undefined && { User: security.value.user }),
    ...(container.tty && { Tty: true }),
    ...(container.stdin && { OpenStdin: true, StdinOnce: container.stdinOnce === true }),
    ...(container.lifecycle?.stopSignal && { StopSignal: container.lifecycle.stopSignal }),
    // A Pod's health is a matter of its probes: what the image brings is not run beside them.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hostConfig(input, security.value.host),
  })
}

/** Docker would name the sandbox, which in a warm one is not the Pod. Source: containerd's CRI, HOSTNAME. */
function variables({ env, hostname }: ContainerInput): string[] {
  const named = hostname !== '' && !env.has('HOSTNAME')
  return named ? [`HOSTNAME=${hostname}`, ...envList(env)] : envList(env)
}

/** The json-file log as upstream's kubelet rotates it. Source: containerLogMaxSize, containerLogMaxFiles. */
export const LOG_CONFIG = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '5' } }

function hostConfig(input: ContainerInput, security: Partial<HostConfig>): HostConfig {
  const { pod, container, sandboxId } = input
  return {
    NetworkMode: `container:${sandboxId}`,
    IpcMode: specOf(pod).hostIPC ? 'host' : `container:${sandboxId}`,
    ...pidMode(input),
    Mounts: [...input.mounts],
    LogConfig: LOG_CONFIG,
    OomScoreAdj: Math.max(input.oomScoreMin, oomScoreAdjust(pod, container, input.memoryBytes)),
    ...planResources(pod, container),
    ...security,
  }
}

function pidMode({ pod, sandboxId, targetId }: ContainerInput): Partial<HostConfig> {
  if (specOf(pod).hostPID) return { PidMode: 'host' }
  if (specOf(pod).shareProcessNamespace) return { PidMode: `container:${sandboxId}` }
  return targetId === undefined ? {} : { PidMode: `container:${targetId}` }
}

function labelsOf(input: ContainerInput): Record<string, string> {
  const { container } = input
  return {
    ...podLabels(input.owner, input.pod),
    [LABEL.role]: input.role,
    [LABEL.container]: container.name,
    [LABEL.attempt]: String(input.attempt),
    [LABEL.sandbox]: input.sandboxId,
    [LABEL.image]: container.image ?? '',
    [LABEL.imageId]: input.image.statusId,
    [LABEL.messagePath]: input.messageFile,
    [LABEL.messagePolicy]: container.terminationMessagePolicy ?? 'File',
  }
}
