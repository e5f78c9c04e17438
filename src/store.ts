import { join } from 'node:path'
import type { Clock } from './base/clock.ts'
import type { Log as Logger } from './base/log.ts'
import { err, ok, type Result } from './base/result.ts'
import { openEmbedded, type EmbeddedPostgres } from './db/embedded.ts'
import { openConnection, openPool, type Database } from './db/pool.ts'
import { prepareDatabase } from './db/prepare-database.ts'
import { targetFromEnvironment, type DatabaseTarget } from './db/target.ts'
import { openClusterKey } from './events/keys.ts'
import { createKeyStore, type KeyStore } from './events/key-store.ts'
import type { LeaderLock } from './events/leader-lock.ts'
import { BODY_CLASSES, classByIntent, type BodyClass } from './events/bodies.ts'
import type { LogEvent } from './events/log-event.ts'
import { mainLog } from './events/log-id.ts'
import { ensurePartitions, keepPartitions } from './events/partitions.ts'
import { postgresLock } from './events/postgres-lock.ts'
import { postgresLog, type PostgresLog } from './events/postgres-log.ts'
import { writeRoots } from './events/roots.ts'

/** A cluster's PostgreSQL, whoever runs it, with the log and the keys in it. */
export interface Store {
  readonly log: PostgresLog
  readonly lock: LeaderLock
  readonly keys: KeyStore
  readonly schema: string
  /** How the owner of the tables connects: migrations, verification, `klio database-url --owner`. */
  readonly owner: DatabaseTarget
  readonly app: DatabaseTarget
  readonly clusterKey: Uint8Array
  /** Told the newest revision, so that partitions are made ahead of it. */
  reached(revision: number): void
  /** Ends klio's connections; its own PostgreSQL goes on and is adopted by the next start. */
  close(): Promise<void>
  /** Ends klio's own PostgreSQL too; one that klio does not run is left alone. */
  stop(): Promise<void>
}

/** What a store is opened with. */
export interface StoreOptions {
  readonly name: string
  readonly dataDir: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly logger: Logger
}

/** Starts or finds PostgreSQL, brings the schema up to date and opens the log. */
export async function openStore(options: StoreOptions): Promise<Result<Store, string>> {
  const { name, dataDir, environment, clock, logger } = options
  const key = openClusterKey(environment['KLIO_CLUSTER_KEY_FILE'] ?? join(dataDir, 'cluster.key'))
  if (!key.ok) return err(key.error.message)
  const server = await findServer(options)
  if (!server.ok) return server
  const { target, embedded } = server.value
  const prepared = await prepareDatabase(target, name, key.value)
  if (!prepared.ok) return err(prepared.error.message)
  for (const warning of prepared.value.warnings) logger.warn(warning)
  const { owner, app, schema } = prepared.value
  const id = mainLog(schema)
  const stopped = new AbortController()
  void embedded?.watch(stopped.signal, (outcome) =>
    outcome.ok
      ? logger.warn('PostgreSQL had ended and was started again', { pid: outcome.value })
      : logger.error('PostgreSQL ended and does not start', { why: outcome.error.message }),
  )
  const log = postgresLog({ id, target: app, clusterKey: key.value, classOf: retentionClass })
  const { revision } = await headWithPartitions(log, owner, schema, clock)
  let newest = revision
  void keepPartitions(
    {
      owner, schema, clock,
      revision: () => newest,
      onProblem: (error) => logger.warn('partitions could not be made ahead', { error }),
    },
    stopped.signal,
  )
  const ownerDb: Database = openPool(owner, { purpose: 'keys', max: 2 })
  const keys = createKeyStore(ownerDb, schema, key.value)
  void writeRoots(
    {
      db: ownerDb, id, keys, clock,
      revision: () => newest,
      onProblem: (error) => logger.warn('the chain could not be signed; it is tried again', { error }),
    },
    stopped.signal,
  )
  const close = async () => {
    stopped.abort()
    await log.close()
    await ownerDb.end({ timeout: 1 })
  }
  return ok({
    log, schema, owner, app, close,
    reached: (revision) => (newest = revision),
    lock: postgresLock(app, id, clock),
    keys,
    clusterKey: key.value,
    stop: async () => {
      await close()
      await embedded?.stop()
    },
  })
}

/** How long a body is kept is a policy by class: what a node repeats is worth least (design 2). */
function retentionClass(event: LogEvent): BodyClass {
  if (event.resource === 'leases.coordination.k8s.io') return BODY_CLASSES.heartbeat
  return event.resource === 'events' ? BODY_CLASSES.event : classByIntent(event)
}

interface Server {
  target: DatabaseTarget
  embedded: EmbeddedPostgres | undefined
}

async function findServer({ dataDir, environment, clock }: StoreOptions): Promise<Result<Server, string>> {
  const target = targetFromEnvironment({ ...environment })
  if (target) return ok({ target, embedded: undefined })
  const opened = await openEmbedded(dataDir, clock)
  return opened.ok ? ok({ target: opened.value.target, embedded: opened.value }) : err(opened.error.message)
}

/** The first append needs its partitions before anything else runs. */
async function headWithPartitions(log: PostgresLog, owner: DatabaseTarget, schema: string, clock: Clock) {
  const head = await log.head()
  const connection = openConnection(owner, { purpose: 'partitions' })
  try {
    await ensurePartitions(connection, schema, head.revision, clock.now())
  } finally {
    await connection.end({ timeout: 1 })
  }
  return head
}
