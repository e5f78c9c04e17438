import { copyRows, type CopyRow } from '../db/copy-rows.ts'
import { literal } from '../db/sql-text.ts'
import type { LogEvent } from './log-event.ts'
import { scope, tableOf, type ReadContext } from './read.ts'
import { encryptedUids, EVENT_FIELDS, eventOfRow, type EventRow } from './rows.ts'

/**
 * Newest events of live objects, by key: what a view starts from. Pages follow the key, so that no
 * transaction stays open; a change between two pages is met again when the log is followed.
 */
export async function* readLive({ db, id, keys }: ReadContext, pageSize: number): AsyncGenerator<LogEvent[]> {
  let after = ['', '', '']
  for (;;) {
    const rows: EventRow[] = []
    await copyRows(db, pageQuery(after, pageSize), (row) => { rows.push(decode(row)) })
    const last = rows.at(-1)
    if (!last) return
    const uids = encryptedUids(rows)
    const found = await keys.read(uids)
    yield rows.map((row) => eventOfRow(row, found))
    if (rows.length < pageSize) return
    after = [last.resource, last.namespace, last.name]
  }

  function pageQuery(key: readonly string[], limit: number): string {
    return `select ${EVENT_FIELDS.replace('e.request', 'e.request::text')}, b.form::int, b.body
      from (select o.branch, o.resource, o.namespace, o.name, o.changed from ${tableOf(id, 'objects')} o
        where o.branch = ${id.branch} and (o.resource, o.namespace, o.name) > (${key.map(literal).join(', ')})
        order by o.resource, o.namespace, o.name limit ${Math.floor(limit)}) o
      join ${tableOf(id, 'events')} e on e.branch = o.branch and e.revision = o.changed
      left join ${tableOf(id, 'bodies')} b on b.class = e.class and b.branch = e.branch and b.revision = e.revision
      where ${scope(id)}
      order by o.resource, o.namespace, o.name`
  }
}

/** In the order of EVENT_FIELDS. */
function decode(row: CopyRow): EventRow {
  return {
    revision: row.int8(),
    previous: row.int8(),
    time: row.time(),
    row_version: row.int2(),
    intent: row.bool(),
    request: row.textOrNull(),
    op: row.text() === 'delete' ? 'delete' : 'put',
    verb: row.text(),
    subresource: row.text(),
    resource: row.text(),
    namespace: row.text(),
    name: row.text(),
    uid: row.text(),
    changed: row.textOrNull(),
    cause: row.textOrNull(),
    form: row.bytesOrNull()?.readInt32BE() ?? null,
    body: row.bytesOrNull(),
  }
}
