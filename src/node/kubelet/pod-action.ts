import type { Instant } from '../../base/clock.ts'
import type { ContainerRole } from './pod-spec.ts'
import type { Waiting } from './pod-facts.ts'

/** Why a container is ended; decides which grace it gets. */
export type KillReason = 'pod' | 'startup' | 'liveness' | 'changed'

/** One step towards what a Pod asks for. Each is idempotent; apply-pod.ts carries it out. */
export type PodAction =
  | { readonly do: 'mountVolumes' }
  | { readonly do: 'createSandbox'; readonly attempt: number }
  | {
      readonly do: 'startContainer'
      readonly role: ContainerRole
      readonly name: string
      readonly attempt: number
      readonly sandboxId: string
    }
  | {
      readonly do: 'killContainer'
      readonly id: string
      readonly name: string
      readonly why: KillReason
      /** The Event's message. */
      readonly message: string
      readonly graceSeconds: number
      readonly preStop: boolean
    }
  | { readonly do: 'removeContainer'; readonly id: string; readonly name: string }
  | { readonly do: 'stopSandbox'; readonly id: string }
  | { readonly do: 'tearDown' }

/** What comes next for one Pod. */
export interface PodPlan {
  readonly actions: readonly PodAction[]
  /** By container name: why it waits. */
  readonly waiting: ReadonlyMap<string, Waiting>
  /** Look again then, even if nothing happens. */
  readonly wakeAt?: Instant
  /** Nothing runs and nothing is left to do: the API may forget the Pod. */
  readonly finished: boolean
}

/** Identity of an action: two with one key must not be under way together. */
export function actionKey(action: PodAction): string {
  switch (action.do) {
    case 'mountVolumes':
    case 'tearDown':
      return 'volumes'
    case 'createSandbox':
    case 'stopSandbox':
      return 'sandbox'
    case 'startContainer':
      return `start/${action.name}`
    case 'killContainer':
      return `kill/${action.id}`
    case 'removeContainer':
      return `remove/${action.id}`
  }
}
