import { createHmac } from 'node:crypto'
import { sortError } from './errors.ts'
import { quote } from './sql-text.ts'
import type { Database } from './pool.ts'
import type { DatabaseTarget } from './target.ts'

/** As whom klio works. */
export interface AppRole {
  readonly target: DatabaseTarget
  /** Set when the server does not let klio make a role of its own; the text is for people. */
  readonly warning?: string
}

/**
 * The role under which klio runs: it may insert and read, and never change or delete what the log
 * holds. Its password is derived from the cluster key, so that nothing stores it. Where the owner
 * may not create roles (managed servers), klio works as the owner and says so.
 */
export async function ensureAppRole(
  owner: Database,
  target: DatabaseTarget,
  schema: string,
  clusterKey: Uint8Array,
): Promise<AppRole> {
  const { user, password } = appRole(schema, clusterKey)
  try {
    await makeRole(owner, user, password)
    return { target: { ...target, user, password } }
  } catch (error) {
    const { code, message } = sortError(error)
    if (code !== '42501') throw error
    return {
      target,
      warning: `${target.user} may not create role ${user} (${message}): klio works as ${target.user}, ` +
        `which could change history (klio verify would find it). To close this: ` +
        `alter role ${quote(target.user)} createrole`,
    }
  }
}

/** Name and password of a cluster's role. */
export function appRole(schema: string, clusterKey: Uint8Array): { user: string; password: string } {
  const user = `${schema}_app`
  return { user, password: createHmac('sha256', clusterKey).update(`postgres role ${user}`).digest('hex') }
}

/** Under a lock: two processes that alter one role at once fail with "tuple concurrently updated". */
async function makeRole(owner: Database, user: string, password: string): Promise<void> {
  await owner.begin(async (transaction) => {
    await transaction`select pg_advisory_xact_lock(hashtextextended(${`klio role ${user}`}, 0))`
    const [found] = await transaction`select 1 from pg_roles where rolname = ${user}`
    await transaction.unsafe(
      found
        ? `alter role ${quote(user)} password '${password}'`
        : `create role ${quote(user)} login nosuperuser nocreatedb nocreaterole password '${password}'`,
    )
  })
}
