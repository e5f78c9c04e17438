import { parseDuration } from './duration.ts'
import type { Json, JsonObject } from './object.ts'
import {
  type ProtoWriter,
  writeBytes,
  writeDouble,
  writeInt64,
  writeTag,
  writeText,
  writeUnsigned,
  writtenLength,
} from './protobuf-writer.ts'
import { bigintOf, isRawNumber } from './raw-number.ts'
import type { Scalar } from './schema.ts'
import { parseTime } from './timestamp.ts'

/** Writes one value without its tag; a message writes its length too. */
export type WriteValue = (writer: ProtoWriter, value: Json) => void

/** True for a JSON object; not for null, lists and raw numbers. */
export const isPlainJson = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)

/** How a leaf is written. Values that are not of the leaf's type are written as its zero value. */
export function scalarWriter(scalar: Scalar): WriteValue {
  switch (scalar) {
    case 'string':
      return (writer, value) => writeText(writer, typeof value === 'string' ? value : '')
    case 'bool':
      return (writer, value) => writeUnsigned(writer, value === true ? 1 : 0)
    case 'int32':
    case 'int64':
      return (writer, value) => writeInt64(writer, integerOf(value))
    case 'double':
      return (writer, value) => writeDouble(writer, Number(value))
    case 'bytes':
      return (writer, value) => writeBytes(writer, Buffer.from(String(value ?? ''), 'base64'))
    case 'quantity':
      return message((writer, value) => {
        writeText(writer, String(value))
        writeTag(writer, 1, 2)
      })
    case 'intOrString':
      return message(intOrString)
    case 'time':
    case 'microTime':
      return message((writer, value) => instant(writer, value, scalar))
    case 'duration':
      return message(duration)
    case 'json':
    case 'fieldsV1':
      return message((writer, value) => {
        if (value === null) return
        writeText(writer, JSON.stringify(value))
        writeTag(writer, 1, 2)
      })
  }
}

const message =
  (write: WriteValue): WriteValue =>
  (writer, value) => {
    const before = writtenLength(writer)
    write(writer, value)
    writeUnsigned(writer, writtenLength(writer) - before)
  }

function integerOf(value: Json): number | bigint {
  if (typeof value === 'number') return Math.trunc(value)
  return isRawNumber(value) ? bigintOf(value) : 0
}

/** Source: util/intstr generated.proto: type (0 integer, 1 text), intVal, strVal. */
function intOrString(writer: ProtoWriter, value: Json): void {
  const isText = typeof value === 'string'
  writeText(writer, isText ? value : '')
  writeTag(writer, 3, 2)
  writeInt64(writer, isText ? 0 : integerOf(value))
  writeTag(writer, 2, 0)
  writeUnsigned(writer, isText ? 1 : 0)
  writeTag(writer, 1, 0)
}

/** Source: meta/v1 generated.proto Time, MicroTime: seconds, nanos; Go's zero time is empty. */
function instant(writer: ProtoWriter, value: Json, scalar: 'time' | 'microTime'): void {
  const text = typeof value === 'string' ? value : ''
  const ms = parseTime(text)
  if (ms === undefined) return
  const fraction = scalar === 'microTime' ? /\.(\d{1,6})/.exec(text)?.[1] : undefined
  writeInt64(writer, fraction === undefined ? 0 : Number(fraction.padEnd(6, '0')) * 1000)
  writeTag(writer, 2, 0)
  writeInt64(writer, Math.floor(ms / 1000))
  writeTag(writer, 1, 0)
}

function duration(writer: ProtoWriter, value: Json): void {
  const parsed = parseDuration(String(value))
  writeInt64(writer, parsed.ok ? parsed.value : 0)
  writeTag(writer, 1, 0)
}
