import { join } from 'node:path'
import { embeddedTarget } from '../db/embedded-target.ts'
import { schemaOf } from '../db/prepare-database.ts'
import { appRole } from '../db/roles.ts'
import { targetFromEnvironment, targetUrl } from '../db/target.ts'
import { openClusterKey } from '../events/keys.ts'
import { readIdentity } from '../identity.ts'
import type { AddCommand } from './command.ts'
import { CommandError, EXIT } from './exit.ts'
import { findDataDir } from './find-cluster.ts'

/** `klio database-url`: for psql and everything else that speaks to PostgreSQL. */
export const addDatabaseUrl: AddCommand = (program, run) => {
  program
    .command('database-url')
    .description('the connection string of the PostgreSQL that holds the log')
    .option(
      '--owner',
      'as the owner of the tables, who can change history (klio verify would find it)',
    )
    .action((options, self) =>
      run(async (terminal) => {
        const dataDir = await findDataDir(self.optsWithGlobals(), terminal.env)
        await terminal.out(`${urlOf(dataDir, options.owner === true, terminal.env)}\n`)
        return EXIT.done
      }),
    )
}

function urlOf(
  dataDir: string,
  owner: boolean,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const target = embeddedTarget(dataDir) ?? targetFromEnvironment({ ...env })
  if (!target) throw new CommandError(`${dataDir} holds no PostgreSQL, and DATABASE_URL is not set`)
  if (owner) return targetUrl(target)
  const identity = readIdentity(dataDir)
  const key = openClusterKey(env['KLIO_CLUSTER_KEY_FILE'] ?? join(dataDir, 'cluster.key'))
  if (!identity || !key.ok) throw new CommandError(`${dataDir} holds no cluster`)
  return targetUrl({ ...target, ...appRole(schemaOf(identity.name), key.value) })
}
