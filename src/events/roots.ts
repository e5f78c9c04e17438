import type { Clock } from '../base/clock.ts'
import { MERKLE_REVISIONS, ROOT_CHECK_MS } from '../base/limits.ts'
import type { Database } from '../db/pool.ts'
import { instant } from './append-statement.ts'
import { DIGEST_BYTES } from './bodies.ts'
import {
  CHAIN_KEY,
  makeChainKey,
  merkleRoot,
  rootHash,
  signingKey,
  signRoot,
  type Root,
} from './chain.ts'
import type { KeyStore } from './key-store.ts'
import type { LogId } from './log-id.ts'
import { tableOf } from './read.ts'

/** A row of table roots. */
export interface StoredRoot extends Root {
  readonly kid: string
  readonly root: Uint8Array
  readonly signature: Uint8Array
}

/** What signs a log's roots in the background. */
export interface RootWriter {
  readonly db: Database
  readonly id: LogId
  readonly keys: KeyStore
  readonly clock: Clock
  /** Newest revision. */
  readonly revision: () => number
  readonly onProblem: (error: unknown) => void
}

/** Signs each full range of 4,096 revisions soon after it is full, until the signal aborts. */
export async function writeRoots(writer: RootWriter, signal: AbortSignal): Promise<void> {
  const { clock, revision, onProblem } = writer
  let signed = -1
  for (; !signal.aborted; await clock.sleep(ROOT_CHECK_MS, signal)) {
    if (signed >= 0 && revision() < signed + MERKLE_REVISIONS) continue
    try {
      signed = await signFull(writer, signal)
    } catch (error) {
      onProblem(error)
    }
  }
}

/** Signs every range that is full now; the last revision under a root. */
export async function signFull(
  { db, id, keys, clock, revision }: Omit<RootWriter, 'onProblem'>,
  signal: AbortSignal,
): Promise<number> {
  let last = await lastRoot(db, id)
  while (!signal.aborted && revision() >= (last?.last ?? startOf(id)) + MERKLE_REVISIONS) {
    const first = (last?.last ?? startOf(id)) + 1
    const leaves = await hashesOf(db, id, first)
    const key = await keys.current(CHAIN_KEY, makeChainKey)
    const root: Root = {
      branch: id.branch,
      first,
      last: first + MERKLE_REVISIONS - 1,
      merkle: merkleRoot(leaves),
      previous: last?.root ?? new Uint8Array(DIGEST_BYTES),
    }
    const hash = rootHash(root)
    last = { ...root, kid: key.kid, root: hash, signature: signRoot(hash, signingKey(key.secret)) }
    await insert(db, id, last, clock.now())
  }
  return last?.last ?? startOf(id)
}

const startOf = (id: LogId): number => id.base?.revision ?? 0

async function hashesOf(db: Database, id: LogId, first: number): Promise<Buffer[]> {
  const rows = await db.unsafe<{ hash: Buffer }[]>(
    `select hash from ${tableOf(id, 'events')} where branch = ${id.branch} and revision between $1::bigint and $2::bigint
     order by revision`, [first, first + MERKLE_REVISIONS - 1], { prepare: true })
  if (rows.length !== MERKLE_REVISIONS) throw new Error(`revisions ${first} and following are not all there`)
  return rows.map((row) => row.hash)
}

async function insert(db: Database, id: LogId, root: StoredRoot, nowMs: number): Promise<void> {
  await db.unsafe(
    `insert into ${tableOf(id, 'roots')} (branch, first, last, time, kid, merkle, previous, root, signature)
     values ($1, $2, $3, ${instant('$4::bigint')}, $5, $6, $7, $8, $9) on conflict do nothing`,
    [root.branch, root.first, root.last, Math.floor(nowMs * 1_000), root.kid, Buffer.from(root.merkle),
      Buffer.from(root.previous), Buffer.from(root.root), root.signature as Buffer], { prepare: true })
}

async function lastRoot(db: Database, id: LogId): Promise<StoredRoot | undefined> {
  const [row] = await db.unsafe<StoredRoot[]>(`${select(id)} order by last desc limit 1`, [], { prepare: true })
  return row
}

/** All roots of a log, oldest first. */
export const readRoots = (db: Database, id: LogId): Promise<StoredRoot[]> =>
  db.unsafe<StoredRoot[]>(`${select(id)} order by last`, [], { prepare: true })

const select = (id: LogId): string =>
  `select branch, first, last, kid, merkle, previous, root, signature from ${tableOf(id, 'roots')}
   where branch = ${id.branch}`
