import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import {
  POSTGRES_LOG_BYTES_MAX,
  POSTGRES_START_MS_MAX,
  POSTGRES_STOP_MS_MAX,
} from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'

/**
 * PostgreSQL refuses to run as root. In a user namespace of its own root is user 1000 and still owns
 * its files, so that no other user of the machine is needed (design 1).
 */
const AS_NOBODY = ['unshare', '--user', '--map-user=1000', '--map-group=1000']

/** A program and its arguments as the user that PostgreSQL accepts. */
export const unprivileged = (program: string, args: readonly string[]): string[] =>
  process.getuid?.() === 0 ? [...AS_NOBODY, program, ...args] : [program, ...args]

/** How a short program ended. */
export interface Ended {
  readonly code: number
  readonly output: string
  readonly complaint: string
}

/** Runs a short program to its end; a program that cannot be started ends with code 127. */
export async function run(command: readonly string[]): Promise<Ended> {
  try {
    const child = Bun.spawn([...command], { stdout: 'pipe', stderr: 'pipe', stdin: 'ignore', cwd: '/' })
    const [output, complaint] = await Promise.all([
      new Response(child.stdout).text(), new Response(child.stderr).text(),
    ])
    return { code: await child.exited, output, complaint }
  } catch (error) {
    return { code: 127, output: '', complaint: String(error) }
  }
}

/** What postmaster.pid says. */
export interface Postmaster {
  readonly pid: number
  readonly ready: boolean
}

/** The running server of a data directory; undefined when there is none. */
export function runningPostmaster(pgData: string): Postmaster | undefined {
  const lines = readPidFile(pgData)?.split('\n')
  const pid = Number(lines?.[0])
  if (!lines || !Number.isInteger(pid) || pid <= 0 || !isPostgres(pid)) return undefined
  return { pid, ready: lines[7]?.trim() === 'ready' }
}

/**
 * Whether the server that had this pid a moment ago lives, by one look at `PID (postgres) STATE ...`;
 * false where that cannot be told so cheaply. Source: proc(5) stat.
 */
export function isRunning(pid: number): boolean {
  try {
    const [, state] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(' (postgres) ')
    return state !== undefined && state[0] !== 'Z'
  } catch {
    return false
  }
}

/** Waits while a server that was found replays its log or ends; undefined when it ended. */
export async function settledPostmaster(pgData: string, clock: Clock): Promise<Postmaster | undefined> {
  const until = clock.monotonicMs() + POSTGRES_START_MS_MAX
  for (;;) {
    const found = runningPostmaster(pgData)
    if (!found || found.ready || clock.monotonicMs() > until) return found
    await clock.sleep(5)
  }
}

/** Why PostgreSQL did not start; the text is for people. */
export type StartError = { readonly message: string }

/**
 * Starts the server as a process of its own that outlives klio, and waits until it accepts
 * connections. While backends of a killed server end, a start fails: it is tried again until then.
 */
export async function startPostmaster(
  native: string,
  pgData: string,
  log: string,
  clock: Clock,
): Promise<Result<Postmaster, StartError>> {
  const until = clock.monotonicMs() + POSTGRES_START_MS_MAX
  let pauseMs = 10
  for (;;) {
    const outcome = await attempt(native, pgData, log, clock, until)
    if (outcome) return ok(outcome)
    const said = lastLines(log)
    const transient = /still in use|lock file .* already exists|Is another postmaster/i.test(said)
    if (!transient || clock.monotonicMs() >= until) {
      return err({ message: `PostgreSQL did not start: ${said || 'it said nothing'} (see ${log})` })
    }
    await clock.sleep(pauseMs)
    pauseMs = Math.min(pauseMs * 2, 200)
  }
}

async function attempt(
  native: string,
  pgData: string,
  log: string,
  clock: Clock,
  until: number,
): Promise<Postmaster | undefined> {
  if (existsSync(log) && statSync(log).size > POSTGRES_LOG_BYTES_MAX) truncateSync(log)
  const output = openSync(log, 'a', 0o600)
  const [program, ...args] = unprivileged(join(native, 'bin', 'postgres'), ['-D', pgData])
  const child = spawn(program!, args, { detached: true, stdio: ['ignore', output, output], cwd: '/' })
  closeSync(output)
  let ended = false
  child.on('exit', () => { ended = true })
  child.on('error', () => { ended = true })
  child.unref()
  while (!ended && clock.monotonicMs() < until) {
    const found = runningPostmaster(pgData)
    if (found?.ready && found.pid === child.pid) return found
    await clock.sleep(5)
  }
  return undefined
}

/** Ends the server: open transactions are rolled back, a checkpoint is written. */
export async function stopPostmaster(pgData: string, clock: Clock): Promise<Result<void, StartError>> {
  const found = runningPostmaster(pgData)
  if (!found) return ok(undefined)
  process.kill(found.pid, 'SIGINT')
  const until = clock.monotonicMs() + POSTGRES_STOP_MS_MAX
  while (isPostgres(found.pid)) {
    if (clock.monotonicMs() > until) {
      return err({ message: `PostgreSQL (process ${found.pid}) did not end in ${POSTGRES_STOP_MS_MAX} ms` })
    }
    await clock.sleep(5)
  }
  rmSync(join(pgData, 'postmaster.pid'), { force: true })
  return ok(undefined)
}

function readPidFile(pgData: string): string | undefined {
  try {
    return readFileSync(join(pgData, 'postmaster.pid'), 'utf8')
  } catch {
    return undefined
  }
}

/** Whether a process lives and is a PostgreSQL: its number may belong to another one after a boot. */
function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux') return true
  try {
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]
    return state?.[0] !== 'Z' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
  } catch {
    return false
  }
}

function lastLines(log: string): string {
  if (!existsSync(log)) return ''
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-4).join(' / ')
}
