import { SCAN_EVENTS_MAX } from '../base/limits.ts'
import { copyRows, type CopyRow } from '../db/copy-rows.ts'
import type { Database } from '../db/pool.ts'
import type { Header } from './header.ts'
import type { LogId } from './log-id.ts'
import { scope, tableOf } from './read.ts'

/** An event as stored, with what proves it. Bytes belong to the page. */
export interface StoredEvent extends Header {
  readonly branch: number
  readonly rowVersion: number
  readonly digest: Buffer
  readonly hash: Buffer
  /** Null when retention or an erase has dropped the body; digest and chain hold without it. */
  readonly form: number | null
  readonly salt: Buffer | null
  readonly body: Buffer | null
}

/**
 * All events after a revision, in order, a page a transaction: no snapshot stays open (design 2).
 * Ends where the log ended when the last page was read.
 */
export async function* scanEvents(db: Database, id: LogId, after: number): AsyncGenerator<StoredEvent[]> {
  const events = tableOf(id, 'events')
  const bodies = tableOf(id, 'bodies')
  let at = after
  let next = page(at)
  for (;;) {
    const rows = await next
    const last = rows.at(-1)
    if (!last) return
    at = last.revision
    // The next page is read while this one is worked on.
    next = page(at)
    next.catch(() => {})
    yield rows
  }

  function page(from: number): Promise<StoredEvent[]> {
    return copyRows(db, `
      select e.branch, e.row_version, e.revision, e.time, e.op, e.verb, e.subresource, e.resource, e.namespace,
        e.name, e.uid, e.previous, e.changed, e.intent, e.request::text, e.cause, e.digest, e.hash,
        b.form::int, b.salt, b.body
      from (select * from ${events} e where ${scope(id)} and e.revision > ${from}
        order by e.revision limit ${SCAN_EVENTS_MAX}) e
      left join ${bodies} b on b.class = e.class and b.branch = e.branch and b.revision = e.revision
      order by e.revision`, decode)
  }
}

function decode(row: CopyRow): StoredEvent {
  return {
    branch: row.int4(),
    rowVersion: row.int2(),
    revision: row.int8(),
    time: row.time(),
    op: row.text() === 'delete' ? 'delete' : 'put',
    verb: row.text(),
    subresource: row.text(),
    resource: row.text(),
    namespace: row.text(),
    name: row.text(),
    uid: row.text(),
    previous: row.int8(),
    changed: row.textOrNull(),
    intent: row.bool(),
    request: row.text(),
    cause: row.textOrNull(),
    digest: row.bytesOrNull()!,
    hash: row.bytesOrNull()!,
    form: row.bytesOrNull()?.readInt32BE() ?? null,
    salt: row.bytesOrNull(),
    body: row.bytesOrNull(),
  }
}
