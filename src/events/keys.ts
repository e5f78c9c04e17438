import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { err, ok, type Result } from '../base/result.ts'

/** AES-256 and every key of ours. */
export const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Reads the cluster key, which wraps all other keys, or makes it (mode 0600). `path` is cluster.key in
 * the data directory or KLIO_CLUSTER_KEY_FILE. A file that others can read is refused.
 */
export function openClusterKey(path: string): Result<Buffer, { readonly message: string }> {
  if (!existsSync(path)) makeKeyFile(path)
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
  if (key.length !== KEY_BYTES) {
    return err({ message: `${path} is no cluster key: it must hold ${KEY_BYTES * 2} hexadecimal digits` })
  }
  chmodSync(path, 0o600)
  return ok(key)
}

/** Two processes that start at once must end with one key: a link is made whole or not at all. */
function makeKeyFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { mode: 0o600, flush: true })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!existsSync(path)) throw error
  } finally {
    rmSync(draft)
  }
}

/** AES-256-GCM: nonce, ciphertext, tag. `context` is authenticated: a sealed value cannot be moved. */
export function seal(key: Uint8Array, plain: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Opens what seal made. Throws when key or context is another, or a bit was changed. */
export function unseal(key: Uint8Array, sealed: Uint8Array, context: string): Buffer {
  const end = sealed.byteLength - TAG_BYTES
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(end))
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()])
}

/** Compares secrets without telling where they differ. */
export const sameSecret = (a: Uint8Array, b: Uint8Array): boolean =>
  a.byteLength === b.byteLength && timingSafeEqual(a, b)

/** What is authenticated beside a wrapped key. */
export const keyContext = (purpose: string, kid: string): string => `klio key ${purpose} ${kid}`
