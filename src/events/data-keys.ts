import { randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { DATA_KEYS_CACHED_MAX } from '../base/limits.ts'
import { textArray } from '../db/array-literal.ts'
import { quote } from '../db/sql-text.ts'
import type { Database } from '../db/pool.ts'
import { KEY_BYTES, keyContext, seal, unseal } from './keys.ts'

/** `keys.purpose` of the keys that encrypt bodies; their kid is the object's uid. */
export const DATA_KEY = 'data'

/** A key that no row holds yet: it is written in the transaction of the first body under it. */
export interface NewKey {
  readonly uid: string
  readonly wrapped: Buffer
}

/** The keys of sensitive objects, one per uid, so that erasing one object is deleting one row. */
export class DataKeys {
  readonly #db: Database
  readonly #table: string
  readonly #clusterKey: Uint8Array
  readonly #known = new LRUCache<string, Buffer>({ max: DATA_KEYS_CACHED_MAX })

  constructor(db: Database, schema: string, clusterKey: Uint8Array) {
    this.#db = db
    this.#table = `${quote(schema)}.keys`
    this.#clusterKey = clusterKey
  }

  /** Keys of these uids that exist; a missing one was erased or never made. Rejects without PostgreSQL. */
  async read(uids: readonly string[]): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>()
    const missing: string[] = []
    for (const uid of new Set(uids)) {
      const known = this.#known.get(uid)
      if (known) found.set(uid, known)
      else missing.push(uid)
    }
    if (missing.length === 0) return found
    const rows = await this.#db.unsafe<{ kid: string; wrapped: Buffer }[]>(
      `select kid, wrapped from ${this.#table} where purpose = $1 and kid = any($2::text[])`,
      [DATA_KEY, textArray(missing)], { prepare: true })
    for (const { kid, wrapped } of rows) {
      const key = unseal(this.#clusterKey, wrapped, keyContext(DATA_KEY, kid))
      this.#known.set(kid, key)
      found.set(kid, key)
    }
    return found
  }

  /** Makes a key; it counts as known only once `saved` was told. */
  make(uid: string): { key: Buffer; row: NewKey } {
    const key = randomBytes(KEY_BYTES)
    return { key, row: { uid, wrapped: seal(this.#clusterKey, key, keyContext(DATA_KEY, uid)) } }
  }

  /** The transaction that held the key's row is durable. */
  saved(uid: string, key: Buffer): void {
    this.#known.set(uid, key)
  }
}
