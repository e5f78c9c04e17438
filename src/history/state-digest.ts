import { createHash } from 'node:crypto'

/** One live object as a digest sees it. */
export interface DigestEntry {
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly revision: number
  /** SHA-256 of the object's bytes, decrypted. */
  readonly body: Uint8Array
}

/**
 * One hash over a whole state, the same however the state came about: objects in order of their keys,
 * each with uid, revision and the hash of its bytes.
 */
export function stateDigest(entries: Iterable<DigestEntry>): string {
  const hash = createHash('sha256')
  const sorted = [...entries]
    .map((entry) => [keyOf(entry), entry] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [key, { uid, revision, body }] of sorted)
    hash.update(`${key}\0${uid}\0${revision}\0`).update(body)
  return hash.digest('hex')
}

const keyOf = ({ resource, namespace, name }: DigestEntry): string =>
  `${resource}\0${namespace}\0${name}`
