import { createHash } from 'node:crypto'
import log from '../../migrations/0001-log.sql' with { type: 'text' }
import { MIGRATE_LOCK_MS_MAX } from '../base/limits.ts'
import type { Database } from './pool.ts'
import { quote } from './sql-text.ts'

/** One step of the schema; its SQL is never edited after a release. */
interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

const MIGRATIONS: readonly Migration[] = [{ number: 1, name: 'log', sql: log }]

/** What a migration run did. */
export interface Migrated {
  /** Names of the steps that were applied now. */
  readonly applied: readonly string[]
}

/**
 * Brings a schema to this klio's version: forward only, one process at a time, each step in a
 * transaction of its own. `appRole` gets the rights that the log leaves. Throws when the schema is
 * newer than this klio or a step was edited after it ran.
 */
export async function migrate(owner: Database, schema: string, appRole: string): Promise<Migrated> {
  const applied: string[] = []
  await owner.unsafe(`create schema if not exists ${quote(schema)}`).catch(ignoreExisting)
  const connection = await owner.reserve()
  try {
    await connection.unsafe(`set lock_timeout = ${MIGRATE_LOCK_MS_MAX}`)
    await connection`select pg_advisory_lock(hashtextextended(${`klio migrate ${schema}`}, 0))`
    await connection.unsafe(`set search_path = ${quote(schema)}`)
    await connection.unsafe(`grant usage on schema ${quote(schema)} to ${quote(appRole)}`)
    await connection.unsafe(HISTORY)
    const done = await connection<{ number: number; digest: string }[]>`select number, digest from migrations`
    refuseStrange(schema, done)
    for (const step of MIGRATIONS) {
      if (done.some((one) => one.number === step.number)) continue
      await connection.unsafe(transactionOf(step, appRole))
      applied.push(step.name)
    }
  } finally {
    await connection.unsafe('select pg_advisory_unlock_all(); reset search_path; reset lock_timeout').catch(() => {})
    connection.release()
  }
  return { applied }
}

const HISTORY = `create table if not exists migrations (
  number integer primary key,
  name text not null,
  digest text not null,
  applied timestamptz not null default now()
)`

function transactionOf(step: Migration, appRole: string): string {
  const body = step.sql.replaceAll('klio_app', quote(appRole))
  return `begin;\n${body}\n` +
    `insert into migrations (number, name, digest) values (${step.number}, '${step.name}', '${digestOf(step)}');\n` +
    'commit'
}

function refuseStrange(schema: string, done: readonly { number: number; digest: string }[]): void {
  for (const one of done) {
    const step = MIGRATIONS.find(({ number }) => number === one.number)
    if (!step) {
      throw new Error(`schema ${schema} was made by a newer klio (migration ${one.number}): start that one`)
    }
    if (digestOf(step) !== one.digest) {
      throw new Error(`migration ${step.number} of schema ${schema} is not the one this klio carries`)
    }
  }
}

const digestOf = (step: Migration): string =>
  createHash('sha256').update(step.sql).digest('hex').slice(0, 16)

/** Two processes may make the same schema at once; `if not exists` still loses that race. */
function ignoreExisting(error: { code?: string }): void {
  if (error.code !== '23505' && error.code !== '42P06') throw error
}
