import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { sha256 } from './bodies.ts'

/** `keys.purpose` of the keys that sign roots. */
export const CHAIN_KEY = 'chain'

/** What a signed root says: these revisions hash to this, after that. */
export interface Root {
  readonly branch: number
  readonly first: number
  readonly last: number
  readonly merkle: Uint8Array
  /** Root before this one; 32 zero bytes for the first. */
  readonly previous: Uint8Array
}

/**
 * Root of a Merkle tree over chain hashes, in their order. An odd node moves up as it is. Leaves and
 * nodes are hashed with different prefixes, so that neither passes for the other. Source: RFC 6962 2.1.
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array(0))
  const pair = new Uint8Array(65)
  let level = leaves.map((leaf) => {
    pair[0] = 0
    pair.set(leaf, 1)
    return sha256(pair.subarray(0, 33))
  })
  pair[0] = 1
  while (level.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i + 1 < level.length; i += 2) {
      pair.set(level[i]!, 1)
      pair.set(level[i + 1]!, 33)
      above.push(sha256(pair))
    }
    if (level.length % 2 === 1) above.push(level.at(-1)!)
    level = above
  }
  return level[0]!
}

/** The bytes that are signed: SHA-256 over the previous root, the range and the tree. */
export function rootHash({ branch, first, last, merkle, previous }: Root): Uint8Array {
  return sha256(Buffer.concat([previous, Buffer.from(`klio root ${branch} ${first} ${last}`), merkle]))
}

/** A fresh Ed25519 key as table `keys` holds it (PKCS #8). */
export const makeChainKey = (): Buffer =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' })

/** The signing half of a stored key. */
export const signingKey = (secret: Buffer): KeyObject =>
  createPrivateKey({ key: secret, type: 'pkcs8', format: 'der' })

/** The half that anybody may hold. */
export const verifyingKey = (secret: Buffer): KeyObject => createPublicKey(signingKey(secret))

/** Signs a root. */
export const signRoot = (root: Uint8Array, key: KeyObject): Buffer => sign(null, root, key)

/** Whether a signature is this key's. */
export const verifyRoot = (root: Uint8Array, signature: Uint8Array, key: KeyObject): boolean =>
  verify(null, root, key, signature)
