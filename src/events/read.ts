import { plainArray, textArray } from '../db/array-literal.ts'
import { quote } from '../db/sql-text.ts'
import type { Database } from '../db/pool.ts'
import { DIGEST_BYTES } from './bodies.ts'
import type { DataKeys } from './data-keys.ts'
import type { EventFilter, Head } from './log.ts'
import type { LogEvent, Micros } from './log-event.ts'
import type { LogId } from './log-id.ts'
import { encryptedUids, EVENT_FIELDS, eventOfRow, type EventRow } from './rows.ts'

/** Everything a reader of events needs. */
export interface ReadContext {
  readonly db: Database
  readonly id: LogId
  readonly keys: DataKeys
}

/** Hash before the first event. */
export const GENESIS: Head = { revision: 0, time: 0, hash: new Uint8Array(DIGEST_BYTES) }

/** Where the log ends; a fork without events of its own ends where it left its parent. */
export async function readHead({ db, id }: ReadContext): Promise<Head> {
  const [row] = await db.unsafe<{ revision: number; time: number; hash: Buffer }[]>(
    `select revision, time, hash from ${tableOf(id, 'events')} e where ${ownScope(id)} order by revision desc limit 1`,
    [], { prepare: true })
  return row ?? GENESIS
}

/** Events after a revision, in order. */
export function readAfter(context: ReadContext, revision: number, limit: number): Promise<LogEvent[]> {
  return readEvents(context, 'e.revision > $1::bigint order by e.revision limit $2::int', [revision, limit])
}

/** Events that a filter names. */
export function readFiltered(context: ReadContext, filter: EventFilter): Promise<LogEvent[]> {
  const { where, values } = conditions([
    ['e.resource =', 'text', filter.resource],
    ['e.namespace =', 'text', filter.namespace],
    ['e.name =', 'text', filter.name],
    ['e.revision >=', 'bigint', filter.fromRevision],
    ['e.revision <=', 'bigint', filter.toRevision],
    ['e.intent =', 'text::boolean', filter.intent === undefined ? undefined : String(filter.intent)],
    ['e.resource <> all', 'text[]', filter.without && textArray(filter.without)],
    ['e.revision = any', 'bigint[]', filter.revisions && plainArray(filter.revisions)],
  ])
  const order = filter.newestFirst ? 'desc' : 'asc'
  const tail = `${where} order by e.revision ${order} limit $${values.length + 1}::int`
  return readEvents(context, tail, [...values, filter.limit], filter.thin)
}

/** State of one resource at a revision: the newest put of each object that no delete followed. */
export function readAsOf(
  context: ReadContext,
  revision: number,
  resource: string,
  namespace?: string,
  name?: string,
): Promise<LogEvent[]> {
  const { where, values } = conditions([
    ['e.revision <=', 'bigint', revision],
    ['e.resource =', 'text', resource],
    ['e.namespace =', 'text', namespace],
    ['e.name =', 'text', name],
  ])
  const newest = `select distinct on (e.namespace, e.name) e.revision, e.op from ${tableOf(context.id, 'events')} e
    where ${scope(context.id)} and ${where} order by e.namespace, e.name, e.revision desc`
  const tail = `e.revision in (select revision from (${newest}) newest where op = 'put') order by e.namespace, e.name`
  return readEvents(context, tail, values)
}

/** The last revision at or before an instant: times rise with revisions, so halving finds it. */
export async function readRevisionAt({ db, id }: ReadContext, time: Micros): Promise<number> {
  const [row] = await db.unsafe<{ found: number }[]>(`
    with recursive halving(low, high) as (
      select 0::bigint, coalesce((select max(revision) from ${tableOf(id, 'events')} e where ${ownScope(id)}), 0)
      union all
      select case when reached then middle else low end, case when reached then high else middle - 1 end
      from (select low, high, (low + high + 1) / 2 as middle from halving where low < high) as step,
        lateral (select coalesce((select e.time <= 'epoch'::timestamptz + $1::bigint * interval '1 us'
          from ${tableOf(id, 'events')} e where ${scope(id)} and e.revision = middle), true) as reached) as look
    ) select low as found from halving where low >= high`, [time], { prepare: true })
  return row?.found ?? 0
}

/** Runs a query over events and their bodies; `tail` is everything after `where`. */
async function readEvents(
  { db, id, keys }: ReadContext,
  tail: string,
  values: (string | number)[],
  thin = false,
): Promise<LogEvent[]> {
  const body = thin ? 'null::smallint as form, null::bytea as body' : 'b.form, b.body'
  const join = thin ? '' : ` left join ${tableOf(id, 'bodies')} b
    on b.class = e.class and b.branch = e.branch and b.revision = e.revision`
  const rows = await db.unsafe<EventRow[]>(
    `select ${EVENT_FIELDS}, ${body} from ${tableOf(id, 'events')} e${join} where ${scope(id)} and ${tail}`,
    values, { prepare: true })
  const uids = encryptedUids(rows)
  const found = uids.length > 0 ? await keys.read(uids) : NO_KEYS
  return rows.map((row) => eventOfRow(row, found))
}

const NO_KEYS: ReadonlyMap<string, Buffer> = new Map()

/** A table of this log as SQL text. */
export const tableOf = (id: LogId, table: string): string => `${quote(id.schema)}.${table}`

/** Which rows belong to this log: its own branch, and its parent's up to where it left. */
export const scope = (id: LogId): string =>
  id.base
    ? `(e.branch = ${id.branch} or (e.branch = ${id.base.branch} and e.revision <= ${id.base.revision}))`
    : `e.branch = ${id.branch}`

/** As scope; for a fork, the parent's one row at its base instead of all of them. */
const ownScope = (id: LogId): string =>
  id.base
    ? `(e.branch = ${id.branch} or (e.branch = ${id.base.branch} and e.revision = ${id.base.revision}))`
    : `e.branch = ${id.branch}`

type Condition = readonly [text: string, type: string, value: string | number | undefined]

/** Joins the conditions whose value is given, numbering their parameters. */
export function conditions(all: readonly Condition[]): { where: string; values: (string | number)[] } {
  const given = all.flatMap(([text, type, value]) => (value === undefined ? [] : [{ text, type, value }]))
  const where = given.map(({ text, type }, i) => `${text} ($${i + 1}::${type})`).join(' and ') || 'true'
  return { where, values: given.map(({ value }) => value) }
}
