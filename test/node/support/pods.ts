import type { Container, ContainerStatus, Pod } from '../../../src/resources/generated/core.gen.ts'
import type { Observed, ObservedContainer, ObservedSandbox } from '../../../src/node/kubelet/observed.ts'
import type { PodState } from '../../../src/node/kubelet/pod-state.ts'
import { newPodState } from '../../../src/node/kubelet/pod-state.ts'

/** The moment of all pure tests: 2026-01-02T03:04:05Z. */
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)

/** A container with little in it. */
export const container = (name: string, more: Partial<Container> = {}): Container => ({ name, image: 'i', ...more })

/** A Pod of one container `c` unless told otherwise. */
export const pod = (spec: Partial<Pod['spec']> = {}, meta: Partial<Pod['metadata']> = {}, status?: Pod['status']): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'ns', uid: 'u', generation: 1, ...meta },
  spec: { containers: [container('c')], ...spec },
  ...(status && { status }),
})

/** A ready sandbox `s`. */
export const sandbox = (more: Partial<ObservedSandbox> = {}): ObservedSandbox => ({
  id: 's', attempt: 0, ready: true, createdMs: NOW, ip: '10.1.0.2', pid: 7, netns: '/n', ...more,
})

/**
 * A container in words: `c running`, `c exited 1`, `c#2 exited 0 oom`, `c created`. The number is the
 * attempt; the id is name and attempt.
 */
export function seen(words: string, more: Partial<ObservedContainer> = {}): ObservedContainer {
  const [who = '', phase = '', code = '0', oom] = words.split(' ')
  const [name = '', attempt = '0'] = who.split('#')
  return {
    id: `${name}${attempt}`, name, attempt: Number(attempt), sandboxId: 's', image: 'i', imageId: 'docker://sha256:1',
    phase: phase as ObservedContainer['phase'], createdMs: NOW + Number(attempt),
    startedAt: '2026-01-02T03:04:00.5Z', finishedAt: '2026-01-02T03:04:04.5Z', exitCode: Number(code),
    oomKilled: oom === 'oom', startError: '', message: '', pid: 9, logPath: '', tty: false, ...more,
  }
}

/** What Docker has, newest first. */
export const observed = (sandboxes: ObservedSandbox[], ...words: string[]): Observed => ({
  sandboxes,
  containers: words.map((w) => seen(w)).sort((a, b) => b.attempt - a.attempt),
})

/** Facts of a Pod whose volumes are ready. */
export const facts = (more: Partial<PodState> = {}): PodState => ({ ...newPodState(), volumes: 'ready', ...more })

/** A container status by name. */
export const statusOf = (list: readonly ContainerStatus[] | undefined, name: string): ContainerStatus =>
  list!.find((s) => s.name === name)!
