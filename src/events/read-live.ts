import { microsOf } from '../db/pool.ts'
import {
  rawBoolean,
  rawBytes,
  rawInteger,
  rawRows,
  rawText,
  rawTextOrNull,
  type RawRow,
} from '../db/raw-rows.ts'
import type { LogEvent } from './log-event.ts'
import { scope, tableOf, type ReadContext } from './read.ts'
import { encryptedUids, EVENT_FIELDS, eventOfRow, type EventRow } from './rows.ts'
import { BODY_FIELDS } from './scan.ts'

/**
 * Newest events of live objects, by key: what a view starts from. Pages follow the key, so that no
 * transaction stays open; a change between two pages is met again when the log is followed.
 */
export async function* readLive({ db, id, keys }: ReadContext, pageSize: number): AsyncGenerator<LogEvent[]> {
  const query = `select ${EVENT_FIELDS}, ${BODY_FIELDS}
    from (select o.branch, o.resource, o.namespace, o.name, o.changed from ${tableOf(id, 'objects')} o
      where o.branch = ${id.branch} and (o.resource, o.namespace, o.name) > ($1::text, $2::text, $3::text)
      order by o.resource, o.namespace, o.name limit $4::int) o
    join ${tableOf(id, 'events')} e on e.branch = o.branch and e.revision = o.changed
    left join ${tableOf(id, 'bodies')} b on b.class = e.class and b.branch = e.branch and b.revision = e.revision
    where ${scope(id)}
    order by o.resource, o.namespace, o.name`
  let after = ['', '', '']
  for (;;) {
    const rows: EventRow[] = []
    await rawRows(db, query, [...after, pageSize], (row) => { rows.push(decode(row)) })
    const last = rows.at(-1)
    if (!last) return
    const uids = encryptedUids(rows)
    const found = await keys.read(uids)
    yield rows.map((row) => eventOfRow(row, found))
    if (rows.length < pageSize) return
    after = [last.resource, last.namespace, last.name]
  }
}

/** In the order of EVENT_FIELDS. A body is copied out of the chunk that it came in. */
function decode(row: RawRow): EventRow {
  const text = row[16]
  return {
    revision: rawInteger(row[0]),
    previous: rawInteger(row[1]),
    time: microsOf(rawText(row[2])),
    row_version: rawInteger(row[3]),
    intent: rawBoolean(row[4]),
    request: rawTextOrNull(row[5]),
    op: row[6]!.length === 3 ? 'put' : 'delete',
    verb: rawText(row[7]),
    subresource: rawText(row[8]),
    resource: rawText(row[9]),
    namespace: rawText(row[10]),
    name: rawText(row[11]),
    uid: rawText(row[12]),
    changed: rawTextOrNull(row[13]),
    cause: rawTextOrNull(row[14]),
    form: row[15] ? rawInteger(row[15]) : null,
    body: text ? Buffer.from(text) : row[17] ? rawBytes(row[17]) : null,
  }
}
