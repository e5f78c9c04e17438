import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { POSTGRES_WATCH_MS } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import {
  EMBEDDED_OWNER,
  EMBEDDED_PORT,
  makeSocketDirectory,
  writeConfiguration,
} from './embedded-conf.ts'
import { linkLibraries, nativeDirectory, unpackNative } from './embedded-native.ts'
import {
  isRunning, run, runningPostmaster, settledPostmaster, startPostmaster, stopPostmaster, unprivileged, type StartError,
} from './embedded-process.ts'
import type { DatabaseTarget } from './target.ts'

/** klio's own PostgreSQL: a real server in the data directory, reached by a private unix socket. */
export interface EmbeddedPostgres {
  /** How its owner (a superuser) connects. */
  readonly target: DatabaseTarget
  /** Process id of its postmaster. */
  pid(): number
  /** Whether this start found it running. */
  readonly adopted: boolean
  /** Starts it again whenever it ends, until the signal aborts; reports each start. */
  watch(signal: AbortSignal, onRestart: (outcome: Result<number, StartError>) => void): Promise<void>
  stop(): Promise<Result<void, StartError>>
}

/** Makes (once), starts or adopts the PostgreSQL of a data directory. */
export async function openEmbedded(dataDir: string, clock: Clock): Promise<Result<EmbeddedPostgres, StartError>> {
  const home = join(dataDir, 'postgres')
  const pgData = join(home, 'data')
  const log = join(home, 'postgres.log')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const program = await findNative(join(dataDir, 'native'))
  if (!program.ok) return program
  const native = program.value
  linkLibraries(native)
  const major = await majorOf(native)
  const made = existsSync(join(pgData, 'PG_VERSION')) ? sameMajor(pgData, major) : await initialise(native, home, pgData)
  if (!made.ok) return made

  const socket = makeSocketDirectory(home)
  const found = await settledPostmaster(pgData, clock)
  let pid = found?.pid ?? 0
  const start = async (): Promise<Result<number, StartError>> => {
    writeConfiguration(pgData, socket, major)
    const started = await startPostmaster(native, pgData, log, clock)
    if (started.ok) pid = started.value.pid
    return started.ok ? ok(pid) : started
  }
  if (!found) {
    const started = await start()
    if (!started.ok) return started
  }
  const password = readFileSync(join(home, 'password'), 'utf8').trim()
  const target = { host: socket, port: EMBEDDED_PORT, user: EMBEDDED_OWNER, password, database: 'postgres' }
  return ok({
    target,
    pid: () => pid,
    adopted: found !== undefined,
    watch: async (signal, onRestart) => {
      for (; !signal.aborted; await clock.sleep(POSTGRES_WATCH_MS, signal)) {
        if (!isRunning(pid) && !runningPostmaster(pgData)) onRestart(await start())
      }
    },
    stop: () => stopPostmaster(pgData, clock),
  })
}

const noNative =
  'this klio carries no PostgreSQL for this platform: set DATABASE_URL to a PostgreSQL 15 or newer'

async function findNative(unpacked: string): Promise<Result<string, StartError>> {
  const there = nativeDirectory(unpacked)
  if (there) return ok(there)
  const carried = await unpackNative(unpacked)
  if (!carried.ok) return err({ message: carried.error })
  return carried.value ? ok(carried.value) : err({ message: noNative })
}

/** Makes the cluster in a folder beside its place, so that a half-made one is never taken for whole. */
async function initialise(native: string, home: string, pgData: string): Promise<Result<void, StartError>> {
  const draft = join(home, 'data.new')
  const passwordFile = join(home, 'password')
  rmSync(draft, { recursive: true, force: true })
  writeFileSync(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 })
  chmodSync(home, 0o700)
  const made = await run(unprivileged(join(native, 'bin', 'initdb'), [
    '-D', draft, '-U', EMBEDDED_OWNER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256',
    '--data-checksums', '--no-locale', '-E', 'UTF8', '--no-instructions',
  ]))
  if (made.code !== 0) {
    const why = made.complaint.trim().split('\n').slice(-2).join(' / ')
    const remedy = process.getuid?.() === 0
      ? ' (as root klio needs `unshare --user`; start it as another user or set DATABASE_URL)' : ''
    return err({ message: `PostgreSQL's data could not be made: ${why}${remedy}` })
  }
  renameSync(draft, pgData)
  return ok(undefined)
}

/** initdb records the major version in PG_VERSION; another major cannot read these files. */
function sameMajor(pgData: string, major: number): Result<void, StartError> {
  const made = Number(readFileSync(join(pgData, 'PG_VERSION'), 'utf8'))
  if (made === major) return ok(undefined)
  return err({
    message: `the data in ${pgData} belongs to PostgreSQL ${made}, this klio carries ${major}: ` +
      `export with the klio that made it, then import`,
  })
}

async function majorOf(native: string): Promise<number> {
  const said = (await run([join(native, 'bin', 'postgres'), '--version'])).output
  return Number(/\(PostgreSQL\) (\d+)/.exec(said)?.[1] ?? 0)
}
