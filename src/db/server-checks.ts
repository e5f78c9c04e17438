import type { Database } from './pool.ts'

/** Oldest PostgreSQL that klio works on. */
export const POSTGRES_MAJOR_MIN = 15

/** Why klio does not work on a server, each with its remedy; empty when it does. */
export async function serverProblems(first: Database, second: Database): Promise<string[]> {
  const [settings] = await first<Settings[]>`
    select current_setting('server_version_num')::int / 10000 as major,
      current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
      current_setting('full_page_writes') as pages, current_setting('server_encoding') as encoding,
      pg_is_in_recovery() as standby`
  return [...problemsOf(settings!), ...(await poolerProblem(first, second))]
}

/** What a server says of itself. */
export interface Settings {
  major: number
  fsync: string
  commit: string
  pages: string
  encoding: string
  standby: boolean
}

/** Problems in a server's settings. */
export function problemsOf(settings: Settings): string[] {
  const problems: string[] = []
  if (settings.major < POSTGRES_MAJOR_MIN) {
    problems.push(`PostgreSQL ${settings.major} is too old: klio needs ${POSTGRES_MAJOR_MIN} or newer`)
  }
  if (settings.fsync !== 'on') {
    problems.push("fsync is off, a crash would lose acknowledged writes: set fsync = on in postgresql.conf and restart")
  }
  if (settings.pages !== 'on') {
    problems.push('full_page_writes is off, a crash could tear pages: set full_page_writes = on and reload')
  }
  if (settings.commit === 'off') {
    problems.push('synchronous_commit is off, a crash would lose acknowledged writes: set synchronous_commit = on ' +
      '(ALTER DATABASE or ALTER ROLE may have turned it off for klio alone)')
  }
  if (settings.encoding !== 'UTF8') {
    problems.push(`the database is encoded in ${settings.encoding}: create one with ENCODING 'UTF8'`)
  }
  if (settings.standby) problems.push('this server is a standby: name the primary')
  return problems
}

/**
 * Two sessions that are open at once have two backends, unless something between hands one backend
 * to both. Locks, LISTEN and prepared statements do not survive that.
 */
async function poolerProblem(first: Database, second: Database): Promise<string[]> {
  const backend = async (db: Database): Promise<number> =>
    (await db<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!.pid
  const before = await backend(first)
  const other = await backend(second)
  if (before !== other && before === (await backend(first))) return []
  return ['a transaction pooler stands before PostgreSQL: name the server itself, or set pool_mode = session']
}
