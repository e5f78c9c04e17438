import { stringify } from 'yaml'
import type { KubeObject, JsonObject } from '../meta/object.ts'
import { apiVersionOf } from '../meta/kind.ts'
import { encodeProtobuf } from '../meta/protobuf.ts'
import type { Table, TableRow } from '../meta/table.ts'
import type { Entry } from '../projections/entry.ts'
import { renewed } from '../projections/renewed.ts'
import { storageOf, type ResourceDefinition, type ServedVersion } from '../resources/define.ts'
import { schemaFor, schemaOf } from '../resources/schemas.ts'
import type { Format } from './negotiate.ts'

const encoder = new TextEncoder()

/** How much of each object a Table row carries. Source: meta/v1 TableOptions.includeObject. */
export type IncludeObject = 'Metadata' | 'Object' | 'None'

/** What a list answers beside its items. */
export interface ListHead {
  readonly revision: number
  readonly continueToken?: string
  readonly remaining?: number
}

/** A kind in the version that a request speaks, and how its answers are written. */
export interface Encoding {
  readonly definition: ResourceDefinition
  readonly served: ServedVersion
  readonly format: Format
  readonly includeObject: IncludeObject
  readonly now: number
}

/** Media type of the answer's header. */
export const contentType = ({ media }: Format, stream = false): string => {
  if (media === 'json') return 'application/json'
  if (media === 'yaml') return 'application/yaml'
  return `application/vnd.kubernetes.protobuf${stream ? ';stream=watch' : ''}`
}

/** One object, ready to send, without a trailing newline. */
export function encodeEntry(encoding: Encoding, stored: Entry): Uint8Array {
  const { format } = encoding
  const entry = renewed(encoding.definition, stored)
  if (format.as === 'Table') return text(tableOf(encoding, [entry], { revision: entry.revision }))
  if (format.as !== undefined) return encodeValue(encoding, metadataOf(encoding, entry))
  return isStored(encoding) && format.media === 'json'
    ? entry.bytes
    : encodeValue(encoding, versioned(encoding, entry))
}

/** The object in the version that the request speaks, with managedFields. */
export function versioned({ served }: Encoding, entry: Entry): KubeObject {
  const object = entry.whole()
  return served.fromStorage ? served.fromStorage(object) : object
}

/** Bytes as stored are the answer: same version, no transformation. */
export const isStored = ({ definition, served }: Encoding): boolean =>
  served.schema === storageOf(definition).schema

/** As sigs.k8s.io/yaml writes: keys in order, and texts quoted that Go's readers take for something else. */
const YAML = { sortMapEntries: true, indentSeq: false, lineWidth: 0, version: '1.1' } as const

/** Any value in the negotiated media type. */
export function encodeValue({ format }: Pick<Encoding, 'format'>, value: KubeObject | JsonObject | Table): Uint8Array {
  if (format.media === 'yaml') return encoder.encode(stringify(value, YAML))
  if (format.media === 'protobuf') return protobufOf(value as KubeObject)
  return text(value)
}

/** A whole list as pieces to send one after another: no copy of the items is made. */
export function* encodeList(
  encoding: Encoding,
  stored: readonly Entry[],
  head: ListHead,
): Generator<Uint8Array> {
  const { format, definition } = encoding
  const entries = definition.renew ? stored.map((entry) => renewed(definition, entry)) : stored
  if (format.media === 'json' && format.as === undefined && isStored(encoding))
    return yield* storedList(encoding, entries, head)
  if (format.as === 'Table') return yield text(tableOf(encoding, entries, head))
  const items = entries.map((entry) =>
    format.as === undefined ? versioned(encoding, entry) : metadataOf(encoding, entry),
  )
  yield encodeValue(encoding, listValue(encoding, items, head))
}

/** Bytes of about this size leave in one write. */
const PIECE_BYTES = 256 * 1024

function* storedList(
  encoding: Encoding,
  entries: readonly Entry[],
  head: ListHead,
): Generator<Uint8Array> {
  const { definition, served } = encoding
  // Upstream's typed lists leave kind and apiVersion out of their items; stored bytes begin with them.
  const apiVersion = apiVersionOf(served)
  const skip = definition.custom ? 1 : `{"apiVersion":"${apiVersion}","kind":"${definition.kind}",`.length
  let pieces: Uint8Array[] = [text(listHead(encoding, head)).subarray(0, -2), ITEMS]
  let size = 0
  for (let i = 0; i < entries.length; i++) {
    pieces.push(i === 0 ? OPEN : NEXT, entries[i]!.bytes.subarray(skip))
    size += entries[i]!.bytes.length
    if (size < PIECE_BYTES) continue
    yield Buffer.concat(pieces)
    pieces = []
    size = 0
  }
  pieces.push(CLOSE)
  yield Buffer.concat(pieces)
}

const ITEMS = encoder.encode(',"items":[')
const OPEN = encoder.encode('{')
const NEXT = encoder.encode(',{')
const CLOSE = encoder.encode(']}\n')

const listMeta = ({ revision, continueToken, remaining }: ListHead): JsonObject => ({
  resourceVersion: String(revision),
  ...(continueToken !== undefined && { continue: continueToken }),
  ...(remaining !== undefined && { remainingItemCount: remaining }),
})

function listHead({ definition, served }: Encoding, head: ListHead): JsonObject {
  return { kind: definition.listKind ?? `${definition.kind}List`, apiVersion: apiVersionOf(served), metadata: listMeta(head) }
}

function listValue(encoding: Encoding, items: KubeObject[], head: ListHead): JsonObject {
  const shell =
    encoding.format.as === undefined
      ? listHead(encoding, head)
      : { kind: 'PartialObjectMetadataList', apiVersion: metaVersion(encoding), metadata: listMeta(head) }
  const bare = !encoding.definition.custom && encoding.format.media !== 'protobuf' && encoding.format.as === undefined
  return {
    ...shell,
    items: items.map((item) => (bare ? { ...item, kind: undefined, apiVersion: undefined } : item)) as never,
  }
}

/** Version of a transformed answer: that which was asked for. */
export const metaVersion = ({ format }: Pick<Encoding, 'format'>): `meta.k8s.io/v1${'' | 'beta1'}` =>
  `meta.k8s.io/${format.asVersion ?? 'v1'}`

/** Metadata alone. Source: meta/v1 PartialObjectMetadata. */
export const metadataOf = (encoding: Pick<Encoding, 'format'>, entry: Entry): KubeObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: metaVersion(encoding),
  metadata: entry.whole().metadata,
})

/** Rows of the kind's columns. Source: meta/v1 Table. */
export function tableOf(
  encoding: Encoding,
  entries: readonly Entry[],
  head: ListHead,
  withColumns = true,
): Table {
  const { definition } = encoding
  return {
    kind: 'Table',
    apiVersion: metaVersion(encoding),
    metadata: listMeta(head),
    columnDefinitions: withColumns ? [...definition.columns] : (null as never),
    rows: entries.map((entry) => rowOf(encoding, entry)),
  }
}

function rowOf(encoding: Encoding, entry: Entry): TableRow {
  const { definition, includeObject, now } = encoding
  const conditions = definition.rowConditions?.(entry.object)
  const row = { cells: definition.cells(entry.object, now), ...(conditions?.length && { conditions: [...conditions] }) }
  if (includeObject === 'None') return { ...row, object: null }
  const object = includeObject === 'Object' ? versioned(encoding, entry) : metadataOf(encoding, entry)
  return { ...row, object: object as unknown as JsonObject }
}

const text = (value: unknown): Uint8Array => encoder.encode(`${JSON.stringify(value)}\n`)

/** An object or list in its protobuf envelope. */
export function protobufOf(value: KubeObject): Uint8Array {
  const [group, version] = value.apiVersion.includes('/')
    ? (value.apiVersion.split('/', 2) as [string, string])
    : ['', value.apiVersion]
  const { kind, apiVersion } = value
  const schema = schemaFor({ group, version, kind }) ?? schemaOf(`${META}.${kind}`)
  return encodeProtobuf(schema, { ...(value as unknown as JsonObject), kind, apiVersion })
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'
