import { err, ok, type Result } from '../base/result.ts'
import type { JsonObject } from './object.ts'
import { readMessage } from './protobuf-decode.ts'
import { delimited, writeMessage } from './protobuf-encode.ts'
import {
  inMessage,
  isWire,
  type ProtoReader,
  protoReader,
  readBytes,
  readFields,
  readText,
} from './protobuf-reader.ts'
import {
  protoWriter,
  writeBytes,
  writeRaw,
  writeTag,
  writeText,
  writtenBytes,
} from './protobuf-writer.ts'
import { type Pruned, prune } from './prune.ts'
import type { TypeSchema } from './schema.ts'

/** The media type of everything here. */
export const PROTOBUF_MEDIA_TYPE = 'application/vnd.kubernetes.protobuf'

const MAGIC = Buffer.from('k8s\0', 'latin1')

/** What wraps an object on the wire. Source: runtime/types.go Unknown. */
export interface Envelope {
  readonly apiVersion: string
  readonly kind: string
  readonly raw: Uint8Array
  readonly contentEncoding: string
  readonly contentType: string
}

/** Whether a type has a protobuf form (Table has none). */
export const hasProtobuf = (type: TypeSchema): boolean =>
  type.byNumber.size > 0 || type.fields.some((f) => f.embeddedIn !== undefined)

/**
 * Opens an envelope. Errors are upstream's. Source: runtime/serializer/protobuf/protobuf.go Decode.
 */
export function openEnvelope(body: Uint8Array): Result<Envelope, string> {
  if (body.length === 0) return err('empty data')
  if (MAGIC.compare(body.subarray(0, MAGIC.length)) !== 0) {
    return err(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    )
  }
  if (body.length === MAGIC.length) return err('empty body')
  return readUnknown(body.subarray(MAGIC.length))
}

function readUnknown(bytes: Uint8Array): Result<Envelope, string> {
  const envelope = { apiVersion: '', kind: '', contentEncoding: '', contentType: '' }
  let raw: Uint8Array = new Uint8Array()
  const reader = protoReader(bytes)
  readFields(reader, 'Unknown', (number, wire) => {
    const goName = UNKNOWN[number]
    if (goName === undefined) return false
    if (!isWire(reader, wire, 2, goName)) return true
    if (number === 1) inMessage(reader, () => readTypeMeta(reader, envelope))
    else if (number === 2) raw = readBytes(reader)
    else if (number === 3) envelope.contentEncoding = readText(reader)
    else envelope.contentType = readText(reader)
    return true
  })
  return reader.fault === undefined ? ok({ ...envelope, raw }) : err(reader.fault)
}

const UNKNOWN = [undefined, 'TypeMeta', 'Raw', 'ContentEncoding', 'ContentType']

function readTypeMeta(reader: ProtoReader, into: { apiVersion: string; kind: string }): void {
  readFields(reader, 'TypeMeta', (number, wire) => {
    if (number > 2) return false
    if (!isWire(reader, wire, 2, number === 1 ? 'APIVersion' : 'Kind')) return true
    into[number === 1 ? 'apiVersion' : 'kind'] = readText(reader)
    return true
  })
}

/** Puts a message into its envelope. */
export function seal(apiVersion: string, kind: string, raw: Uint8Array): Uint8Array {
  const writer = protoWriter()
  writeText(writer, '')
  writeTag(writer, 4, 2)
  writeText(writer, '')
  writeTag(writer, 3, 2)
  writeBytes(writer, raw)
  writeTag(writer, 2, 2)
  delimited(writer, () => {
    writeText(writer, kind)
    writeTag(writer, 2, 2)
    writeText(writer, apiVersion)
    writeTag(writer, 1, 2)
  })
  writeTag(writer, 1, 2)
  writeRaw(writer, MAGIC)
  return writtenBytes(writer)
}

/** An object's own bytes, without envelope. The object must have its type's form (see prune). */
export function encodeMessage(type: TypeSchema, object: JsonObject): Uint8Array {
  const writer = protoWriter()
  writeMessage(writer, type, object)
  return writtenBytes(writer)
}

/** Bytes of a message to an object in the form Go stores, without apiVersion and kind. */
export function decodeMessage(type: TypeSchema, bytes: Uint8Array): Result<Pruned, string> {
  const reader = protoReader(bytes)
  const object: JsonObject = {}
  readMessage(reader, type, object)
  const fault = reader.fault ?? reader.late
  return fault === undefined ? prune(type, object) : err(fault)
}

/** An object with its envelope, as a client reads it. */
export const encodeProtobuf = (
  type: TypeSchema,
  object: JsonObject & { apiVersion: string; kind: string },
): Uint8Array => seal(object.apiVersion, object.kind, encodeMessage(type, object))

/** The object of an opened envelope, with apiVersion and kind in front. */
export function decodeProtobuf(type: TypeSchema, envelope: Envelope): Result<Pruned, string> {
  const decoded = decodeMessage(type, envelope.raw)
  if (!decoded.ok) return decoded
  const { kind, apiVersion } = envelope
  return ok({ value: { kind, apiVersion, ...decoded.value.value }, strict: [] })
}

/**
 * A list's message from its metadata's and its items' messages, which need not be encoded again.
 */
export function encodeListMessage(metadata: Uint8Array, items: readonly Uint8Array[]): Uint8Array {
  const writer = protoWriter()
  for (let i = items.length - 1; i >= 0; i--) {
    writeBytes(writer, items[i]!)
    writeTag(writer, 2, 2)
  }
  writeBytes(writer, metadata)
  writeTag(writer, 1, 2)
  return writtenBytes(writer)
}

/**
 * One frame of a protobuf watch: four bytes of length, then a WatchEvent without envelope whose
 * object has its own. Source: serializer/streaming, framer.NewLengthDelimitedFrameWriter.
 */
export function watchFrame(type: string, sealedObject: Uint8Array): Uint8Array {
  const writer = protoWriter()
  delimited(writer, () => {
    writeBytes(writer, sealedObject)
    writeTag(writer, 1, 2)
  })
  writeTag(writer, 2, 2)
  writeText(writer, type)
  writeTag(writer, 1, 2)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(writtenBytes(writer).length)
  writeRaw(writer, length)
  return writtenBytes(writer)
}
