import { PROTOBUF_DEPTH_MAX } from '../base/limits.ts'
import type { Json } from './object.ts'
import { textOfUtf8 } from './utf8.ts'

/**
 * A place in protobuf bytes. A fault ends all reading: `at` jumps to `end`, so loops stop, and
 * `fault` keeps the first text. Texts are those of upstream's generated code.
 */
export interface ProtoReader {
  readonly bytes: Buffer
  at: number
  end: number
  fault: string | undefined
  /** What is wrong with embedded JSON: Go finds that only later, so any fault goes first. */
  late: string | undefined
  /** Halves of the varint read last, as unsigned 32 bit numbers. */
  low: number
  high: number
  depth: number
}

/** Reads from the beginning of the bytes. */
export const protoReader = (bytes: Uint8Array): ProtoReader => ({
  bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  at: 0,
  end: bytes.length,
  fault: undefined,
  late: undefined,
  low: 0,
  high: 0,
  depth: 0,
})

/** Ends reading. */
export function failReading(reader: ProtoReader, fault: string): void {
  reader.fault ??= fault
  reader.at = reader.end
}

/** Reads a varint into `low` and `high`; bits beyond 64 are dropped, as in Go. */
export function readVarint(reader: ProtoReader): void {
  reader.low = 0
  reader.high = 0
  for (let shift = 0; shift < 70; shift += 7) {
    if (reader.at >= reader.end) return failReading(reader, 'unexpected EOF')
    const byte = reader.bytes[reader.at++]!
    const bits = byte & 0x7f
    if (shift < 28) reader.low |= bits << shift
    else if (shift === 28) {
      reader.low |= bits << 28
      reader.high |= bits >>> 4
    } else if (shift < 63) reader.high |= bits << (shift - 32)
    else reader.high |= (bits & 1) << 31
    if (byte < 0x80) {
      reader.low >>>= 0
      reader.high >>>= 0
      return
    }
  }
  failReading(reader, 'proto: integer overflow')
}

/** The varint read last as an int64: a number while it is exact, else JSON.rawJSON. */
export function int64OfVarint({ low, high }: ProtoReader): Json {
  const number = (high | 0) * 2 ** 32 + low
  if (Number.isSafeInteger(number)) return number
  const exact = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low))
  return JSON.rawJSON(exact.toString()) as unknown as Json
}

/** Reads a length and gives the place where what follows ends; `at` when there is a fault. */
export function readEnd(reader: ProtoReader): number {
  readVarint(reader)
  if (reader.fault !== undefined) return reader.at
  if (reader.high >= 2 ** 31) {
    failReading(reader, 'proto: negative length found during unmarshaling')
    return reader.at
  }
  const end = reader.at + reader.high * 2 ** 32 + reader.low
  if (end > reader.end) {
    failReading(reader, 'unexpected EOF')
    return reader.at
  }
  return end
}

/** Reads length-delimited text; bytes that are no UTF-8 become U+FFFD. */
export function readText(reader: ProtoReader): string {
  const end = readEnd(reader)
  const text = reader.bytes.toString('utf8', reader.at, end)
  const exact = text.includes('\ufffd') ? textOfUtf8(reader.bytes.subarray(reader.at, end)) : text
  reader.at = end
  return exact
}

/** Reads length-delimited bytes, without a copy. */
export function readBytes(reader: ProtoReader): Buffer {
  const end = readEnd(reader)
  const bytes = reader.bytes.subarray(reader.at, end)
  reader.at = end
  return bytes
}

/** Reads eight bytes as a double. */
export function readDouble(reader: ProtoReader): number {
  if (reader.at + 8 > reader.end) {
    failReading(reader, 'unexpected EOF')
    return 0
  }
  reader.at += 8
  return reader.bytes.readDoubleLE(reader.at - 8)
}

/** Skips the value of a field that is not known. Source: skipGenerated of any generated.pb.go. */
export function skipField(reader: ProtoReader, wire: number): void {
  let groups = 0
  for (let type = wire; ;) {
    if (type === 0) readVarint(reader)
    else if (type === 1) reader.at += 8
    else if (type === 2) reader.at = readEnd(reader)
    else if (type === 3) groups++
    else if (type === 4 && groups === 0)
      return failReading(reader, 'proto: unexpected end of group')
    else if (type === 4) groups--
    else if (type === 5) reader.at += 4
    else return failReading(reader, `proto: illegal wireType ${type}`)
    if (reader.fault !== undefined) return
    if (reader.at > reader.end) return failReading(reader, 'unexpected EOF')
    if (groups === 0) return
    readVarint(reader)
    if (reader.fault !== undefined) return
    type = reader.low & 7
  }
}

/** Runs `read` inside the length-delimited message that begins here. */
export function inMessage(reader: ProtoReader, read: () => void): void {
  const { end } = reader
  const innerEnd = readEnd(reader)
  if (reader.fault !== undefined) return
  if (++reader.depth > PROTOBUF_DEPTH_MAX) return failReading(reader, 'proto: exceeded max depth')
  reader.end = innerEnd
  read()
  reader.depth--
  if (reader.fault !== undefined) return
  reader.end = end
  reader.at = innerEnd
}

/** Reads the value of a field number, or answers false when the message does not have it. */
export type ReadField = (number: number, wire: number) => boolean

/**
 * Reads a message's fields until its end. `name` is the Go struct's, for errors. Source: the Unmarshal
 * of any generated.pb.go.
 */
export function readFields(reader: ProtoReader, name: string, read: ReadField): void {
  while (reader.at < reader.end) {
    readVarint(reader)
    if (reader.fault !== undefined) return
    const wire = reader.low & 7
    const number = (reader.low >>> 3) | (reader.high << 29) | 0
    if (wire === 4) return failReading(reader, `proto: ${name}: wiretype end group for non-group`)
    if (number <= 0) {
      const tag = (BigInt(reader.high) << 32n) | BigInt(reader.low)
      return failReading(reader, `proto: ${name}: illegal tag ${number} (wire type ${tag})`)
    }
    if (!read(number, wire)) skipField(reader, wire)
  }
}

/** Whether a field has the wire type it must have; ends reading when not. `goName` is Go's name. */
export function isWire(reader: ProtoReader, wire: number, wanted: number, goName: string): boolean {
  if (wire === wanted) return true
  failReading(reader, `proto: wrong wireType = ${wire} for field ${goName}`)
  return false
}
