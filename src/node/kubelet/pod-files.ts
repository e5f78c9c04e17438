import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MountSpec } from '../../docker/types.ts'
import type { Container, EphemeralContainer, Pod } from '../../resources/generated/core.gen.ts'
import { podDir } from './apply-volumes.ts'
import type { KubeletSettings } from './context.ts'
import { planHosts, planResolvConf } from './plan-hosts.ts'
import { bindMount } from './plan-mounts.ts'
import { isHostNetwork } from './pod-spec.ts'

/** Files that the kubelet itself mounts into every container. */
export interface PodFiles {
  readonly mounts: MountSpec[]
  /** Host path of the termination message. */
  readonly messageFile: string
  /** What the DNS settings had to leave out. */
  readonly warnings: readonly string[]
}

/** Writes /etc/hosts, resolv.conf and the message file of one try of a container. */
export function writePodFiles(
  settings: KubeletSettings,
  pod: Pod,
  container: Container | EphemeralContainer,
  attempt: number,
  ips: readonly string[],
): PodFiles {
  const dir = podDir(settings.owner.stateDir, pod.metadata.uid!)
  const taken = new Set((container.volumeMounts ?? []).map((m) => m.mountPath))
  const mounts: MountSpec[] = []
  const mount = (source: string, target: string): void => {
    if (taken.has(target)) return
    mounts.push(bindMount(source, { target, readOnly: false, propagation: 'rprivate' }))
  }
  const dns = planResolvConf(pod, settings.dns)
  const nodeHosts = isHostNetwork(pod) ? readFileSync('/etc/hosts', 'utf8') : ''
  mkdirSync(dir, { recursive: true, mode: 0o750 })
  const hosts = planHosts(pod, ips, nodeHosts, settings.dns.clusterDomain)
  mount(writeWorld(join(dir, 'etc-hosts'), hosts, 0o644), '/etc/hosts')
  mount(writeWorld(join(dir, 'resolv.conf'), dns.text, 0o644), '/etc/resolv.conf')
  const own = join(dir, 'containers', container.name)
  mkdirSync(own, { recursive: true, mode: 0o750 })
  // Any user of the container may write it. Source: kubelet_pods.go makeMounts, 0666.
  const messageFile = writeWorld(join(own, String(attempt)), '', 0o666)
  mount(messageFile, container.terminationMessagePath ?? '/dev/termination-log')
  return { mounts, messageFile, warnings: dns.warnings }
}

/** Writes in place: the file may be mounted already. */
function writeWorld(path: string, text: string, mode: number): string {
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}
