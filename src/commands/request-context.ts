import type { Cause, Micros } from '../events/log-event.ts'

/** Who asks. Source: authentication/v1 UserInfo. */
export interface Caller {
  readonly name: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
  /** The authenticated user behind an impersonation. */
  readonly impersonator?: string
}

/** What the log keeps of a request besides its object. */
export interface RequestContext {
  readonly id: string
  readonly caller: Caller
  readonly agent: string
  readonly address: string
  readonly command?: string
  readonly session?: string
  readonly traceparent?: string
  readonly path: string
  readonly query: string
  readonly receivedAt: Micros
  /** Defaults to the agent's first word, as upstream's managerOrUserAgent. */
  readonly fieldManager: string
  /** What a person did at once; the request's id when nothing groups it. */
  readonly changeSet: string
  /** A patch to keep as sent; reconcilers' are not kept. */
  readonly body?: Uint8Array
  /** Set for writes of klio's own reconcilers. */
  readonly cause?: Cause
}

/** The process's own components: their writes are no intent of a person. */
export const isComponent = (caller: Caller): boolean =>
  caller.name.startsWith('system:serviceaccount:kube-system:') ||
  caller.name.startsWith('system:node:') ||
  caller.name === 'system:kube-scheduler' ||
  caller.name === 'system:apiserver'
