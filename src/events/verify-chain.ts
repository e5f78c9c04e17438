import type { KeyObject } from 'node:crypto'
import type { Database } from '../db/pool.ts'
import { DIGEST_BYTES, Digester } from './bodies.ts'
import { CHAIN_KEY, merkleRoot, rootHash, verifyingKey, verifyRoot } from './chain.ts'
import { headerText } from './header.ts'
import type { KeyStore } from './key-store.ts'
import type { LogId } from './log-id.ts'
import { readRoots, type StoredRoot } from './roots.ts'
import { scanEvents, type StoredEvent } from './scan.ts'

/** What a verification found. */
export interface ChainReport {
  readonly ok: boolean
  /** Events that were looked at and hold. */
  readonly revisions: number
  readonly roots: number
  /** Bodies that are gone (retention, erase): their digests hold in the chain. */
  readonly withoutBody: number
  /** First revision that does not hold, and why, when not ok. */
  readonly firstBad?: number
  readonly reason?: string
}

/** What a verification may be told beside the log. */
export interface VerifyOptions {
  /** The end of the log as the running cluster knows it: finds a tail that was cut off. */
  readonly expectedRevision?: number
  /** The last revision to look at; the end of the log when left out. */
  readonly toRevision?: number
  /** Called with each event that holds, in order: a rebuild rides along. */
  readonly onEvent?: (event: StoredEvent) => void
}

/** Walks the whole log: digests of bodies, chain, times, Merkle trees, signatures. */
export async function verifyChain(
  db: Database,
  id: LogId,
  keys: KeyStore,
  options: VerifyOptions = {},
): Promise<ChainReport> {
  const { toRevision = Infinity } = options
  const walk = new Walk(await readRoots(db, id), await publicKeys(keys))
  let reason: string | undefined
  await scanEvents(db, id, 0, (event) => {
    reason = walk.step(event)
    if (!reason) options.onEvent?.(event)
    return !reason && event.revision < toRevision
  })
  if (reason) return walk.report({ firstBad: walk.at + 1, reason })
  const end = Math.min(Math.max(options.expectedRevision ?? 0, walk.lastSigned), toRevision)
  if (walk.at < end) return walk.report({ firstBad: walk.at + 1, reason: `the log ends before revision ${end}` })
  return walk.report()
}

async function publicKeys(keys: KeyStore): Promise<Map<string, KeyObject>> {
  const all = await keys.all(CHAIN_KEY)
  return new Map(all.map((key) => [key.kid, verifyingKey(key.secret)]))
}

/** The state of one walk; knows nothing of where events come from. */
class Walk {
  at = 0
  #time = 0
  #previous: Uint8Array = new Uint8Array(DIGEST_BYTES)
  #withoutBody = 0
  #leaves: Uint8Array[] = []
  #checkedRoots = 0
  #previousRoot: Uint8Array = new Uint8Array(DIGEST_BYTES)
  readonly #digester = new Digester()
  readonly #roots: readonly StoredRoot[]
  readonly #keys: ReadonlyMap<string, KeyObject>

  constructor(roots: readonly StoredRoot[], keys: ReadonlyMap<string, KeyObject>) {
    this.#roots = roots
    this.#keys = keys
  }

  get lastSigned(): number {
    return this.#roots.at(-1)?.last ?? 0
  }

  report(bad?: { firstBad: number; reason: string }): ChainReport {
    return { ok: !bad, revisions: this.at, roots: this.#checkedRoots, withoutBody: this.#withoutBody, ...bad }
  }

  /** Checks the next event; why it does not hold. */
  step(event: StoredEvent): string | undefined {
    if (event.revision !== this.at + 1) return `revision ${this.at + 1} is missing`
    if (event.time <= this.#time) return 'its time is not after the one before it'
    if (event.body === null || event.salt === null) this.#withoutBody++
    else if (!same(this.#digester.ofBody(event.salt, event.body), event.digest)) return 'its body was changed'
    const header = headerText(event.branch, event, event, event.rowVersion)
    const hash = this.#digester.ofLink(this.#previous, header, event.digest)
    if (!same(hash, event.hash)) return 'it does not follow from the events before it'
    this.#previous = hash
    this.#time = event.time
    const root = this.#roots[this.#checkedRoots]
    if (root && event.revision >= root.first) {
      this.#leaves.push(hash)
      const reason = event.revision === root.last ? this.#closeRoot(root) : undefined
      if (reason) return reason
    }
    this.at = event.revision
    return undefined
  }

  #closeRoot(stored: StoredRoot): string | undefined {
    const root = { ...stored, merkle: merkleRoot(this.#leaves), previous: this.#previousRoot }
    const hash = rootHash(root)
    const key = this.#keys.get(stored.kid)
    if (this.#leaves.length !== stored.last - stored.first + 1) return 'the signed root skips revisions'
    if (!same(hash, stored.root)) return `the signed root of revisions ${stored.first} to ${stored.last} is another`
    if (!key || !verifyRoot(hash, stored.signature, key)) return 'the signature of its root is not this cluster\'s'
    this.#leaves = []
    this.#previousRoot = hash
    this.#checkedRoots++
    return undefined
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
