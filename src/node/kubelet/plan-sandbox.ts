import type { ContainerSpec, HostConfig } from '../../docker/types.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import { LABEL, type Ownership, podLabels, SANDBOX } from './labels.ts'
import { allContainers, isHostNetwork, kernelHostname, specOf } from './pod-spec.ts'

/** What a sandbox is made from. */
export interface SandboxInput {
  readonly pod: Pod
  readonly attempt: number
  readonly owner: Ownership
  /** Reference of the sandbox image. */
  readonly image: string
  /** Docker network of this node. */
  readonly network: string
  readonly clusterDomain: string
  readonly oomScoreMin: number
}

/**
 * The container that holds a Pod's namespaces. Containers that join its network also take its hostname
 * (measured on Docker 20.10: dockerd copies it from the joined container's configuration).
 */
export function planSandbox(input: SandboxInput): ContainerSpec {
  const { pod } = input
  const host = isHostNetwork(pod)
  const ports = host ? {} : portBindings(pod)
  const exposed = Object.fromEntries(Object.keys(ports).map((port) => [port, {}]))
  const sysctls = sysctlsOf(pod)
  return {
    Image: input.image,
    ...(!host && { Hostname: kernelHostname(pod, input.clusterDomain) }),
    Labels: {
      ...podLabels(input.owner, pod),
      [LABEL.role]: 'sandbox',
      [LABEL.container]: SANDBOX,
      [LABEL.attempt]: String(input.attempt),
    },
    ...(Object.keys(ports).length > 0 && { ExposedPorts: exposed }),
    HostConfig: {
      NetworkMode: host ? 'host' : input.network,
      IpcMode: specOf(pod).hostIPC ? 'host' : 'shareable',
      ...(specOf(pod).hostPID && { PidMode: 'host' }),
      ...(Object.keys(ports).length > 0 && { PortBindings: ports }),
      ...(Object.keys(sysctls).length > 0 && { Sysctls: sysctls }),
      LogConfig: { Type: 'none' },
      OomScoreAdj: Math.max(input.oomScoreMin, -998),
      CpuShares: 2,
      SecurityOpt: ['no-new-privileges'],
    },
  }
}

/** Whether a sandbox made beforehand, before its Pod was known, can serve this Pod. */
export const isPlainSandbox = (pod: Pod): boolean =>
  !isHostNetwork(pod) &&
  !specOf(pod).hostPID &&
  !specOf(pod).hostIPC &&
  Object.keys(portBindings(pod)).length === 0 &&
  Object.keys(sysctlsOf(pod)).length === 0 &&
  // The gate lies on the container's own /dev.
  !allContainers(pod).some((c) => (c.container.volumeMounts ?? []).some((m) => /^\/dev\/?$/.test(m.mountPath)))

/** Host ports of all containers. Source: dockershim makePortsAndBindings. */
export function portBindings(pod: Pod): NonNullable<HostConfig['PortBindings']> {
  const bindings: NonNullable<HostConfig['PortBindings']> = {}
  const { containers, initContainers = [] } = specOf(pod)
  for (const port of [...initContainers, ...containers].flatMap((c) => c.ports ?? [])) {
    if (!port.hostPort) continue
    const key = `${port.containerPort}/${(port.protocol ?? 'TCP').toLowerCase()}`
    const binding = { HostIp: port.hostIP ?? '', HostPort: String(port.hostPort) }
    bindings[key] = [...(bindings[key] ?? []), binding]
  }
  return bindings
}

const sysctlsOf = (pod: Pod): Record<string, string> =>
  Object.fromEntries(
    (specOf(pod).securityContext?.sysctls ?? []).map((s) => [s.name.replaceAll('/', '.'), s.value]),
  )
