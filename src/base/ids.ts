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

/** Of SHA-256. */
const BLOCK_BYTES = 64
const DIGEST_BYTES = 32

/**
 * Sources of ids for requests, each out of its own stream of HMAC-SHA-256(key, request id, counter);
 * most requests need one digest of it. The key is at most a block long.
 */
export function idsFrom(key: Uint8Array): (requestId: string) => IdSource {
  const digest = hmacSha256(key)
  return (requestId) => {
    let counter = 0
    let stream = ''
    const take = (digits: number): string => {
      if (stream.length < digits) stream = digest(`${requestId}/${counter++}`)
      const taken = stream.slice(0, digits)
      stream = stream.slice(digits)
      return taken
    }
    return {
      uid: () => uuidFrom(take(32)),
      suffix: () => suffixFrom(parseInt(take(8), 16)),
      number: (below) => parseInt(take(12), 16) % below,
    }
  }
}

/** RFC 2104 in hexadecimal, by two digests of one call each: a hasher object a text takes several times as long. */
function hmacSha256(key: Uint8Array): (text: string) => string {
  const outer = new Uint8Array(BLOCK_BYTES + DIGEST_BYTES).fill(0x5c)
  const padded = new Uint8Array(BLOCK_BYTES).fill(0x36)
  key.forEach((byte, i) => {
    outer[i]! ^= byte
    padded[i]! ^= byte
  })
  const prefix = String.fromCharCode(...padded)
  const digest = outer.subarray(BLOCK_BYTES)
  return (text) => {
    Bun.SHA256.hash(Buffer.from(prefix + text, 'latin1'), digest)
    return Bun.SHA256.hash(outer, 'hex')
  }
}

/** A time-ordered request id (RFC 9562 version 7): sorts by arrival. */
export const requestId = (): string => Bun.randomUUIDv7()

/** A random id for things that no replay makes again: clusters, sessions. */
export const randomId = (): string => randomUUID()

/** Version and variant of RFC 9562 in the place of two digits. */
function uuidFrom(hex: string): string {
  const variant = '89ab'[parseInt(hex[16]!, 16) & 3]!
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** 27^5 suffixes out of 2^32: none is more than half a percent likelier than another. */
function suffixFrom(number: number): string {
  let text = ''
  for (let i = 0; i < 5; i++) {
    text += ALPHABET[number % ALPHABET.length]
    number = Math.floor(number / ALPHABET.length)
  }
  return text
}
