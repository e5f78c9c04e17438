import { DATA_KEY } from '../events/data-keys.ts'
import { verifyChain } from '../events/verify-chain.ts'
import { Rebuild } from './rebuild.ts'
import { stateDigest } from './state-digest.ts'
import type { LogPlace } from './verify.ts'

/** A state folded from the first event on, and whether every step of the way holds. */
export interface FoldedState {
  readonly ok: boolean
  /** Events that were folded. */
  readonly revisions: number
  readonly objects: number
  readonly digest: string
  /** Storage resources that have objects then. */
  readonly resources: readonly string[]
  readonly firstBad?: number
  readonly reason?: string
}

/**
 * Folds `events` and `bodies` alone, from the first event to a revision, and recomputes every digest on the
 * way: a body or header that was changed ends it.
 */
export async function foldTo({ db, id, keys }: LogPlace, revision: number): Promise<FoldedState> {
  const dataKeys = new Map((await keys.all(DATA_KEY)).map(({ kid, secret }) => [kid, secret]))
  const rebuild = new Rebuild(dataKeys)
  const chain = await verifyChain(db, id, keys, {
    expectedRevision: revision,
    toRevision: revision,
    onEvent: (event) => rebuild.apply(event),
  })
  const { ok, revisions, firstBad, reason } = chain
  const objects = [...rebuild.objects.values()]
  return {
    ok,
    revisions,
    objects: objects.length,
    digest: stateDigest(objects),
    resources: [...new Set(objects.map(({ resource }) => resource))],
    ...(firstBad !== undefined && { firstBad, reason }),
  }
}
