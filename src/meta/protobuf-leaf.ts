import { durationText } from './duration.ts'
import { parseJson } from './json-text.ts'
import type { Json } from './object.ts'
import {
  failReading,
  inMessage,
  int64OfVarint,
  isWire,
  type ProtoReader,
  readBytes,
  readDouble,
  readFields,
  readText,
  readVarint,
} from './protobuf-reader.ts'
import { parseQuantity } from './quantity.ts'
import { bigintOf } from './raw-number.ts'
import type { Scalar } from './schema.ts'
import { microTimeText, timeText } from './timestamp.ts'

/** Reads one value; `before` is what the field holds already (messages merge). */
export type ReadValue = (reader: ProtoReader, before: Json | undefined) => Json

/** How a leaf is read. */
export function scalarReader(scalar: Scalar): ReadValue {
  switch (scalar) {
    case 'string':
      return readText
    case 'bool':
      return (reader) => {
        readVarint(reader)
        return reader.low !== 0 || reader.high !== 0
      }
    case 'int32':
      return (reader) => {
        readVarint(reader)
        return reader.low | 0
      }
    case 'int64':
      return (reader) => {
        readVarint(reader)
        return int64OfVarint(reader)
      }
    case 'double':
      return readDouble
    case 'bytes':
      return (reader) => readBytes(reader).toString('base64')
    case 'json':
      return rawJson('RawExtension')
    case 'fieldsV1':
      return rawJson('FieldsV1')
    default:
      return smallMessage(scalar)
  }
}

/** The parts of Quantity, IntOrString, Time and Duration. */
interface Parts {
  text: string | undefined
  kind: number
  integer: Json
  nanos: number
}

type Small = 'quantity' | 'intOrString' | 'time' | 'microTime' | 'duration'

/** Go's struct and its fields by number. Source: generated.proto of resource, intstr and meta/v1. */
const SMALL: Readonly<Record<Small, { name: string; fields: readonly string[] }>> = {
  quantity: { name: 'Quantity', fields: ['', 'String_'] },
  intOrString: { name: 'IntOrString', fields: ['', 'Type', 'IntVal', 'StrVal'] },
  time: { name: 'Timestamp', fields: ['', 'Seconds', 'Nanos'] },
  microTime: { name: 'Timestamp', fields: ['', 'Seconds', 'Nanos'] },
  duration: { name: 'Duration', fields: ['', 'Duration'] },
}

/** Reads a message of few scalars. */
function smallMessage(scalar: Small): ReadValue {
  const { name, fields } = SMALL[scalar]
  return (reader) => {
    const parts: Parts = { text: undefined, kind: 0, integer: 0, nanos: 0 }
    let isEmpty = true
    inMessage(reader, () => {
      isEmpty = reader.at >= reader.end
      readFields(reader, name, (number, wire) => {
        const goName = fields[number]
        if (goName !== undefined) readPart(reader, goName, wire, parts)
        return goName !== undefined
      })
    })
    return reader.fault === undefined ? valueOfParts(reader, scalar, parts, isEmpty) : null
  }
}

function readPart(reader: ProtoReader, goName: string, wire: number, parts: Parts): void {
  const isText = goName === 'String_' || goName === 'StrVal'
  if (!isWire(reader, wire, isText ? 2 : 0, goName === 'String_' ? 'String' : goName)) return
  if (isText) {
    parts.text = readText(reader)
    return
  }
  readVarint(reader)
  if (goName === 'Type') parts.kind = reader.low
  else if (goName === 'IntVal') parts.integer = reader.low | 0
  else if (goName === 'Nanos') parts.nanos = reader.low | 0
  else parts.integer = int64OfVarint(reader)
}

function valueOfParts(reader: ProtoReader, scalar: Small, parts: Parts, isEmpty: boolean): Json {
  switch (scalar) {
    case 'quantity':
      return quantity(reader, parts.text)
    case 'intOrString':
      return parts.kind === 1 ? (parts.text ?? '') : parts.integer
    case 'duration':
      return durationText(bigintOf(parts.integer))
    default:
      return isEmpty ? null : instantText(scalar, Number(bigintOf(parts.integer)), parts.nanos)
  }
}

/** Go parses a quantity while it reads, and does not trim it as its JSON decoder does. */
function quantity(reader: ProtoReader, text: string | undefined): Json {
  if (text === undefined) return '0'
  const parsed = parseQuantity(text.trim() === text ? text : '')
  if (!parsed.ok) failReading(reader, parsed.error)
  return text
}

/** Last second of the year 9999; Go would write years that RFC 3339 does not have. */
const SECONDS_MAX = 253_402_300_799
const SECONDS_MIN = -62_135_596_800

function instantText(scalar: Small, seconds: number, nanos: number): Json {
  if (seconds < SECONDS_MIN || seconds > SECONDS_MAX) return null
  if (scalar === 'time') return timeText(seconds * 1000)
  const micros = Math.trunc(nanos / 1000)
  const text = microTimeText(seconds * 1000)
  return micros > 0 && micros < 1e6
    ? `${text.slice(0, -7)}${String(micros).padStart(6, '0')}Z`
    : text
}

/** RawExtension, JSON and FieldsV1: bytes of JSON at number 1. */
const rawJson =
  (name: string): ReadValue =>
  (reader) => {
    let raw: Buffer | undefined
    inMessage(reader, () =>
      readFields(reader, name, (number, wire) => {
        if (number !== 1) return false
        if (isWire(reader, wire, 2, 'Raw')) raw = readBytes(reader)
        return true
      }),
    )
    return !raw || raw.length === 0 || reader.fault !== undefined ? null : parsedRaw(reader, raw)
  }

function parsedRaw(reader: ProtoReader, raw: Buffer): Json {
  const parsed = parseJson(raw)
  if (parsed.ok) return parsed.value.value
  reader.late ??= parsed.error
  return null
}
