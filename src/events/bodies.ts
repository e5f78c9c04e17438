import { randomFillSync } from 'node:crypto'
import type { LogEvent } from './log-event.ts'
import { seal, unseal } from './keys.ts'

/** Salt of a digest: a dropped body cannot be guessed from what the chain keeps. */
export const SALT_BYTES = 16
/** SHA-256. */
export const DIGEST_BYTES = 32

/** How `bodies.body` is to be read: UTF-8 without NUL, encrypted, any bytes. Sealing will add deltas. */
export const FORM_TEXT = 0
export const FORM_ENCRYPTED = 1
export const FORM_BYTES = 2

/**
 * Retention class of a body; the order is the order in which retention drops. The classes of
 * heartbeats and of core Events are given by whoever wires the log: this room knows no kinds.
 */
export const BODY_CLASSES = { heartbeat: 0, event: 1, status: 2, intent: 3 } as const
export type BodyClass = (typeof BODY_CLASSES)[keyof typeof BODY_CLASSES]

/** Intent is what people meant; everything else is status. */
export const classByIntent = (event: LogEvent): BodyClass =>
  event.intent ? BODY_CLASSES.intent : BODY_CLASSES.status

/** Fresh salts for `count` bodies, one after the other. */
export const makeSalts = (count: number): Buffer => randomFillSync(Buffer.allocUnsafe(count * SALT_BYTES))

/** What binds a ciphertext to its place: swapped rows do not decrypt. */
const bodyContext = (uid: string, revision: number): string => `klio body ${uid} ${revision}`

/** Encrypts a body under its object's key. */
export const encryptBody = (key: Uint8Array, body: Uint8Array, uid: string, revision: number): Buffer =>
  seal(key, body, bodyContext(uid, revision))

/** Decrypts a body. Throws when it was changed or belongs elsewhere. */
export const decryptBody = (key: Uint8Array, body: Uint8Array, uid: string, revision: number): Buffer =>
  unseal(key, body, bodyContext(uid, revision))

/**
 * SHA-256 over salt and bytes, and over chain links. One call on one buffer: two thirds of the cost
 * of a hasher with updates (docs/design/001-log.md).
 */
export class Digester {
  #scratch = Buffer.allocUnsafe(16 * 1024)

  /** Digest of a body as stored: ciphertext for encrypted ones, so that erasing keeps the chain. */
  ofBody(salt: Uint8Array, body: Uint8Array): Uint8Array {
    const length = salt.byteLength + body.byteLength
    const scratch = this.#room(length)
    scratch.set(salt)
    scratch.set(body, salt.byteLength)
    return sha256(scratch.subarray(0, length))
  }

  /** The chain: SHA-256(previous hash, header, body digest). */
  ofLink(previous: Uint8Array, header: string, digest: Uint8Array): Uint8Array {
    const scratch = this.#room(2 * DIGEST_BYTES + header.length * 3)
    scratch.set(previous)
    const end = DIGEST_BYTES + scratch.write(header, DIGEST_BYTES)
    scratch.set(digest, end)
    return sha256(scratch.subarray(0, end + DIGEST_BYTES))
  }

  #room(length: number): Buffer {
    if (this.#scratch.byteLength < length) this.#scratch = Buffer.allocUnsafe(length * 2)
    return this.#scratch
  }
}

/** SHA-256 of one buffer. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(DIGEST_BYTES)
  Bun.SHA256.hash(bytes, digest)
  return digest
}
