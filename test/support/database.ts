import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { openEmbedded, type EmbeddedPostgres } from '../../src/db/embedded.ts'
import { openConnection } from '../../src/db/pool.ts'
import { prepareDatabase, type PreparedDatabase } from '../../src/db/prepare-database.ts'
import { targetFromEnvironment, type DatabaseTarget } from '../../src/db/target.ts'
import { ensurePartitions } from '../../src/events/partitions.ts'
import { mainLog, type LogId } from '../../src/events/log-id.ts'

/** Cluster key of every test database. */
export const TEST_CLUSTER_KEY = Buffer.alloc(32, 'klio test')

/** A schema of its own, migrated, with partitions. */
export interface TestDatabase extends PreparedDatabase {
  readonly id: LogId
}

let server: Promise<DatabaseTarget> | undefined

/** The server of this test process: DATABASE_URL or an embedded one that ends with the process. */
export function testServer(): Promise<DatabaseTarget> {
  server ??= startServer()
  return server
}

/** A fresh schema; tests in one process do not see each other. */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `t${Bun.randomUUIDv7().replaceAll('-', '').slice(-16)}`
  const prepared = await prepareDatabase(await testServer(), name, TEST_CLUSTER_KEY)
  if (!prepared.ok) throw new Error(prepared.error.message)
  const owner = openConnection(prepared.value.owner, { purpose: 'test' })
  await ensurePartitions(owner, prepared.value.schema, 0, Date.now())
  await owner.end()
  return { ...prepared.value, id: mainLog(prepared.value.schema) }
}

/** An embedded PostgreSQL of a test's own, for tests that kill it; ends with the process at the latest. */
export async function privateServer(): Promise<EmbeddedPostgres & { readonly directory: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'klio-test-'))
  const opened = await openEmbedded(directory, systemClock)
  if (!opened.ok) throw new Error(opened.error.message)
  const embedded = opened.value
  reapWithThisProcess(directory)
  return { ...embedded, directory }
}

/**
 * A test runner may be killed and never runs exit handlers: a shell that waits for its end stops the
 * server of the directory and removes it.
 */
function reapWithThisProcess(directory: string): void {
  const script = `while kill -0 ${process.pid} 2>/dev/null; do sleep 0.2; done
    kill -QUIT "$(head -1 ${directory}/postgres/data/postmaster.pid)" 2>/dev/null
    sleep 0.5; rm -rf ${directory}`
  spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' }).unref()
}

async function startServer(): Promise<DatabaseTarget> {
  const given = targetFromEnvironment(process.env)
  return given ?? (await privateServer()).target
}
