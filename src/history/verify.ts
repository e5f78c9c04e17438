import { VERIFY_DIFFERENCES_MAX } from '../base/limits.ts'
import type { Database } from '../db/pool.ts'
import { DATA_KEY } from '../events/data-keys.ts'
import type { KeyStore } from '../events/key-store.ts'
import type { LogId } from '../events/log-id.ts'
import { verifyChain, type ChainReport } from '../events/verify-chain.ts'
import { Rebuild, type RebuiltObject } from './rebuild.ts'
import { stateDigest } from './state-digest.ts'
import { readStoredObjects, type StoredObject } from './stored-objects.ts'
import type { DigestAt } from './view-digest.ts'

/** Where a log lies and what opens it. */
export interface LogPlace {
  readonly db: Database
  readonly id: LogId
  readonly keys: KeyStore
}

/** An object that a projection holds otherwise than the events say. */
export interface ProjectionProblem {
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly problem: string
}

/** What `klio verify` found. */
export interface VerifyAnswer extends ChainReport {
  /** The projection `objects` against the events. */
  readonly objects: {
    readonly revision: number
    readonly count: number
    readonly problems: readonly ProjectionProblem[]
  }
  /** What the running klio serves against the events; left out where none runs. */
  readonly view?: { readonly revision: number; readonly equal: boolean }
  readonly seconds: number
}

/**
 * Checks the chain and rebuilds every projection from the events alone: the table of objects and, where a
 * klio runs, the state it serves. `live` was asked for before, so that the walk passes its revision.
 */
export async function verifyLog(
  { db, id, keys }: LogPlace,
  live: DigestAt | undefined,
): Promise<VerifyAnswer> {
  const startedMs = performance.now()
  const stored = await readStoredObjects(db, id)
  const dataKeys = new Map((await keys.all(DATA_KEY)).map(({ kid, secret }) => [kid, secret]))
  const rebuild = new Rebuild(dataKeys)
  let problems = stored.revision === 0 ? compareObjects(new Map(), stored.objects) : undefined
  let equal = live?.revision === 0 ? live.digest === stateDigest([]) : undefined
  const chain = await verifyChain(db, id, keys, {
    expectedRevision: Math.max(live?.revision ?? 0, stored.revision),
    onEvent: (event) => {
      if (problems && (!live || equal !== undefined)) return
      rebuild.apply(event)
      if (event.revision === stored.revision)
        problems = compareObjects(rebuild.objects, stored.objects)
      if (event.revision === live?.revision)
        equal = stateDigest(rebuild.objects.values()) === live.digest
    },
  })
  const seconds = (performance.now() - startedMs) / 1000
  const objects = {
    revision: stored.revision,
    count: stored.objects.size,
    problems: problems ?? [],
  }
  return {
    ...chain,
    ...(chain.ok && firstProblem(objects.problems, live, equal)),
    objects,
    ...(live && { view: { revision: live.revision, equal: equal ?? false } }),
    seconds,
  }
}

/** The chain holds, and yet something derived from it does not. */
function firstProblem(
  problems: readonly ProjectionProblem[],
  live: DigestAt | undefined,
  equal: boolean | undefined,
) {
  const [first] = problems
  if (first)
    return {
      ok: false,
      reason: `projection objects: ${first.resource} ${first.namespace}/${first.name} ${first.problem}`,
    }
  if (live && !equal)
    return {
      ok: false,
      reason: `what klio serves at revision ${live.revision} is not what the events say`,
    }
  return {}
}

/** How the projection differs from what the events say; capped. */
export function compareObjects(
  rebuilt: ReadonlyMap<string, RebuiltObject>,
  stored: ReadonlyMap<string, StoredObject>,
): ProjectionProblem[] {
  const problems: ProjectionProblem[] = []
  const tell = ({ resource, namespace, name }: StoredObject, problem: string) => {
    if (problems.length < VERIFY_DIFFERENCES_MAX)
      problems.push({ resource, namespace, name, problem })
  }
  for (const [key, object] of rebuilt) {
    const row = stored.get(key)
    if (!row) tell(object, 'is missing')
    else
      for (const field of ['uid', 'created', 'revision', 'version'] as const)
        if (row[field] !== object[field])
          tell(object, `has ${field} ${row[field]} instead of ${object[field]}`)
  }
  for (const [key, row] of stored) if (!rebuilt.has(key)) tell(row, 'was deleted')
  return problems
}
