import type { KubeObject } from '../meta/object.ts'
import type { LabelSelector } from '../meta/label-selector.ts'

/** Names an object by its storage resource: `pods`, `deployments.apps`. */
export interface ObjectRef {
  readonly resource: string
  readonly namespace: string
  readonly name: string
}

/**
 * The state at one revision, read-only: what pure rooms see. Objects are shared with every reader and
 * must never be changed; they carry no managedFields (those are a segment of the stored bytes).
 * Lists are ordered by namespace and name, as etcd's keys are.
 */
export interface View {
  readonly revision: number
  get<O extends KubeObject>(resource: string, namespace: string, name: string): O | undefined
  list<O extends KubeObject>(resource: string, namespace?: string): O[]
  /** Objects whose controller owner reference has this uid; `''` gives those without a controller. */
  byController<O extends KubeObject>(resource: string, uid: string, namespace?: string): O[]
  /** Objects with any owner reference to this uid. */
  byOwner<O extends KubeObject>(resource: string, uid: string): O[]
  /** Objects whose selectable field has this value, `spec.nodeName`; indexed fields only. */
  byField<O extends KubeObject>(resource: string, field: string, value: string): O[]
  bySelector<O extends KubeObject>(
    resource: string,
    namespace: string,
    selector: LabelSelector,
  ): O[]
  /** Where an object with this uid lives. */
  byUid(uid: string): ObjectRef | undefined
  count(resource: string, namespace?: string): number
}

/** One object's step from one revision to the next, as reconcilers see it. */
export interface ViewChange<O extends KubeObject = KubeObject> {
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly revision: number
  /** Parsed on first use. */
  readonly before: () => O | undefined
  readonly after: () => O | undefined
}
