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
  const columns: Record<ColumnGroup, readonly object[]> = {
    event: batch.events.map((event, i) => eventRow(event, bodies.rows[i]!.class)),
    body: bodies.rows,
    request: batch.requests.map((request, i) => requestRow(request, requestActors[i]!)),
    actor: actors,
    born: net.born,
    moved: net.moved,
    gone: net.gone,
    key: context.newKeys.map(({ uid, wrapped }) => ({ kid: uid, wrapped: hexText(wrapped) })),
  }
  const parameters: (string | number | Buffer)[] = [
    batch.head.revision + 1, chain.salts, chain.digests, chain.hashes, bodies.plain, bodies.bytes,
    last?.revision ?? 0,
  ]
  const groups = new Set(GROUP_ORDER.filter((group) => columns[group].length > 0))
  for (const group of groups)
    for (const [name, type] of Object.entries(COLUMN_GROUPS[group]))
      parameters.push(arrayOf(columns[group], name, type))
  return { parameters, groups, head, actors }
}

/** Rows are made in this file with the columns of their group; a missing one would be undefined. */
function arrayOf(rows: readonly object[], name: string, type: string): string {
  const values: unknown[] = rows.map((row) => Reflect.get(row, name) ?? null)
  const quoted = type === 'text' || type === 'uuid' || type === 'bytea'
  if (quoted) return textArray(values as (string | null)[])
  return plainArray(values.map((value) => value ?? 'NULL') as number[])
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
  let last = batch.head.hash
  for (let i = 0; i < count; i++) {
    const event = batch.events[i]!
    const salt = salts.subarray(i * SALT_BYTES, (i + 1) * SALT_BYTES)
    const digest = digester.ofBody(salt, stored[i]!)
    const header = { ...event, changed: changedText(event), cause: causeText(event) }
    last = digester.ofLink(last, headerText(branch, header, ROW_VERSION), digest)
    digests.set(digest, i * DIGEST_BYTES)
    hashes.set(last, i * DIGEST_BYTES)
  }
  return { salts, digests, hashes, last }
}

const eventRow = (event: LogEvent, bodyClass: BodyClass) => ({
  ...event,
  class: bodyClass,
  request: event.request || null,
  changed: changedText(event),
  cause: causeText(event),
})

const requestRow = (request: RequestRecord, actor: Actor) => ({
  ...request,
  first_revision: request.firstRevision,
  last_revision: request.lastRevision,
  latency_us: request.latencyMicros,
  dry_run: request.dryRun,
  actor: actor.id,
  change_set: request.changeSet === request.id ? null : request.changeSet,
  body: request.body ? hexText(request.body) : null,
})

const hexText = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes).toString('hex')}`
