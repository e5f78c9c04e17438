import { backoffMs } from '../../base/backoff.ts'
import { POD_RETRY_MS_MAX, POD_RETRY_MS_MIN } from '../../base/limits.ts'
import type { Cause } from '../../events/log-event.ts'
import { findCondition } from '../../meta/conditions.ts'
import type { Json, JsonObject } from '../../meta/object.ts'
import type { Clock } from '../../base/clock.ts'
import type { CommandSink } from '../../reconcilers/runtime/ports.ts'
import type { Pod, PodStatus } from '../../resources/generated/core.gen.ts'
import { KUBELET_CONDITIONS } from './plan-conditions.ts'

/** Writes Pods' statuses to the API: only changes, the newest only, again after a failure. */
export interface StatusWriter {
  /** The status that the API should have. */
  set(pod: Pod, status: PodStatus, cause: Cause): void
  /** Status first, then the API may forget the Pod. */
  finish(pod: Pod, cause: Cause): void
  /** The status that was last sent or is on its way; the Pod's own before that. */
  known(pod: Pod): PodStatus
  forget(podUid: string): void
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>
}

interface Entry {
  pod: Pod
  /** What the API is known to have. */
  acknowledged: PodStatus
  wanted: PodStatus | undefined
  /** On its way: the plan must not fall back behind it. */
  sending: PodStatus | undefined
  cause: Cause
  deleting: boolean
  running: Promise<void> | undefined
  failures: number
  /** Revision of the last answer: a Pod of an older view is behind what was written. */
  revision: number
}

/** Source: kubelet/status/status_manager.go syncPod. */
export const makeStatusWriter = (
  commands: CommandSink,
  clock: Clock,
  signal: AbortSignal,
): StatusWriter => new ApiStatusWriter(commands, clock, signal)

class ApiStatusWriter implements StatusWriter {
  readonly #entries = new Map<string, Entry>()
  readonly #commands: CommandSink
  readonly #clock: Clock
  readonly #signal: AbortSignal

  constructor(commands: CommandSink, clock: Clock, signal: AbortSignal) {
    this.#commands = commands
    this.#clock = clock
    this.#signal = signal
  }

  set(pod: Pod, status: PodStatus, cause: Cause): void {
    const entry = this.#entryOf(pod, cause)
    if (!statusPatch(entry.wanted ?? entry.acknowledged, status)) return
    entry.wanted = status
    this.#kick(pod.metadata.uid!, entry)
  }

  finish(pod: Pod, cause: Cause): void {
    const entry = this.#entryOf(pod, cause)
    entry.deleting = true
    this.#kick(pod.metadata.uid!, entry)
  }

  known(pod: Pod): PodStatus {
    const entry = this.#entries.get(pod.metadata.uid!)
    if (!entry) return pod.status ?? {}
    catchUp(entry, pod)
    return entry.wanted ?? entry.sending ?? entry.acknowledged
  }

  forget(podUid: string): void {
    this.#entries.delete(podUid)
  }

  async idle(): Promise<void> {
    await Promise.all([...this.#entries.values()].map((entry) => entry.running))
  }

  #entryOf(pod: Pod, cause: Cause): Entry {
    const uid = pod.metadata.uid!
    const entry = this.#entries.get(uid) ?? newEntry(pod, cause)
    catchUp(entry, pod)
    entry.pod = pod
    entry.cause = cause
    this.#entries.set(uid, entry)
    return entry
  }

  /** One writer per Pod; what comes meanwhile is taken along by it. */
  #kick(uid: string, entry: Entry): void {
    entry.running ??= this.#run(uid, entry).finally(() => {
      entry.running = undefined
      if (this.#wanting(uid, entry)) this.#kick(uid, entry)
    })
  }

  #wanting(uid: string, entry: Entry): boolean {
    const current = this.#entries.get(uid) === entry && !this.#signal.aborted
    return current && (entry.wanted !== undefined || entry.deleting)
  }

  async #run(uid: string, entry: Entry): Promise<void> {
    while (this.#wanting(uid, entry)) {
      const again = entry.wanted ? await this.#write(entry, entry.wanted) : await this.#remove(uid, entry)
      if (again) await this.#clock.sleep(backoffMs(RETRY, entry.failures++), this.#signal)
    }
  }

  /** True: try again. */
  async #write(entry: Entry, status: PodStatus): Promise<boolean> {
    entry.wanted = undefined
    const patch = statusPatch(entry.acknowledged, status)
    if (!patch) return false
    entry.sending = status
    const { namespace, name, uid } = entry.pod.metadata
    const answer = await this.#commands.send(
      {
        verb: 'patch', resource: 'pods', subresource: 'status', namespace: namespace!, name: name!,
        patchType: 'strategic', uid: uid!, patch: { metadata: { uid: uid! }, status: patch },
        fieldManager: 'kubelet',
      },
      entry.cause,
    )
    entry.sending = undefined
    if (answer.ok) {
      entry.acknowledged = (answer.value.object as Pod).status ?? status
      entry.revision = answer.value.revision
      entry.failures = 0
      return false
    }
    // Gone, or another Pod under this name: there is nobody to tell.
    if (answer.error.code === 404 || answer.error.code === 409) {
      entry.deleting = entry.deleting && answer.error.code === 409
      return false
    }
    entry.wanted ??= status
    return true
  }

  async #remove(uid: string, entry: Entry): Promise<boolean> {
    const { namespace, name } = entry.pod.metadata
    const options = { gracePeriodSeconds: 0, preconditions: { uid } }
    const answer = await this.#commands.send(
      { verb: 'delete', resource: 'pods', namespace: namespace!, name: name!, options },
      entry.cause,
    )
    if (!answer.ok && answer.error.code !== 404 && answer.error.code !== 409) return true
    entry.deleting = false
    return false
  }
}

const RETRY = { baseMs: POD_RETRY_MS_MIN, maxMs: POD_RETRY_MS_MAX }

const newEntry = (pod: Pod, cause: Cause): Entry => ({
  pod,
  cause,
  acknowledged: pod.status ?? {},
  wanted: undefined,
  sending: undefined,
  deleting: false,
  running: undefined,
  failures: 0,
  revision: 0,
})

/** Takes over what others wrote, once the view shows our own last write. */
function catchUp(entry: Entry, pod: Pod): void {
  if (entry.running || Number(pod.metadata.resourceVersion ?? 0) < entry.revision) return
  entry.acknowledged = pod.status ?? {}
}

/** Fields of a status that others write. Source: status_manager.go mergePodStatus. */
const FOREIGN = new Set([
  'nominatedNodeName', 'resize', 'resourceClaimStatuses', 'extendedResourceClaimStatus',
  'nodeAllocatableResourceClaimStatuses', 'volumeHealth', 'allocatedResources', 'resources',
])

/**
 * The strategic merge patch from one status to another; undefined when they say the same. Conditions
 * merge by type, so that those of others stay; what is gone is null.
 */
export function statusPatch(before: PodStatus, after: PodStatus): JsonObject | undefined {
  const patch: JsonObject = {}
  const old = toJson(before)
  const next = toJson(after)
  for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
    if (FOREIGN.has(key) || key === 'conditions') continue
    // The API keeps its own order of fields: texts of equal statuses may differ.
    if (Bun.deepEquals(old[key], next[key])) continue
    patch[key] = mergedByKey(key, old[key], next[key])
  }
  const conditions = changedConditions(before, after)
  if (conditions.length > 0) patch['conditions'] = conditions
  return Object.keys(patch).length === 0 ? undefined : patch
}

/** podIPs and hostIPs merge by `ip`, so addresses that are gone must be named. */
function mergedByKey(key: string, old: Json | undefined, next: Json | undefined): Json {
  if (next === undefined) return null
  if ((key !== 'podIPs' && key !== 'hostIPs') || !Array.isArray(next)) return next
  return [{ $patch: 'replace' }, ...next]
}

function changedConditions(before: PodStatus, after: PodStatus): Json[] {
  return (after.conditions ?? []).flatMap((condition) => {
    if (!KUBELET_CONDITIONS.some((own) => own === condition.type)) return []
    const old = findCondition(before.conditions, condition.type)
    if (old && canonical(old) === canonical(condition)) return []
    // A reason or message that is gone must be taken away explicitly.
    return [{ ...toJson(condition), ...gone(old, condition, 'reason'), ...gone(old, condition, 'message') }]
  })
}

function gone<T extends object, K extends keyof T & string>(old: T | undefined, now: T, key: K): JsonObject {
  return old?.[key] !== undefined && now[key] === undefined ? { [key]: null } : {}
}

const canonical = (value: object): string => {
  const entries = Object.entries(toJson(value)).filter(([, v]) => v !== null)
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const toJson = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject
