import type { JsonObject, KubeObject } from '../meta/object.ts'
import { watchFrame } from '../meta/protobuf.ts'
import type { Status } from '../meta/status.ts'
import type { Entry } from '../projections/entry.ts'
import { renewed } from '../projections/renewed.ts'
import type { WatchItem } from '../projections/watch-cache.ts'
import { apiVersionOf } from '../meta/kind.ts'
import { encodeEntry, metadataOf, metaVersion, protobufOf, tableOf, versioned, type Encoding } from './formats.ts'
import type { Selection } from './selection.ts'

const encoder = new TextEncoder()

/** Source: apimachinery watch/watch.go EventType. */
export type FrameType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'

const PREFIX: Readonly<Record<FrameType, Uint8Array>> = {
  ADDED: encoder.encode('{"type":"ADDED","object":'),
  MODIFIED: encoder.encode('{"type":"MODIFIED","object":'),
  DELETED: encoder.encode('{"type":"DELETED","object":'),
  BOOKMARK: encoder.encode('{"type":"BOOKMARK","object":'),
  ERROR: encoder.encode('{"type":"ERROR","object":'),
}
const SUFFIX = encoder.encode('}\n')

/** What a step means to a watcher with this selection; undefined when nothing. */
export function frameType(selection: Selection, { op, entry, before }: WatchItem): FrameType | undefined {
  const was = before !== undefined && selection.test(before)
  if (op === 'delete') return was ? 'DELETED' : undefined
  const is = selection.test(entry)
  if (is) return was ? 'MODIFIED' : 'ADDED'
  // It left the selection: watchers see it go, in the state it left with.
  return was ? 'DELETED' : undefined
}

/** All frames of a batch for one selection, as one buffer; undefined when there is none. */
export function batchFrames(
  encoding: Encoding,
  selection: Selection,
  items: readonly WatchItem[],
): Uint8Array | undefined {
  const frames: Uint8Array[] = []
  for (const item of items) {
    const type = frameType(selection, item)
    if (type !== undefined) pushFrame(frames, encoding, type, item.entry)
  }
  return frames.length === 0 ? undefined : Buffer.concat(frames)
}

/** Frames of everything there is, in pieces. */
export function* initialFrames(
  encoding: Encoding,
  entries: readonly Entry[],
): Generator<Uint8Array> {
  let frames: Uint8Array[] = []
  let size = 0
  for (const entry of entries) {
    pushFrame(frames, encoding, 'ADDED', entry)
    size += entry.bytes.length
    if (size < 256 * 1024) continue
    yield Buffer.concat(frames)
    frames = []
    size = 0
  }
  if (frames.length > 0) yield Buffer.concat(frames)
}

function pushFrame(frames: Uint8Array[], encoding: Encoding, type: FrameType, entry: Entry): void {
  if (encoding.format.media === 'protobuf') {
    frames.push(protobufFrame(type, valueOf(encoding, renewed(encoding.definition, entry))))
    return
  }
  frames.push(PREFIX[type], encodeFrameObject(encoding, entry), SUFFIX)
}

const encodeFrameObject = (encoding: Encoding, entry: Entry): Uint8Array => {
  const bytes = encodeEntry(encoding, entry)
  return bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes
}

const valueOf = (encoding: Encoding, entry: Entry): KubeObject =>
  encoding.format.as === undefined ? versioned(encoding, entry) : metadataOf(encoding, entry)

/** A bookmark: an empty object of the kind with a revision. Source: watch KEP-956, KEP-3157. */
export function bookmark(encoding: Encoding, revision: number, initialEnd: boolean): Uint8Array {
  const metadata: JsonObject = {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(initialEnd && { annotations: { 'k8s.io/initial-events-end': 'true' } }),
  }
  const object = bookmarkObject(encoding, metadata, revision)
  return encoding.format.media === 'protobuf'
    ? protobufFrame('BOOKMARK', object as unknown as KubeObject)
    : encoder.encode(`{"type":"BOOKMARK","object":${JSON.stringify(object)}}\n`)
}

function bookmarkObject(encoding: Encoding, metadata: JsonObject, revision: number): JsonObject {
  const { definition, served, format } = encoding
  if (format.as === 'Table') {
    const table = tableOf(encoding, [], { revision })
    const row = {
      cells: definition.columns.map(() => null),
      object: { kind: 'PartialObjectMetadata', apiVersion: metaVersion(encoding), metadata },
    }
    return { ...table, rows: [row] } as unknown as JsonObject
  }
  if (format.as !== undefined)
    return { kind: 'PartialObjectMetadata', apiVersion: metaVersion(encoding), metadata }
  return { kind: definition.kind, apiVersion: apiVersionOf(served), metadata }
}

/** A refusal inside a stream that has begun. */
export const errorFrame = ({ format }: Pick<Encoding, 'format'>, status: Status): Uint8Array =>
  format.media === 'protobuf'
    ? protobufFrame('ERROR', status as unknown as KubeObject)
    : encoder.encode(`{"type":"ERROR","object":${JSON.stringify(status)}}\n`)

/** Length-prefixed, as application/vnd.kubernetes.protobuf;stream=watch frames are. */
const protobufFrame = (type: FrameType, object: KubeObject): Uint8Array =>
  watchFrame(type, protobufOf(object))
