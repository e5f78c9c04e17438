/**
 * Writes protobuf from the last byte to the first, as Go's generated code does: when a message's
 * length is due, it is already known. `at` is the first byte written so far.
 */
export interface ProtoWriter {
  bytes: Buffer
  at: number
}

const FIRST_SIZE = 4_096

/** A writer with nothing in it. */
export const protoWriter = (): ProtoWriter => ({
  bytes: Buffer.allocUnsafeSlow(FIRST_SIZE),
  at: FIRST_SIZE,
})

/** What was written. */
export const writtenBytes = ({ bytes, at }: ProtoWriter): Uint8Array => bytes.subarray(at)

/** How many bytes were written. */
export const writtenLength = ({ bytes, at }: ProtoWriter): number => bytes.length - at

/** Makes room for `count` bytes in front and moves there. */
function reserve(writer: ProtoWriter, count: number): void {
  if (count > writer.at) {
    const used = writer.bytes.length - writer.at
    const bytes = Buffer.allocUnsafeSlow(Math.max(writer.bytes.length * 2, used + count))
    writer.bytes.copy(bytes, bytes.length - used, writer.at)
    writer.at = bytes.length - used
    writer.bytes = bytes
  }
  writer.at -= count
}

/** Writes an unsigned integer up to 2^53. */
export function writeUnsigned(writer: ProtoWriter, value: number): void {
  let length = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++
  reserve(writer, length)
  let { at } = writer
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) writer.bytes[at++] = (rest % 128) | 0x80
  writer.bytes[at] = rest
}

/** Writes an int64 exactly; negative numbers take ten bytes. */
export function writeInt64(writer: ProtoWriter, value: number | bigint): void {
  if (value >= 0 && typeof value === 'number') return writeUnsigned(writer, value)
  const digits: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest >= 128n; rest >>= 7n) digits.push(Number(rest & 0x7fn) | 0x80)
  digits.push(Number(rest))
  reserve(writer, digits.length)
  for (let i = 0; i < digits.length; i++) writer.bytes[writer.at + i] = digits[i]!
}

/** Writes a double. */
export function writeDouble(writer: ProtoWriter, value: number): void {
  reserve(writer, 8)
  writer.bytes.writeDoubleLE(value, writer.at)
}

/** Writes a field's number and wire type. */
export const writeTag = (writer: ProtoWriter, number: number, wire: number): void =>
  writeUnsigned(writer, number * 8 + wire)

/** Writes text with its length. */
export function writeText(writer: ProtoWriter, text: string): void {
  const length = Buffer.byteLength(text)
  reserve(writer, length)
  writer.bytes.write(text, writer.at, length, 'utf8')
  writeUnsigned(writer, length)
}

/** Writes bytes with their length. */
export function writeBytes(writer: ProtoWriter, bytes: Uint8Array): void {
  writeRaw(writer, bytes)
  writeUnsigned(writer, bytes.length)
}

/** Writes bytes as they are. */
export function writeRaw(writer: ProtoWriter, bytes: Uint8Array): void {
  reserve(writer, bytes.length)
  writer.bytes.set(bytes, writer.at)
}
