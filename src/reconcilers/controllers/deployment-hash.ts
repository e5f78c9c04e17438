import type { Json } from '../../meta/object.ts'
import type { PodTemplateSpec } from '../../resources/generated/core.gen.ts'

/** Label that tells the pods of one template from another's. Source: apps/v1 types.go. */
export const POD_TEMPLATE_HASH = 'pod-template-hash'

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * The value of the pod-template-hash label: FNV-32a, spelt with upstream's alphabet. What is hashed
 * is the template's JSON with sorted keys, not Go's dump of the struct: the names have upstream's
 * shape, not its letters, and stay the same when a Go type gets a new field. Source:
 * controller_utils.go ComputeHash.
 */
export function podTemplateHash(template: PodTemplateSpec, collisionCount = 0): string {
  const bytes = new TextEncoder().encode(sorted(template as unknown as Json))
  let hash = fnv32a(0x811c9dc5, bytes)
  if (collisionCount > 0) {
    const count = new Uint8Array(8)
    new DataView(count.buffer).setUint32(0, collisionCount, true)
    hash = fnv32a(hash, count)
  }
  return safeEncoded(String(hash))
}

/** Source: apimachinery util/rand SafeEncodeString. */
export const safeEncoded = (text: string): string =>
  [...text].map((char) => ALPHABET[char.codePointAt(0)! % ALPHABET.length]).join('')

/** Source: Go hash/fnv New32a. */
export function fnv32a(start: number, bytes: Uint8Array): number {
  let hash = start
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

function sorted(value: Json | undefined): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null)
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sorted(value[key])}`)
  return `{${members.join(',')}}`
}
