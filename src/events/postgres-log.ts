import { HISTORY_STATEMENT_MS_MAX } from '../base/limits.ts'
import { plainArray, storable, textArray } from '../db/array-literal.ts'
import { openPool, type Database } from '../db/pool.ts'
import type { DatabaseTarget } from '../db/target.ts'
import { Actors } from './actors.ts'
import { Appender } from './append.ts'
import { instant } from './append-statement.ts'
import { classByIntent, type BodyClass } from './bodies.ts'
import { DataKeys } from './data-keys.ts'
import type { Log } from './log.ts'
import type { LogEvent, Observation } from './log-event.ts'
import type { LogId } from './log-id.ts'
import {
  readAfter,
  readAsOf,
  readFiltered,
  readHead,
  readRevisionAt,
  tableOf,
  type ReadContext,
} from './read.ts'
import { readLive } from './read-live.ts'
import { readObservations, readReads, readRequests } from './read-requests.ts'
import { coalesce, writeNotes } from './request-notes.ts'

/** How a log in PostgreSQL is opened; its tables exist already (open-log.ts). */
export interface PostgresLogOptions {
  readonly id: LogId
  /** The role that klio works under: no right to change or delete what was written. */
  readonly target: DatabaseTarget
  readonly clusterKey: Uint8Array
  /** Retention class of a body; by intent alone when not given. */
  readonly classOf?: (event: LogEvent) => BodyClass
}

/** A log in PostgreSQL, with the pool its readers share. */
export interface PostgresLog extends Log {
  readonly db: Database
  readonly actors: Actors
}

/** Opens a log. Nothing connects before the first call. */
export function postgresLog(options: PostgresLogOptions): PostgresLog {
  const { id, target, clusterKey } = options
  const db = openPool(target, {
    purpose: 'read',
    settings: { statement_timeout: String(HISTORY_STATEMENT_MS_MAX) },
  })
  const keys = new DataKeys(db, id.schema, clusterKey)
  const actors = new Actors()
  const appender = new Appender({ id, target, keys, actors, classOf: options.classOf ?? classByIntent })
  const context: ReadContext = { db, id, keys }
  return {
    id,
    db,
    actors,
    head: async () => {
      await appender.settle(db)
      return readHead(context)
    },
    floor: async () => {
      const rows = await db.unsafe<{ floor: number }[]>(
        `select floor from ${tableOf(id, 'branches')} where branch = ${id.branch}`, [], { prepare: true })
      return rows[0]?.floor ?? 0
    },
    append: (batch) => appender.append(batch),
    after: (revision, limit) => readAfter(context, revision, limit),
    live: (pageSize) => readLive(context, pageSize),
    asOf: (revision, resource, namespace, name) => readAsOf(context, revision, resource, namespace, name),
    revisionAt: (time) => readRevisionAt(context, time),
    events: (filter) => readFiltered(context, filter),
    requests: (filter) => readRequests(context, filter),
    reads: (filter) => readReads(context, filter),
    note: (requests) => writeNotes(db, id, actors, coalesce(requests)),
    observe: (seen) => writeObservations(context, seen),
    observations: (filter) => readObservations(context, filter),
    close: async () => {
      await Promise.all([appender.close(), db.end({ timeout: 1 })])
    },
  }
}

/** Idempotent by (node, sequence): a node sends again what it is not sure of. */
async function writeObservations({ db, id }: ReadContext, seen: readonly Observation[]): Promise<void> {
  const texts = (of: (one: Observation) => string) => textArray(seen.map((one) => storable(of(one))))
  const numbers = (of: (one: Observation) => number) => plainArray(seen.map(of))
  await db.unsafe(`
    insert into ${tableOf(id, 'observations')} (sequence, time, revision, node, kind, pod_uid, container, detail)
    select sequence, ${instant('time')}, revision, node, kind, pod_uid, container, detail
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      as t(sequence, time, revision, node, kind, pod_uid, container, detail)
    on conflict do nothing`, [
    numbers((one) => one.sequence), numbers((one) => one.time), numbers((one) => one.revision),
    texts((one) => one.node), texts((one) => one.kind), texts((one) => one.podUid),
    texts((one) => one.container), texts((one) => JSON.stringify(one.detail)),
  ], { prepare: true })
}
