import { randomUUID } from 'node:crypto'

/**
 * Ids that a write needs, derived from the cluster key and the request's id, so that a replay of the
 * same request makes the same ids (design 2). One source per request; every call gives another id.
 */
export interface IdSource {
  /** A version 4 shaped UUID. */
  uid(): string
  /** Five characters for `generateName`. Source: apimachinery util/rand, its alphabet without vowels. */
  suffix(): string
  /** An integer in [0, below). */
  number(below: number): number
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/** Ids out of a stream of HMAC-SHA-256(key, request id, counter); most requests need one block of it. */
export function derivedIds(key: Uint8Array, requestId: string): IdSource {
  let counter = 0
  let block: Buffer = Buffer.alloc(0)
  const take = (count: number): Buffer => {
    if (block.length < count) block = hmac(key, `${requestId}/${counter++}`)
    const taken = block.subarray(0, count)
    block = block.subarray(count)
    return taken
  }
  return {
    uid: () => uuidFrom(take(16)),
    suffix: () => suffixFrom(take(10)),
    number: (below) => take(6).readUIntBE(0, 6) % below,
  }
}

const hmac = (key: Uint8Array, text: string): Buffer =>
  new Bun.CryptoHasher('sha256', key).update(text).digest() as Buffer

/** A time-ordered request id (RFC 9562 version 7): sorts by arrival. */
export const requestId = (): string => Bun.randomUUIDv7()

/** A random id for things that no replay makes again: clusters, sessions. */
export const randomId = (): string => randomUUID()

function uuidFrom(block: Buffer): string {
  const bytes = Buffer.from(block)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function suffixFrom(bytes: Buffer): string {
  let text = ''
  for (let i = 0; i < 5; i++) text += ALPHABET[bytes.readUInt16BE(i * 2) % ALPHABET.length]
  return text
}
