import type { LogEvent } from './log-event.ts'

/** What a batch did to one key of the inline projection `objects`. */
export interface NetChange {
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  /** Revision that made the object; null when it is older than the batch. */
  readonly created: number | null
  /** Its newest revision. */
  readonly changed: number
  /** Versions that the batch added. */
  readonly changes: number
}

/** Keys that are there now and were not, that were and still are, and that are gone. */
export interface NetChanges {
  readonly born: readonly NetChange[]
  readonly moved: readonly NetChange[]
  readonly gone: readonly NetChange[]
}

/** Folds a batch to at most one change a key, since one statement may touch a row only once. */
export function netChanges(events: readonly LogEvent[]): NetChanges {
  const keys = new Map<string, { existed: boolean; op: LogEvent['op']; change: NetChange }>()
  for (const event of events) {
    const key = `${event.resource}\0${event.namespace}\0${event.name}`
    const before = keys.get(key)
    const starts = event.previous === 0
    const { resource, namespace, name, uid } = event
    const change: NetChange = {
      resource,
      namespace,
      name,
      uid,
      created: starts ? event.revision : (before?.change.created ?? null),
      changed: event.revision,
      changes: starts ? 1 : (before?.change.changes ?? 0) + 1,
    }
    keys.set(key, { existed: before?.existed ?? !starts, op: event.op, change })
  }
  const born: NetChange[] = []
  const moved: NetChange[] = []
  const gone: NetChange[] = []
  for (const { existed, op, change } of keys.values()) {
    if (op === 'delete') {
      if (existed) gone.push(change)
    } else if (existed) moved.push(change)
    else born.push(change)
  }
  return { born, moved, gone }
}
