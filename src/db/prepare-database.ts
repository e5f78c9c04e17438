import { err, ok, type Result } from '../base/result.ts'
import { sortError } from './errors.ts'
import { migrate } from './migrate.ts'
import { openConnection } from './pool.ts'
import { ensureAppRole, type AppRole } from './roles.ts'
import { serverProblems } from './server-checks.ts'
import type { DatabaseTarget } from './target.ts'

/** A database that klio can work on. */
export interface PreparedDatabase {
  readonly schema: string
  /** Makes partitions, migrates, erases. */
  readonly owner: DatabaseTarget
  /** What the hot path and all readers work as. */
  readonly app: DatabaseTarget
  /** Names of the migrations applied now. */
  readonly migrated: readonly string[]
  readonly warnings: readonly string[]
}

/** Schema of a cluster. */
export const schemaOf = (clusterName: string): string => `klio_${clusterName.replaceAll('-', '_')}`

/**
 * Looks at the server, makes role and schema, migrates. Refusals name what to do about them. Throws
 * when the schema itself is at odds with this klio (migrate.ts).
 */
export async function prepareDatabase(
  owner: DatabaseTarget,
  clusterName: string,
  clusterKey: Uint8Array,
): Promise<Result<PreparedDatabase, { readonly message: string }>> {
  const schema = schemaOf(clusterName)
  const first = openConnection(owner, { purpose: 'setup' })
  const second = openConnection(owner, { purpose: 'setup' })
  try {
    const problems = await serverProblems(first, second)
    if (problems.length > 0) return err({ message: problems.join('; ') })
    const app: AppRole = await ensureAppRole(first, owner, schema, clusterKey)
    const { applied } = await migrate(first, schema, app.target.user)
    const warnings = app.warning ? [app.warning] : []
    return ok({ schema, owner, app: app.target, migrated: applied, warnings })
  } catch (error) {
    const { kind, message, code } = sortError(error)
    if (kind === 'unavailable' && code !== '') return err({ message: `PostgreSQL at ${owner.host}: ${message}` })
    throw error
  } finally {
    await Promise.all([first.end({ timeout: 1 }), second.end({ timeout: 1 })])
  }
}
