import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from './base/clock.ts'
import { err, ok, type Result } from './base/result.ts'
import { openEmbedded } from './db/embedded.ts'
import { openPool, type Database } from './db/pool.ts'
import { schemaOf } from './db/prepare-database.ts'
import { targetFromEnvironment, type DatabaseTarget } from './db/target.ts'
import { openClusterKey } from './events/keys.ts'
import { createKeyStore, type KeyStore } from './events/key-store.ts'
import type { Log } from './events/log.ts'
import { mainLog, type LogId } from './events/log-id.ts'
import { postgresLog } from './events/postgres-log.ts'
import { readEndpoint, type Endpoint } from './endpoint-file.ts'
import { redactWith } from './history/redact.ts'
import type { HistorySource } from './history/source.ts'
import { readIdentity, type Identity } from './identity.ts'
import { builtIn, createRegistry } from './resources/registry.ts'

/** A cluster's log as a command opens it, whether its klio runs or not. Nothing is written. */
export interface LocalCluster {
  readonly dataDir: string
  readonly identity: Identity
  readonly endpoint: Endpoint | undefined
  readonly id: LogId
  /** Reads only; enters as the owner. */
  readonly db: Database
  readonly owner: DatabaseTarget
  readonly keys: KeyStore
  readonly log: Log
  readonly source: HistorySource
  /** Ends the connections, and a PostgreSQL that was started for this command. */
  close(): Promise<void>
}

/** Opens the log of a data dir; a text names what stands in the way. */
export async function openLocal(
  dataDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Result<LocalCluster, string>> {
  const identity = readIdentity(dataDir)
  if (!identity)
    return err(
      `${dataDir} holds no cluster: give the folder that "klio start" used with --data-dir`,
    )
  const key = openClusterKey(env['KLIO_CLUSTER_KEY_FILE'] ?? join(dataDir, 'cluster.key'))
  if (!key.ok) return err(key.error.message)
  const server = await findServer(dataDir, env)
  if (!server.ok) return server
  const { owner, stop } = server.value
  const id = mainLog(schemaOf(identity.name))
  const db = openPool(owner, {
    purpose: 'history',
    settings: { default_transaction_read_only: 'on' },
  })
  const keys = createKeyStore(db, id.schema, key.value)
  const log = postgresLog({ id, target: owner, clusterKey: key.value })
  const close = async () => {
    await Promise.all([db.end({ timeout: 1 }), log.close()])
    await stop()
  }
  try {
    const [ids] = await keys.all('ids')
    const source: HistorySource = {
      log,
      registry: createRegistry(builtIn),
      now: () => Date.now(),
      redact: redactWith(ids?.secret ?? key.value),
    }
    return ok({
      dataDir,
      identity,
      endpoint: readEndpoint(dataDir),
      id,
      db,
      owner,
      keys,
      log,
      source,
      close,
    })
  } catch (error) {
    await close()
    return err(
      `the log of ${identity.name} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

interface Server {
  readonly owner: DatabaseTarget
  readonly stop: () => Promise<void>
}

/** The embedded PostgreSQL (started if it does not run, and ended again), or the one DATABASE_URL names. */
async function findServer(
  dataDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Result<Server, string>> {
  if (existsSync(join(dataDir, 'postgres', 'data', 'PG_VERSION'))) {
    const opened = await openEmbedded(dataDir, systemClock)
    if (!opened.ok) return err(opened.error.message)
    const { target, adopted, stop } = opened.value
    return ok({ owner: target, stop: async () => void (adopted || (await stop())) })
  }
  const target = targetFromEnvironment({ ...env })
  if (!target)
    return err(
      `the log of ${dataDir} lies in a PostgreSQL of its own: set DATABASE_URL as "klio start" had it`,
    )
  return ok({ owner: target, stop: async () => {} })
}
