import { hostname } from 'node:os'
import postgres, { type Notice, type Sql } from 'postgres'
import { CONNECT_TIMEOUT_S, POOL_CONNECTIONS_MAX } from '../base/limits.ts'
import type { DatabaseTarget } from './target.ts'

/** Connections whose timestamps are microseconds since the epoch and whose bigints are numbers. */
export type Database = Sql<{ bigint: number; time: number }>

/** How a set of connections behaves. */
export interface PoolOptions {
  /** Shown in pg_stat_activity with process id and host: "klio append 4711@host". */
  readonly purpose: string
  /** Most connections; they close when idle unless `max` is 1. */
  readonly max?: number
  /** Server settings of each session, as `{ work_mem: '16MB' }`. */
  readonly settings?: Readonly<Record<string, string>>
  readonly onNotice?: (notice: Notice) => void
}

/** Opens a pool. Nothing connects before the first query. */
export function openPool(target: DatabaseTarget, options: PoolOptions): Database {
  const max = options.max ?? POOL_CONNECTIONS_MAX
  return postgres({
    host: target.host,
    port: target.port,
    user: target.user,
    password: target.password,
    database: target.database,
    ssl: sslOf(target),
    max,
    connect_timeout: CONNECT_TIMEOUT_S,
    // A reserved connection lives as long as its owner wants it; a pool shrinks when it is idle.
    ...(max === 1 ? {} : { idle_timeout: 30 }),
    max_lifetime: null,
    backoff: (attempt) => Math.min(0.02 * 2 ** attempt, 0.5),
    fetch_types: false,
    prepare: true,
    onnotice: options.onNotice ?? (() => {}),
    connection: {
      application_name: `klio ${options.purpose} ${process.pid}@${hostname()}`.slice(0, 63),
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      ...options.settings,
    },
    types: {
      bigint: { to: 20, from: [20], serialize: String, parse: Number },
      time: { to: 1184, from: [1184], serialize: String, parse: microsOf },
    },
  })
}

/** The reserved connection of an append or a lock: one, kept open, never recycled. */
export const openConnection = (target: DatabaseTarget, options: Omit<PoolOptions, 'max'>): Database =>
  openPool(target, { ...options, max: 1 })

/** PostgreSQL's ISO text of an instant in UTC, `2026-11-23 18:10:52.123456+00`, as microseconds. */
export function microsOf(text: string): number {
  const year = Number(text.slice(0, 4))
  const at = (from: number): number => Number(text.slice(from, from + 2))
  const seconds = Date.UTC(year, at(5) - 1, at(8), at(11), at(14), at(17)) / 1_000
  const end = text.indexOf('+', 19)
  const fraction = text[19] === '.' ? text.slice(20, end).padEnd(6, '0') : '0'
  return seconds * 1_000_000 + Number(fraction)
}

function sslOf(target: DatabaseTarget): 'require' | 'verify-full' | 'prefer' | 'allow' | false {
  if (target.host.startsWith('/') || !target.sslmode || target.sslmode === 'disable') return false
  return target.sslmode
}
