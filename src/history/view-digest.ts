import { setImmediate as nextTurn } from 'node:timers/promises'
import { DIGEST_SLICE_MS } from '../base/limits.ts'
import { sha256 } from '../events/bodies.ts'
import type { Log } from '../events/log.ts'
import type { LiveView } from '../projections/live-view.ts'
import type { OrderedEntries } from '../projections/table.ts'
import { stateDigest, type DigestEntry } from './state-digest.ts'

/** A state's digest and the revision it belongs to. */
export interface DigestAt {
  readonly revision: number
  readonly digest: string
  readonly objects: number
}

/** Digest of what the process serves as current: frozen at once, hashed in slices that clients do not feel. */
export async function digestOfView(view: LiveView): Promise<DigestAt> {
  const { revision } = view
  const frozen = view.resources().map((resource) => [resource, view.snapshot(resource)] as const)
  const entries: DigestEntry[] = []
  for (const [resource, snapshot] of frozen) await addEntries(entries, resource, snapshot)
  return { revision, digest: stateDigest(entries), objects: entries.length }
}

async function addEntries(
  entries: DigestEntry[],
  resource: string,
  snapshot: OrderedEntries,
): Promise<void> {
  let startedMs = performance.now()
  for (const { namespace, name, uid, revision, bytes } of snapshot.values()) {
    entries.push({ resource, namespace, name, uid, revision, body: sha256(bytes) })
    if (performance.now() - startedMs < DIGEST_SLICE_MS) continue
    await nextTurn()
    startedMs = performance.now()
  }
}

/** Digest of the state that the log's own index gives for a revision: what as-of reads serve. */
export async function digestOfLog(
  log: Log,
  resources: readonly string[],
  revision: number,
): Promise<DigestAt> {
  const entries: DigestEntry[] = []
  for (const resource of resources)
    for (const event of await log.asOf(revision, resource))
      entries.push({ ...event, body: sha256(event.body) })
  return { revision, digest: stateDigest(entries), objects: entries.length }
}
