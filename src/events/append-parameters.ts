import { isUtf8 } from 'node:buffer'
import { plainArray, textArray } from '../db/array-literal.ts'
import { COLUMN_GROUPS, GROUP_ORDER, type ColumnGroup } from './append-statement.ts'
import type { Actor, Actors } from './actors.ts'
import {
  DIGEST_BYTES, Digester, encryptBody, FORM_BYTES, FORM_ENCRYPTED, FORM_TEXT, makeSalts, SALT_BYTES, type BodyClass,
} from './bodies.ts'
import type { NewKey } from './data-keys.ts'
import { causeText, changedText, headerText, ROW_VERSION } from './header.ts'
import type { Batch, Head } from './log.ts'
import type { LogEvent, RequestRecord } from './log-event.ts'
import { netChanges } from './net-changes.ts'

/** What a batch needs beside itself. */
export interface AppendContext {
  readonly branch: number
  readonly digester: Digester
  readonly classOf: (event: LogEvent) => BodyClass
  /** Keys of the sensitive uids of the batch. */
  readonly keys: ReadonlyMap<string, Buffer>
  /** Rows of those keys that are not stored yet. */
  readonly newKeys: readonly NewKey[]
  readonly actors: Actors
}

/** A batch ready to be sent, and where the log ends after it. */
export interface Prepared {
  readonly parameters: (string | number | Buffer)[]
  /** Groups that have rows: which statement takes the parameters. */
  readonly groups: ReadonlySet<ColumnGroup>
  readonly head: Head
  readonly actors: readonly Actor[]
}

/** Encodes a batch as columns: encrypts, digests, chains. Throws nothing on any text. */
export function prepare(batch: Batch, context: AppendContext): Prepared {
  const bodies = layOut(batch, context)
  const chain = link(batch, bodies.stored, context)
  const requestActors = batch.requests.map((request) => context.actors.of(request))
  const actors = context.actors.unknown(requestActors)
  const last = batch.events.at(-1)
  const head = last ? { revision: last.revision, time: last.time, hash: chain.last } : batch.head
  const net = netChanges(batch.events)
  const groups: Record<ColumnGroup, Columns> = {
    event: eventColumns(batch.events, bodies.rows, chain),
    body: columnsOf(bodies.rows, 'body'),
    request: requestColumns(batch.requests, requestActors),
    actor: columnsOf(actors, 'actor'),
    born: columnsOf(net.born, 'born'),
    moved: columnsOf(net.moved, 'moved'),
    gone: columnsOf(net.gone, 'gone'),
    key: columnsOf(context.newKeys.map(({ uid, wrapped }) => ({ kid: uid, wrapped: hexText(wrapped) })), 'key'),
  }
  const parameters: (string | number | Buffer)[] = [
    batch.head.revision + 1, chain.salts, chain.digests, chain.hashes, bodies.plain, bodies.bytes,
    last?.revision ?? 0,
  ]
  const taking = new Set(GROUP_ORDER.filter((group) => groups[group].rows > 0))
  for (const group of taking)
    for (const [name, type] of Object.entries(COLUMN_GROUPS[group]))
      parameters.push(arrayOf(groups[group].values[name]!, type))
  return { parameters, groups: taking, head, actors }
}

type Cell = string | number | boolean | null | undefined

/** A group's rows, column by column. */
interface Columns {
  readonly rows: number
  readonly values: Readonly<Record<string, readonly Cell[]>>
}

/** Rows that are few, or that carry exactly the columns of their group. */
function columnsOf(rows: readonly object[], group: ColumnGroup): Columns {
  const values: Record<string, Cell[]> = {}
  for (const name in COLUMN_GROUPS[group])
    values[name] = rows.map((row) => (row as Record<string, Cell>)[name])
  return { rows: rows.length, values }
}

function arrayOf(values: readonly Cell[], type: string): string {
  if (type === 'text' || type === 'uuid' || type === 'bytea') return textArray(values as (string | null)[])
  return plainArray(values as number[])
}

interface BodyRow {
  readonly class: BodyClass
  readonly form: number
  readonly binary: boolean
  readonly start: number
  readonly length: number
}

/**
 * Bodies one after the other: what is UTF-8 as one text, which costs PostgreSQL less than half of
 * hexadecimal digits; ciphertexts and anything else as bytes.
 */
function layOut(batch: Batch, context: AppendContext) {
  const texts: Uint8Array[] = []
  const binaries: Uint8Array[] = []
  const rows: BodyRow[] = []
  let textEnd = 1
  let binaryEnd = 1
  const stored = batch.events.map((event) => {
    const key = event.sensitive ? context.keys.get(event.uid) : undefined
    const body = key ? encryptBody(key, event.body, event.uid, event.revision) : event.body
    const binary = key !== undefined || !isText(body)
    const start = binary ? binaryEnd : textEnd
    if (binary) {
      binaries.push(body)
      binaryEnd += body.byteLength
    } else {
      texts.push(body)
      textEnd += body.byteLength
    }
    const form = key ? FORM_ENCRYPTED : binary ? FORM_BYTES : FORM_TEXT
    rows.push({ class: context.classOf(event), form, binary, start, length: body.byteLength })
    return body
  })
  return { rows, stored, plain: Buffer.concat(texts).toString('utf8'), bytes: Buffer.concat(binaries) }
}

const isText = (body: Uint8Array): boolean => isUtf8(body) && !body.includes(0)

function link(batch: Batch, stored: readonly Uint8Array[], { branch, digester }: AppendContext) {
  const count = batch.events.length
  const salts = makeSalts(count)
  const digests = Buffer.allocUnsafe(count * DIGEST_BYTES)
  const hashes = Buffer.allocUnsafe(count * DIGEST_BYTES)
  const changed = batch.events.map(changedText)
  const causes = batch.events.map(causeText)
  let last = batch.head.hash
  for (let i = 0; i < count; i++) {
    const salt = salts.subarray(i * SALT_BYTES, (i + 1) * SALT_BYTES)
    const digest = digester.ofBody(salt, stored[i]!)
    const header = headerText(branch, batch.events[i]!, { changed: changed[i]!, cause: causes[i]! }, ROW_VERSION)
    last = digester.ofLink(last, header, digest)
    digests.set(digest, i * DIGEST_BYTES)
    hashes.set(last, i * DIGEST_BYTES)
  }
  return { salts, digests, hashes, last, changed, causes }
}

/** A column at a time: the same few fields of every row, without a row made in between. */
const eventColumns = (
  events: readonly LogEvent[],
  bodies: readonly BodyRow[],
  { changed, causes }: { readonly changed: readonly Cell[]; readonly causes: readonly Cell[] },
): Columns => ({
  rows: events.length,
  values: {
    time: events.map((one) => one.time),
    previous: events.map((one) => one.previous),
    class: bodies.map((one) => one.class),
    intent: events.map((one) => one.intent),
    request: events.map((one) => one.request || null),
    op: events.map((one) => one.op),
    verb: events.map((one) => one.verb),
    subresource: events.map((one) => one.subresource),
    resource: events.map((one) => one.resource),
    namespace: events.map((one) => one.namespace),
    name: events.map((one) => one.name),
    uid: events.map((one) => one.uid),
    changed,
    cause: causes,
  } satisfies Record<keyof typeof COLUMN_GROUPS.event, readonly Cell[]>,
})

const requestColumns = (requests: readonly RequestRecord[], actors: readonly Actor[]): Columns => ({
  rows: requests.length,
  values: {
    id: requests.map((one) => one.id),
    time: requests.map((one) => one.time),
    first_revision: requests.map((one) => one.firstRevision),
    last_revision: requests.map((one) => one.lastRevision),
    latency_us: requests.map((one) => one.latencyMicros),
    code: requests.map((one) => one.code),
    dry_run: requests.map((one) => one.dryRun),
    actor: actors.map((one) => one.id),
    verb: requests.map((one) => one.verb),
    path: requests.map((one) => one.path),
    query: requests.map((one) => one.query),
    resource: requests.map((one) => one.resource),
    namespace: requests.map((one) => one.namespace),
    name: requests.map((one) => one.name),
    subresource: requests.map((one) => one.subresource),
    reason: requests.map((one) => one.reason),
    command: requests.map((one) => one.command),
    session: requests.map((one) => one.session),
    traceparent: requests.map((one) => one.traceparent),
    change_set: requests.map((one) => (one.changeSet === one.id ? null : one.changeSet)),
    body: requests.map((one) => (one.body ? hexText(one.body) : null)),
  } satisfies Record<keyof typeof COLUMN_GROUPS.request, readonly Cell[]>,
})

const hexText = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes).toString('hex')}`
