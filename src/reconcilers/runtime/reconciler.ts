import type { Instant } from '../../base/clock.ts'
import type { Command } from '../../commands/command.ts'
import type { KubeObject } from '../../meta/object.ts'
import type { Status } from '../../meta/status.ts'
import type { View, ViewChange } from '../../projections/view.ts'

/** Maps changes of one resource to the keys a reconciler must look at again. */
export interface Watch {
  readonly resource: string
  keysOf(change: ViewChange, view: View): readonly string[]
}

/**
 * A core Event to record about an object. Repeats are counted by the recorder, as upstream's are.
 */
export interface Note {
  readonly regarding: {
    readonly apiVersion: string
    readonly kind: string
    readonly namespace: string
    readonly name: string
    readonly uid: string
    readonly resourceVersion?: string
    readonly fieldPath?: string
  }
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** Set by those who speak the events.k8s.io dialect (the scheduler): `Binding`, `Scheduling`. */
  readonly action?: string
  /** Component to name instead of the reconciler: `default-scheduler`. */
  readonly component?: string
}

/**
 * What should be done next. Commands run in order; the first refusal ends the plan and requeues.
 */
export interface Plan {
  readonly commands: readonly Command[]
  /**
   * No refusal of one command foretells another's, as a quota's would: all go together, instead of
   * 1, 2, 4...
   */
  readonly independent?: boolean
  readonly notes?: readonly Note[]
  /** Look at the key again after this long even if nothing changes. */
  readonly requeueAfterMs?: number
}

/** The plan of a key that is as it should be. */
export const NOTHING: Plan = { commands: [] }

/** A command that was refused for good, and what the answer was. */
export interface Refusal {
  readonly command: Command
  readonly status: Status
}

/**
 * Level-based and pure: sees key and view, never the event. The same view and now give the same
 * plan; after the plan is applied the next is empty. Keys are usually `namespace/name`.
 */
export interface Reconciler {
  /** `deployment-controller`; also the component of its Events and causes. */
  readonly name: string
  /** Kubernetes user it acts as: `system:serviceaccount:kube-system:deployment-controller`. */
  readonly user: string
  readonly watches: readonly Watch[]
  /** What changes of resources that no watch names lead to: those of custom kinds come and go. */
  readonly others?: Watch['keysOf']
  /** Keys to look at when it starts, besides those that the watches give for every object. */
  readonly startKeys?: readonly string[]
  /** Keys decided at once; 1 for a scheduler that decides a batch under one key. */
  readonly workers?: number
  reconcile(key: string, view: View, now: Instant): Plan
  /** Events about an accepted command that need its answer: "Created pod: web-x7k2p". Pure. */
  accepted?(command: Command, object: KubeObject): readonly Note[]
  /** What a refusal for good leads to: a condition, an Event. Left out: a plain Event. Pure. */
  refused?(key: string, refusal: Refusal, view: View, now: Instant): Plan
}
