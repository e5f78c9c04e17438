import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Superuser of the embedded PostgreSQL; owner of klio's schemas. */
export const EMBEDDED_OWNER = 'klio'
/** A unix socket has no real port, only a number in its file's name. */
export const EMBEDDED_PORT = 5432
/** sun_path holds 108 bytes, the file's name takes 17 of them. */
const SOCKET_DIRECTORY_BYTES_MAX = 88

/**
 * Where the socket lies: beside the data, or, where that path is too long for a socket, in a private
 * directory of the temporary one that is named after it.
 */
export function socketDirectory(dataDir: string): string {
  const beside = join(dataDir, 'socket')
  if (Buffer.byteLength(beside) <= SOCKET_DIRECTORY_BYTES_MAX) return beside
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  return join(tmpdir(), `klio-${name}`)
}

/** Makes the directory of the socket, closed to every other user. */
export function makeSocketDirectory(dataDir: string): string {
  const directory = socketDirectory(dataDir)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  chmodSync(directory, 0o700)
  return directory
}

/**
 * Writes the server's settings; again at each start, so that a new klio brings its own. Durability
 * is on by name. Memory is small: buffers are the operating system's page cache's work here. The
 * write-ahead log is sized so that a minute of 9,000 creates a second makes one checkpoint.
 */
export function writeConfiguration(pgData: string, socket: string, version: number): void {
  const lines = [
    "listen_addresses = ''",
    `unix_socket_directories = '${socket.replaceAll("'", "''")}'`,
    'unix_socket_permissions = 0700',
    `port = ${EMBEDDED_PORT}`,
    'max_connections = 40',
    'fsync = on',
    'full_page_writes = on',
    'synchronous_commit = on',
    'data_sync_retry = off',
    'shared_buffers = 32MB',
    'wal_buffers = 4MB',
    'work_mem = 4MB',
    'maintenance_work_mem = 32MB',
    'jit = off',
    'wal_level = minimal',
    'max_wal_senders = 0',
    'max_replication_slots = 0',
    'max_logical_replication_workers = 0',
    'max_worker_processes = 1',
    'max_parallel_workers = 0',
    'max_parallel_workers_per_gather = 0',
    'max_parallel_maintenance_workers = 0',
    'autovacuum_max_workers = 1',
    'autovacuum_naptime = 1min',
    'checkpoint_timeout = 5min',
    'checkpoint_completion_target = 0.9',
    'min_wal_size = 64MB',
    'max_wal_size = 1GB',
    "timezone = 'UTC'",
    "datestyle = 'ISO'",
    "log_timezone = 'UTC'",
    "log_line_prefix = '%m [%p] '",
    'log_checkpoints = off',
    ...(version >= 18 ? ["io_method = 'sync'", 'autovacuum_worker_slots = 1'] : []),
  ]
  writeFileSync(join(pgData, 'postgresql.conf'), `${lines.join('\n')}\n`, { mode: 0o600 })
  writeFileSync(join(pgData, 'pg_hba.conf'), 'local all all scram-sha-256\n', { mode: 0o600 })
}
