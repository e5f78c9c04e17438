import type { Clock } from '../base/clock.ts'
import {
  PARTITION_AHEAD_REVISIONS,
  PARTITION_CHECK_MS,
  PARTITION_REVISIONS,
} from '../base/limits.ts'
import { quote } from '../db/sql-text.ts'
import { openConnection, type Database } from '../db/pool.ts'
import type { DatabaseTarget } from '../db/target.ts'
import { BODY_CLASSES } from './bodies.ts'

const WEEK_MS = 7 * 86_400_000

/** Makes the partitions that hold `revision` and those ahead of it, and this week's and the next. */
export async function ensurePartitions(owner: Database, schema: string, revision: number, nowMs: number): Promise<void> {
  const first = Math.floor(revision / PARTITION_REVISIONS)
  const last = Math.floor((revision + PARTITION_AHEAD_REVISIONS) / PARTITION_REVISIONS)
  const week = Math.floor(nowMs / WEEK_MS)
  const wanted: Partition[] = [requestPartition(week), requestPartition(week + 1)]
  for (let range = first; range <= last; range++) wanted.push(...rangePartitions(range))
  const rows = await owner<{ relname: string }[]>`
    select relname from pg_class where relnamespace = ${schema}::regnamespace and relispartition`
  const there = new Set(rows.map((row) => row.relname))
  const missing = wanted.filter(({ name }) => !there.has(name))
  if (missing.length === 0) return
  const statements = missing.map((partition) => sqlOf(schema, partition)).join('\n')
  await owner.unsafe(`begin; set local lock_timeout = '5s'; set local search_path = ${quote(schema)};
    ${lockSchema(schema)} ${statements} commit`)
}

/** One process at a time, so that two that start together do not collide. */
const lockSchema = (schema: string): string =>
  `select pg_advisory_xact_lock(hashtextextended('klio partitions ${schema}', 0));`

interface Partition {
  readonly name: string
  readonly parent: string
  readonly bounds: string
  /** Holds rows itself: nothing may truncate it. */
  readonly leaf: boolean
  readonly more?: string
}

function rangePartitions(range: number): Partition[] {
  const bounds = `for values from (${range * PARTITION_REVISIONS}) to (${(range + 1) * PARTITION_REVISIONS})`
  const events = { name: `events_${range}`, parent: 'events', bounds, leaf: true }
  const bodies = Object.values(BODY_CLASSES).flatMap((bodyClass): Partition[] => {
    const parent = `bodies_c${bodyClass}`
    const name = `${parent}_${range}`
    // Bodies up to a page stay beside their key: out of line each costs two rows more.
    const more = `alter table ${name} alter body set storage external;
      alter table ${name} set (toast_tuple_target = 8160);`
    return [
      { name: parent, parent: 'bodies', bounds: `for values in (${bodyClass}) partition by range (revision)`, leaf: false },
      { name, parent, bounds, leaf: true, more },
    ]
  })
  return [events, ...bodies]
}

/** Version 7 ids begin with their milliseconds: a week of ids is a range of them. */
function requestPartition(week: number): Partition {
  const bound = (weeks: number): string => {
    const hex = (weeks * WEEK_MS).toString(16).padStart(12, '0')
    return `'${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000'`
  }
  const bounds = `for values from (${bound(week)}) to (${bound(week + 1)})`
  return { name: `requests_w${week}`, parent: 'requests', bounds, leaf: true }
}

function sqlOf(schema: string, { name, parent, bounds, leaf, more }: Partition): string {
  const create = `create table if not exists ${name} partition of ${parent} ${bounds};`
  const keep = `create or replace trigger keep_all before truncate on ${name}
    for each statement execute function ${quote(schema)}.refuse_change();`
  return `${create} ${leaf ? keep : ''} ${more ?? ''}`
}

/** What keeps partitions ahead of the log. */
export interface PartitionKeeper {
  readonly owner: DatabaseTarget
  readonly schema: string
  readonly clock: Clock
  /** Newest revision. */
  readonly revision: () => number
  readonly onProblem: (error: unknown) => void
}

/** Looks every minute until the signal aborts; connects only when something may be due. */
export async function keepPartitions(keeper: PartitionKeeper, signal: AbortSignal): Promise<void> {
  const { owner, schema, clock, revision, onProblem } = keeper
  let done = ''
  for (; !signal.aborted; await clock.sleep(PARTITION_CHECK_MS, signal)) {
    const due = [
      Math.floor((revision() + PARTITION_AHEAD_REVISIONS) / PARTITION_REVISIONS),
      Math.floor(clock.now() / WEEK_MS),
    ].join(' ')
    if (due === done) continue
    const db = openConnection(owner, { purpose: 'partitions' })
    try {
      await ensurePartitions(db, schema, revision(), clock.now())
      done = due
    } catch (error) {
      onProblem(error)
    } finally {
      await db.end({ timeout: 1 })
    }
  }
}
