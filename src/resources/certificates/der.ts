/** One value of a DER text: its tag, what is in it, and all of its bytes. Source: ITU-T X.690. */
export interface DerValue {
  readonly tag: number
  readonly content: Uint8Array
  readonly whole: Uint8Array
}

/** Values one after the other; undefined when the bytes are not DER. */
export function derValues(bytes: Uint8Array): DerValue[] | undefined {
  const values: DerValue[] = []
  for (let at = 0; at < bytes.length; ) {
    const value = derValue(bytes, at)
    if (!value) return undefined
    values.push(value)
    at += value.whole.length
  }
  return values
}

/** Lengths of more bytes than this are no certificate's. */
const LENGTH_BYTES_MAX = 4

function derValue(bytes: Uint8Array, start: number): DerValue | undefined {
  const tag = bytes[start]!
  // Tags of several bytes appear in no certificate.
  if ((tag & 0x1f) === 0x1f || start + 1 >= bytes.length) return undefined
  let length = bytes[start + 1]!
  let at = start + 2
  if (length >= 0x80) {
    const count = length & 0x7f
    if (count === 0 || count > LENGTH_BYTES_MAX || at + count > bytes.length) return undefined
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + bytes[at + i]!
    at += count
  }
  if (at + length > bytes.length) return undefined
  return { tag, content: bytes.subarray(at, at + length), whole: bytes.subarray(start, at + length) }
}

/** An object identifier in its dotted form. */
export function derOid(content: Uint8Array): string {
  const parts: number[] = []
  let value = 0
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    if (parts.length === 0) parts.push(Math.min(2, Math.floor(value / 40)), value - Math.min(2, Math.floor(value / 40)) * 40)
    else parts.push(value)
    value = 0
  }
  return parts.join('.')
}

const TAG = { sequence: 0x30, set: 0x31, bits: 0x03, oid: 0x06 } as const

/** Values inside a SEQUENCE or SET; undefined for anything else. */
export const derChildren = (value: DerValue | undefined): DerValue[] | undefined =>
  value?.tag === TAG.sequence || value?.tag === TAG.set ? derValues(value.content) : undefined

/** Bytes of a BIT STRING that ends with a byte. */
export const derBits = (value: DerValue | undefined): Uint8Array | undefined =>
  value?.tag === TAG.bits && value.content[0] === 0 ? value.content.subarray(1) : undefined
