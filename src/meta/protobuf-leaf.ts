import { durationText } from './duration.ts'
import { parseJson } from './json-text.ts'
import type { Json } from './object.ts'
import {
  failReading, inMessage, int64OfVarint, type ProtoReader, readBytes, readDouble, readText,
  readVarint, skipField,
} from './protobuf-reader.ts'
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
    case 'fieldsV1':
      return rawJson
    default:
      return smallMessage(scalar)
  }
}

/** The parts of Quantity, IntOrString, Time and Duration: number to text or integer. */
interface Parts {
  text: string
  kind: number
  integer: Json
  nanos: number
}

/** Reads a message of few scalars. Source: generated.proto of resource, intstr and meta/v1. */
function smallMessage(scalar: Scalar): ReadValue {
  return (reader) => {
    const parts: Parts = { text: '', kind: 0, integer: 0, nanos: 0 }
    let isEmpty = true
    inMessage(reader, () => {
      while (reader.at < reader.end) {
        isEmpty = false
        readVarint(reader)
        if (reader.fault !== undefined) return
        readPart(reader, scalar, parts)
      }
    })
    return textOfParts(scalar, parts, isEmpty)
  }
}

function readPart(reader: ProtoReader, scalar: Scalar, parts: Parts): void {
  const number = reader.low >>> 3
  const wire = reader.low & 7
  const textNumber = scalar === 'quantity' ? 1 : scalar === 'intOrString' ? 3 : 0
  if (number === textNumber && wire === 2) {
    parts.text = readText(reader)
    return
  }
  if (wire !== 0 || number > 2 || scalar === 'quantity') return skipField(reader, wire)
  readVarint(reader)
  if (scalar === 'intOrString' && number === 1) parts.kind = reader.low
  else if (scalar === 'intOrString') parts.integer = reader.low | 0
  else if (number === 1) parts.integer = int64OfVarint(reader)
  else parts.nanos = reader.low | 0
}

function textOfParts(scalar: Scalar, parts: Parts, isEmpty: boolean): Json {
  switch (scalar) {
    case 'quantity':
      return isEmpty ? '0' : parts.text
    case 'intOrString':
      return parts.kind === 1 ? parts.text : parts.integer
    case 'duration':
      return durationText(bigintOf(parts.integer))
    default:
      return isEmpty ? null : instantText(scalar, Number(bigintOf(parts.integer)), parts.nanos)
  }
}

/** Last second of the year 9999; Go would write years that RFC 3339 does not have. */
const SECONDS_MAX = 253_402_300_799
const SECONDS_MIN = -62_135_596_800

function instantText(scalar: Scalar, seconds: number, nanos: number): Json {
  if (seconds < SECONDS_MIN || seconds > SECONDS_MAX) return null
  if (scalar === 'time') return timeText(seconds * 1000)
  const micros = Math.trunc(nanos / 1000)
  const text = microTimeText(seconds * 1000)
  return micros > 0 && micros < 1e6
    ? `${text.slice(0, -7)}${String(micros).padStart(6, '0')}Z`
    : text
}

/** RawExtension, JSON and FieldsV1: bytes of JSON at number 1. */
const rawJson: ReadValue = (reader) => {
  let raw: Buffer | undefined
  inMessage(reader, () => {
    while (reader.at < reader.end) {
      readVarint(reader)
      if (reader.fault !== undefined) return
      if (reader.low === 10) raw = readBytes(reader)
      else skipField(reader, reader.low & 7)
    }
  })
  if (!raw || raw.length === 0 || reader.fault !== undefined) return null
  return parsedRaw(reader, raw)
}

function parsedRaw(reader: ProtoReader, raw: Buffer): Json {
  const parsed = parseJson(raw)
  if (parsed.ok) return parsed.value.value
  failReading(reader, parsed.error)
  return null
}
