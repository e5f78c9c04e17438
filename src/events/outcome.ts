import type { Batch, Head, Log } from './log.ts'

/** What became of a batch whose COMMIT was never answered. */
export type Outcome =
  /** It is in the log; `overtaken` when another sequencer has appended after it. */
  | { readonly kind: 'committed'; readonly head: Head; readonly overtaken: boolean }
  /** It is not, and its revisions are still free. */
  | { readonly kind: 'lost' }
  /** Its revisions hold another sequencer's events. */
  | { readonly kind: 'foreign' }

/** Reads what became of a batch. Request ids are never given twice. Throws when the log is away. */
export async function outcomeOf(log: Log, batch: Batch): Promise<Outcome> {
  const head = await log.head()
  const first = batch.events[0]
  const last = batch.events.at(-1)
  if (!first || !last) return outcomeOfRequests(log, head, batch)
  if (head.revision < first.revision) return { kind: 'lost' }
  const [found] = await log.after(batch.head.revision, 1)
  const ours = found && found.request === first.request && found.uid === first.uid &&
    found.time === first.time && Buffer.from(found.body).equals(first.body)
  if (!ours) return { kind: 'foreign' }
  const overtaken = head.revision > last.revision
  const end = overtaken ? { revision: last.revision, time: last.time, hash: head.hash } : head
  return { kind: 'committed', head: end, overtaken }
}

async function outcomeOfRequests(log: Log, head: Head, batch: Batch): Promise<Outcome> {
  if (head.revision !== batch.head.revision) return { kind: 'foreign' }
  const kept = await log.requests({ id: batch.requests[0]!.id, limit: 1 })
  return kept.length > 0 ? { kind: 'committed', head, overtaken: false } : { kind: 'lost' }
}
