import { SCAN_EVENTS_MAX } from '../base/limits.ts'
import type { Database } from '../db/pool.ts'
import {
  rawBoolean,
  rawBytes,
  rawInteger,
  rawRows,
  rawText,
  rawTextOrNull,
  type RawRow,
} from '../db/raw-rows.ts'
import { DIGEST_BYTES, SALT_BYTES } from './bodies.ts'
import type { Header, HeaderTexts } from './header.ts'
import type { LogId } from './log-id.ts'
import { scope, tableOf } from './read.ts'

/** An event as stored, with what proves it. */
export interface StoredEvent extends Header, HeaderTexts {
  readonly branch: number
  readonly rowVersion: number
  readonly digest: Uint8Array
  readonly hash: Uint8Array
  /** Null when retention or an erase has dropped the body; digest and chain hold without it. */
  readonly form: number | null
  readonly salt: Uint8Array | null
  /** As stored: encrypted bodies stay encrypted. Belongs to the row: copy it to keep it. */
  readonly body: Uint8Array | null
}

/**
 * Visits all events after a revision, in order, a page a transaction: no snapshot stays open for long
 * (design 2). Ends where the log ended when the last page was read, or when `visit` says false.
 */
export async function scanEvents(
  db: Database,
  id: LogId,
  after: number,
  visit: (event: StoredEvent) => boolean,
): Promise<void> {
  const query = pageQuery(id)
  let at = after
  let going = true
  for (let found = SCAN_EVENTS_MAX; going && found === SCAN_EVENTS_MAX;) {
    found = 0
    await rawRows(db, query, [at, SCAN_EVENTS_MAX], (row) => {
      found++
      if (!going) return
      const event = decode(row)
      at = event.revision
      going = visit(event)
    })
  }
}

/** A UTF-8 body travels as text, which raw rows leave as its own bytes; any other in hexadecimal. */
export const BODY_FIELDS = `b.form, case when b.form = 0 then convert_from(b.body, 'UTF8') end,
  case when b.form <> 0 then b.body end`

const pageQuery = (id: LogId): string => `
  select e.branch, e.row_version, e.revision, e.op, e.verb, e.subresource, e.resource, e.namespace, e.name, e.uid,
    e.previous, e.changed, e.intent, e.request, e.cause,
    timestamptz_send(e.time) || e.digest || e.hash || coalesce(b.salt, ''), ${BODY_FIELDS}
  from (select * from ${tableOf(id, 'events')} e where ${scope(id)} and e.revision > $1::bigint
    order by e.revision limit $2::int) e
  left join ${tableOf(id, 'bodies')} b on b.class = e.class and b.branch = e.branch and b.revision = e.revision
  order by e.revision`

/** PostgreSQL counts instants from 2000-01-01. */
const EPOCH_MICROS = 946_684_800_000_000
const TIME_BYTES = 8

function decode(row: RawRow): StoredEvent {
  const fixed = rawBytes(row[15]!)
  const digestAt = TIME_BYTES
  const hashAt = digestAt + DIGEST_BYTES
  const saltAt = hashAt + DIGEST_BYTES
  const form = row[16] ? rawInteger(row[16]) : null
  return {
    branch: rawInteger(row[0]),
    rowVersion: rawInteger(row[1]),
    revision: rawInteger(row[2]),
    time: fixed.readInt32BE(0) * 2 ** 32 + fixed.readUInt32BE(4) + EPOCH_MICROS,
    op: row[3]!.length === 3 ? 'put' : 'delete',
    verb: rawText(row[4]),
    subresource: rawText(row[5]),
    resource: rawText(row[6]),
    namespace: rawText(row[7]),
    name: rawText(row[8]),
    uid: rawText(row[9]),
    previous: rawInteger(row[10]),
    changed: rawTextOrNull(row[11]),
    intent: rawBoolean(row[12]),
    request: rawText(row[13]),
    cause: rawTextOrNull(row[14]),
    digest: fixed.subarray(digestAt, hashAt),
    hash: fixed.subarray(hashAt, saltAt),
    form,
    salt: form === null ? null : fixed.subarray(saltAt, saltAt + SALT_BYTES),
    body: row[17] ?? (row[18] ? rawBytes(row[18]) : null),
  }
}
