import type { KubeObject } from '../meta/object.ts'

/** Vocabulary of the log: types only. Design 2; docs/design/001-log.md has the tables. */

/** Microseconds since the Unix epoch; `events.time` rises by at least one each revision. */
export type Micros = number

/** Why a reconciler wrote: enough to explain the decision later without its state. */
export interface Cause {
  /** The person's request at the root of the chain, when known. */
  root?: string
  /** At most 8 revisions (`r:123`) or observations (`o:456`) that set this off. */
  triggers: string[]
  /** Revision of the view that the decision saw. */
  view: number
  /** The `now` the decision saw, in milliseconds. */
  now: number
  reason: 'change' | 'timer' | 'absence' | 'observation'
  /** `deployment-controller`, `scheduler`, `kubelet`. */
  component: string
  /** One sentence: "scaled up to 3 of 5". */
  note?: string
  /** Reconciler key that was decided, `default/web`. */
  key?: string
  /** klio's build. */
  build?: string
  /** Set when a foreign controller's cause was guessed from its watches. */
  inferred?: boolean
}

/** One accepted change. The body is the object after it (a delete carries the last object). */
export interface LogEvent {
  readonly revision: number
  readonly time: Micros
  readonly op: 'put' | 'delete'
  /** Verb and subresource of the request: create, update, patch, delete, deletecollection, bind... */
  readonly verb: string
  readonly subresource: string
  /** Storage resource, `pods` or `deployments.apps`. */
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** Revision of the object before; 0 when this created it. */
  readonly previous: number
  /** Paths that changed, capped; undefined for a create. */
  readonly changed?: readonly string[]
  /** Spec, data or labels changed by someone who is not klio. */
  readonly intent: boolean
  /** Id of the request (uuidv7). */
  readonly request: string
  readonly cause?: Cause
  /** The object as first encoded: JSON in the storage version, with its resourceVersion. */
  readonly body: Uint8Array
}

/** A change before the sequencer gave it a place: what `decide` returns. */
export type Change = Omit<LogEvent, 'revision' | 'time' | 'body' | 'request'> & {
  /** The object after the change, without managedFields; the state it joins shares it. */
  readonly object: KubeObject
  /** Bodies of this change are encrypted at rest (Secrets). */
  readonly sensitive: boolean
  /** Encodes the object with its revision; called once, when the revision is known. */
  readonly encode: (revision: number) => Uint8Array
}

/** One API request as the log keeps it. */
export interface RequestRecord {
  readonly id: string
  readonly time: Micros
  readonly user: string
  readonly groups: readonly string[]
  readonly impersonator?: string
  readonly agent: string
  readonly address: string
  /** Kubectl-Command and Kubectl-Session headers, traceparent. */
  readonly command?: string
  readonly session?: string
  readonly traceparent?: string
  readonly verb: string
  readonly path: string
  readonly query: string
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly subresource: string
  readonly dryRun: boolean
  readonly code: number
  readonly reason?: string
  /** First and last revision this request made; 0 when none. */
  readonly firstRevision: number
  readonly lastRevision: number
  readonly latencyMicros: number
  /** What a person did at once: kubectl session, Helm release revision, GitOps sync, else the id. */
  readonly changeSet: string
  /** A patch or body kept as sent, for people's writes only; undefined for secrets and reconcilers. */
  readonly body?: Uint8Array
}

/** What a node saw or did that is no API object. Idempotent by (node, sequence). */
export interface Observation {
  readonly node: string
  readonly sequence: number
  readonly time: Micros
  readonly kind: 'docker-call' | 'docker-event' | 'probe' | 'exit' | 'image'
  readonly podUid: string
  readonly container: string
  /** Request that led to it, as far as the kubelet knows: revision of the Pod it acted on. */
  readonly revision: number
  readonly detail: Record<string, unknown>
}
