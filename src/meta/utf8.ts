/** Byte order marks are kept: JSON refuses them, as Go does. */
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Text of UTF-8 bytes. Every byte that is part of no character becomes U+FFFD of its own, as Go's
 * encoding/json does (the Web's decoder would make one of several bytes).
 */
export function textOfUtf8(bytes: Uint8Array): string {
  try {
    return STRICT.decode(bytes)
  } catch {
    return repaired(bytes)
  }
}

/** Whether the bytes are UTF-8 throughout. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    STRICT.decode(bytes)
    return true
  } catch {
    return false
  }
}

function repaired(bytes: Uint8Array): string {
  let text = ''
  let good = 0
  for (let i = 0; i < bytes.length;) {
    const length = characterLength(bytes, i)
    if (length === 0) {
      text += `${STRICT.decode(bytes.subarray(good, i))}\ufffd`
      good = i + 1
    }
    i += Math.max(length, 1)
  }
  return text + STRICT.decode(bytes.subarray(good))
}

/** Bytes of the character at `i`; 0 when there is none. Source: RFC 3629 section 4. */
function characterLength(bytes: Uint8Array, i: number): number {
  const first = bytes[i]!
  if (first < 0x80) return 1
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  if (first < 0xc2 || first > 0xf4) return 0
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  for (let k = 1; k < length; k++) {
    const byte = bytes[i + k] ?? 0
    if (byte < (k === 1 ? low : 0x80) || byte > (k === 1 ? high : 0xbf)) return 0
  }
  return length
}
