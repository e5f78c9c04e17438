import type { Instant } from '../../base/clock.ts'
import { PENDING_REFRESH_MAX, UNSCHEDULABLE_RETRY_MS } from '../../base/limits.ts'
import type { View } from '../../projections/view.ts'
import type { Plan, Reconciler } from '../runtime/reconciler.ts'
import { Batch } from './batch.ts'
import { inOrder } from './order.ts'
import type { PendingLine } from './pending.ts'
import { scheduleNotes } from './schedule-commands.ts'
import type { SchedulerIndex } from './scheduler-index.ts'

const KEY = 'queue'

/**
 * Gives pods their nodes, a batch a decision: what it picks counts for its next picks. Pods that
 * fit nowhere are told why, and tried again when a node changes, a pod goes, or time passes. The
 * index must hear of changes through this reconciler's watches only. Source: pkg/scheduler.
 */
export function scheduler(index: SchedulerIndex): Reconciler {
  const keysOf: Reconciler['watches'][number]['keysOf'] = (change) =>
    index.observe(change) ? [KEY] : []
  return {
    name: 'scheduler',
    user: 'system:kube-scheduler',
    watches: [
      { resource: 'nodes', keysOf },
      { resource: 'pods', keysOf },
    ],
    workers: 1,
    reconcile: (_key, view, now) => plan(index, view, now),
    accepted: scheduleNotes,
  }
}

function plan(index: SchedulerIndex, view: View, now: Instant): Plan {
  if (index.pending.size === 0) return { commands: [] }
  const batch = new Batch(index, view, now)
  const epoch = `${index.epoch}.${Math.floor(now / UNSCHEDULABLE_RETRY_MS)}`
  const more = inOrder(linesToDo(index, epoch)).some((line) => !finishLine(batch, line, epoch))
  const nextRetryMs = UNSCHEDULABLE_RETRY_MS - (now % UNSCHEDULABLE_RETRY_MS)
  return {
    commands: batch.commands,
    independent: true,
    ...(batch.notes.length > 0 && { notes: batch.notes }),
    requeueAfterMs: more ? 1 : nextRetryMs,
  }
}

/** Lines whose verdict is old, or whose pods were not all told of it. */
function* linesToDo(index: SchedulerIndex, epoch: string): Iterable<PendingLine> {
  const few = index.pending.size <= PENDING_REFRESH_MAX
  for (const line of index.pending.lines.values())
    if (line.verdict?.epoch !== epoch || line.untold.size > 0 || (few && isStale(line))) yield line
}

/** Some were told another reason than the one that holds now. */
function isStale({ pods, verdict }: PendingLine): boolean {
  for (const pod of pods.values()) if (pod.told !== verdict?.message) return true
  return false
}

/**
 * Places pods of a line until one does not fit, then tells the rest. False when the batch is full.
 */
function finishLine(batch: Batch, line: PendingLine, epoch: string): boolean {
  let message = line.verdict?.epoch === epoch ? line.verdict.message : undefined
  const known = message
  if (message === undefined)
    for (const pod of line.pods.values()) {
      if (batch.isDone(pod)) continue
      if (batch.isFull) return false
      const verdict = batch.place(pod)
      if (verdict === undefined) continue
      message = verdict
      break
    }
  if (message === undefined) return true
  // A verdict that counts on this batch's own picks is good for this batch only.
  if (known === undefined && !batch.hasPicks) line.verdict = { epoch, message }
  return tellLine(batch, line, message)
}

function tellLine(batch: Batch, line: PendingLine, message: string): boolean {
  const all = batch.pendingCount <= PENDING_REFRESH_MAX
  for (const pod of all ? line.pods.values() : untoldOf(line)) {
    if (pod.told === message || batch.isDone(pod)) continue
    if (batch.isFull) return false
    batch.tell(pod, message)
  }
  return true
}

function* untoldOf(line: PendingLine) {
  for (const key of line.untold) yield line.pods.get(key)!
}
