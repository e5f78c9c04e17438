import { randomBytes } from 'node:crypto'
import { quote } from '../db/sql-text.ts'
import type { Database } from '../db/pool.ts'
import { keyContext, seal, unseal } from './keys.ts'

/** A key out of table `keys`. */
export interface StoredKey {
  readonly purpose: string
  readonly kid: string
  /** Microseconds; used for new signatures from then on. */
  readonly notBefore: number
  /** Microseconds; still verifies until then. Undefined: in use. */
  readonly retiredAt: number | undefined
  readonly secret: Buffer
}

/** Keys of a cluster but the cluster key: CA, token signing, chain, nodes. Rotation overlaps. */
export interface KeyStore {
  /** All keys of a purpose, newest first, retired ones too. */
  all(purpose: string): Promise<StoredKey[]>
  /** The newest key in use; `make` gives the secret of the first one. One wins when two processes start. */
  current(purpose: string, make: () => Buffer | Promise<Buffer>): Promise<StoredKey>
  /** Adds a key that is used from `notBefore` (microseconds) on. */
  add(purpose: string, secret: Buffer, notBefore: number): Promise<StoredKey>
  retire(purpose: string, kid: string, at: number): Promise<void>
}

/** Keys in PostgreSQL, wrapped by the cluster key. */
export function createKeyStore(db: Database, schema: string, clusterKey: Uint8Array): KeyStore {
  const table = `${quote(schema)}.keys`
  const all = async (purpose: string): Promise<StoredKey[]> => {
    const rows = await db.unsafe<KeyRow[]>(
      `select kid, not_before, retired_at, wrapped from ${table} where purpose = $1 ` +
        'order by not_before desc, kid desc', [purpose], { prepare: true })
    return rows.map((row) => ({
      purpose,
      kid: row.kid,
      notBefore: row.not_before,
      retiredAt: row.retired_at ?? undefined,
      secret: unseal(clusterKey, row.wrapped, keyContext(purpose, row.kid)),
    }))
  }
  const insert = async (purpose: string, kid: string, secret: Buffer, notBefore: number): Promise<void> => {
    await db.unsafe(
      `insert into ${table} (purpose, kid, not_before, wrapped) ` +
        "values ($1, $2, 'epoch'::timestamptz + $3::bigint * interval '1 us', $4) on conflict do nothing",
      [purpose, kid, notBefore, seal(clusterKey, secret, keyContext(purpose, kid))], { prepare: true })
  }
  return {
    all,
    current: async (purpose, make) => {
      const found = (await all(purpose)).find((key) => key.retiredAt === undefined)
      if (found) return found
      await insert(purpose, '1', await make(), 0)
      return (await all(purpose)).find((key) => key.retiredAt === undefined)!
    },
    add: async (purpose, secret, notBefore) => {
      const kid = randomBytes(8).toString('hex')
      await insert(purpose, kid, secret, notBefore)
      return { purpose, kid, notBefore, retiredAt: undefined, secret }
    },
    retire: async (purpose, kid, at) => {
      await db.unsafe(
        `update ${table} set retired_at = 'epoch'::timestamptz + $3::bigint * interval '1 us' ` +
          'where purpose = $1 and kid = $2', [purpose, kid, at], { prepare: true })
    },
  }
}

interface KeyRow {
  kid: string
  not_before: number
  retired_at: number | null
  wrapped: Buffer
}
