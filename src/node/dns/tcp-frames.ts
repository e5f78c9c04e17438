/** A message as TCP carries it: behind its length in two bytes. Source: RFC 1035 4.2.2. */
export function framed(message: Uint8Array): Buffer {
  const bytes = Buffer.alloc(2 + message.length)
  bytes.writeUInt16BE(message.length, 0)
  bytes.set(message, 2)
  return bytes
}

/** Puts messages together from what arrives; what waits for its rest is at most one message. */
export function frameReader(onFrame: (frame: Buffer) => unknown, maxBytes: number): (chunk: Uint8Array) => void {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    while (rest.length >= 2) {
      const length = Math.min(rest.readUInt16BE(0), maxBytes)
      if (rest.length < 2 + length) return
      const frame = Buffer.from(rest.subarray(2, 2 + length))
      rest = rest.subarray(2 + length)
      onFrame(frame)
    }
  }
}
