import type { Clock } from '../../base/clock.ts'
import type { Engine } from '../../docker/engine.ts'
import type { Observation } from '../../events/log-event.ts'
import type { CommandSink, ViewSource } from '../../reconcilers/runtime/ports.ts'
import type { Note } from '../../reconcilers/runtime/reconciler.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import type { Images } from './images.ts'
import type { Ownership } from './labels.ts'
import type { ObservedStore } from './observe.ts'
import type { DnsSettings } from './plan-hosts.ts'
import { containerFieldPath } from './pod-spec.ts'
import type { SandboxProvider } from './sandbox.ts'
import type { Slots } from './slots.ts'
import type { Tokens } from './tokens.ts'

/** What a node's kubelet is told once. */
export interface KubeletSettings {
  readonly owner: Ownership
  /** Addresses of the node, the first is the one it is known by. */
  readonly hostIps: readonly string[]
  readonly dns: DnsSettings
  /** Memory of the machine in bytes. */
  readonly memoryBytes: number
  /** The lowest OOM score that the daemon may give (machine.ts). */
  readonly oomScoreMin: number
  /** Containers without a seccomp profile get the runtime's own. */
  readonly seccompDefault: boolean
  /** What the node offers to Pods. */
  readonly allocatable: Readonly<Record<string, string>>
}

/** An observation before the node numbers it. */
export type Seen = Omit<Observation, 'node' | 'sequence' | 'time'>

/** What all parts of a kubelet share; wired once in kubelet.ts. */
export interface KubeletContext {
  readonly engine: Engine
  readonly clock: Clock
  readonly view: ViewSource
  readonly commands: CommandSink
  readonly settings: KubeletSettings
  readonly images: Images
  readonly sandboxes: SandboxProvider
  readonly store: ObservedStore
  readonly tokens: Tokens
  /** Bounds how many steps talk to Docker at once. */
  readonly steps: Slots
  note(note: Note): void
  observe(seen: Seen): void
  /** Inspects a container of ours again and wakes its Pod. */
  refresh(id: string): Promise<void>
  /** Resolves when the store says that it does not run; checks by itself now and then. */
  untilStopped(id: string, signal: AbortSignal): Promise<void>
}

/** A core Event about a Pod or one of its containers. */
export function podNote(
  pod: Pod,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  container?: string,
): Note {
  const { namespace, name, uid, resourceVersion } = pod.metadata
  const fieldPath = container === undefined ? undefined : containerFieldPath(pod, container)
  return {
    regarding: {
      apiVersion: 'v1', kind: 'Pod', namespace: namespace!, name: name!, uid: uid!,
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(fieldPath !== undefined && { fieldPath }),
    },
    type,
    reason,
    message,
  }
}
