import { findCondition } from '../../meta/conditions.ts'
import type { Pod, PodCondition } from '../../resources/generated/core.gen.ts'
import { groupOf, shapeOf, type PodShape } from './shape.ts'

/** A pod that waits for a node: what a decision about it needs, without its object. */
export interface PendingPod {
  readonly key: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly generation: number
  readonly conditions: readonly PodCondition[]
  /** Order of arrival in the queue. */
  readonly arrival: number
  readonly line: PendingLine
  /** Why it does not fit, as its condition says; undefined while it was not told. */
  readonly told: string | undefined
  /** The node where room is being made for it. */
  readonly nominated: string | undefined
}

/** The pods of one shape, first come first served. */
export interface PendingLine {
  readonly shape: PodShape
  readonly pods: Map<string, PendingPod>
  /** Those whose condition does not say why they wait. */
  readonly untold: Set<string>
  /** The last search that found nothing: valid while the state it was made on lasts. */
  verdict: { readonly epoch: string; readonly message: string } | undefined
}

const NO_CONDITIONS: readonly PodCondition[] = []

/**
 * Whether this scheduler is to find a node for the pod. Source: scheduler eventhandlers.go,
 * schedulinggates.
 */
export const isPending = ({ spec, metadata, status }: Pod, schedulerName: string): boolean =>
  !spec?.nodeName &&
  (spec?.schedulerName ?? schedulerName) === schedulerName &&
  (spec?.schedulingGates ?? []).length === 0 &&
  metadata.deletionTimestamp === undefined &&
  status?.phase !== 'Failed' &&
  status?.phase !== 'Succeeded'

/** Of a pod's shape all but its owner is its spec, and the generation counts changes of that. */
const keepsShape = (before: PendingPod, pod: Pod): boolean =>
  before.generation > 0 &&
  before.generation === pod.metadata.generation &&
  before.line.shape.group === groupOf(pod)

/** All pending pods by shape. */
export class PendingPods {
  readonly lines = new Map<string, PendingLine>()
  readonly #byKey = new Map<string, PendingPod>()
  readonly #nominated = new Map<string, PendingPod>()
  /** Equal messages are one text: 40,000 pods wait for the same reason. */
  readonly #texts = new Map<string, string>()
  #arrivals = 0

  get size(): number {
    return this.#byKey.size
  }

  /** Puts a pod in its line, or at its old place there. */
  put(key: string, pod: Pod): PendingPod {
    const before = this.#byKey.get(key)
    const same = before !== undefined && before.uid === pod.metadata.uid
    const line = same && keepsShape(before, pod) ? before.line : this.#lineOf(shapeOf(pod))
    if (before && (!same || before.line !== line)) this.delete(key)
    this.lines.set(line.shape.signature, line)
    const scheduled = findCondition(pod.status?.conditions, 'PodScheduled')
    const isTold = scheduled?.status === 'False' && scheduled.reason === 'Unschedulable'
    const {
      namespace = '',
      name = '',
      uid = '',
      resourceVersion = '',
      generation = 0,
    } = pod.metadata
    const one: PendingPod = {
      key,
      namespace,
      name,
      uid,
      resourceVersion,
      generation,
      conditions: pod.status?.conditions ?? NO_CONDITIONS,
      arrival: same ? before.arrival : this.#arrivals++,
      line,
      told: isTold ? this.#text(scheduled.message ?? '') : undefined,
      nominated: pod.status?.nominatedNodeName || undefined,
    }
    line.pods.set(key, one)
    if (isTold) line.untold.delete(key)
    else line.untold.add(key)
    this.#byKey.set(key, one)
    if (one.nominated === undefined) this.#nominated.delete(key)
    else this.#nominated.set(key, one)
    return one
  }

  get(key: string): PendingPod | undefined {
    return this.#byKey.get(key)
  }

  delete(key: string): PendingPod | undefined {
    const pod = this.#byKey.get(key)
    if (!pod) return undefined
    this.#byKey.delete(key)
    this.#nominated.delete(key)
    pod.line.pods.delete(key)
    pod.line.untold.delete(key)
    if (pod.line.pods.size === 0) this.lines.delete(pod.line.shape.signature)
    if (this.#byKey.size === 0) this.#texts.clear()
    return pod
  }

  /** Pods that room is being made for, which others must not take. */
  nominated(): Iterable<PendingPod> {
    return this.#nominated.values()
  }

  #lineOf(shape: PodShape): PendingLine {
    const known = this.lines.get(shape.signature)
    return known ?? { shape, pods: new Map(), untold: new Set(), verdict: undefined }
  }

  #text(message: string): string {
    const known = this.#texts.get(message)
    if (known !== undefined) return known
    this.#texts.set(message, message)
    return message
  }
}
