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
 * Visits all events after a revision, in order, a page a transaction: no snapshot stays open for long
 * (design 2). Ends where the log ended when the last page was read, or when `visit` says false.
 */
export async function scanEvents(
  db: Database,
  id: LogId,
  after: number,
  visit: (event: StoredEvent) => boolean,
): Promise<void> {
  let at = after
  let going = true
  for (let found = SCAN_EVENTS_MAX; going && found === SCAN_EVENTS_MAX;) {
    found = 0
    await copyRows(db, pageQuery(id, at), (row) => {
      found++
      if (!going) return
      const event = decode(row)
      at = event.revision
      going = visit(event)
    })
  }
}

const pageQuery = (id: LogId, after: number): string => `
  select e.branch, e.row_version, e.revision, e.time, e.op, e.verb, e.subresource, e.resource, e.namespace,
    e.name, e.uid, e.previous, e.changed, e.intent, e.request::text, e.cause, e.digest, e.hash,
    b.form::int, b.salt, b.body
  from (select * from ${tableOf(id, 'events')} e where ${scope(id)} and e.revision > ${after}
    order by e.revision limit ${SCAN_EVENTS_MAX}) e
  left join ${tableOf(id, 'bodies')} b on b.class = e.class and b.branch = e.branch and b.revision = e.revision
  order by e.revision`

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
