import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A klio of its own for one benchmark: started from this checkout in a fresh data dir. */
export interface BenchCluster {
  readonly url: URL
  readonly token: string
  readonly dataDir: string
  readonly kubeconfig: string
  /** The klio process. */
  readonly pid: number
  /** Milliseconds from spawn to ready. */
  readonly startedMs: number
  /** Ends the process and leaves what it made. */
  stop(): Promise<void>
  /** Takes all of it away. */
  purge(): Promise<void>
}

/** What a benchmark may choose. */
export interface BenchStart {
  readonly roles?: string
  /** A data dir that an earlier start made. */
  readonly again?: BenchCluster
  /** Program and arguments before klio's own: a profiler's preload, an executable. */
  readonly program?: readonly string[]
}

/** Starts klio and waits until it is ready. */
export async function startKlio({ roles, again, program = bunProgram() }: BenchStart = {}): Promise<BenchCluster> {
  const dataDir = again?.dataDir ?? mkdtempSync(join(tmpdir(), 'klio-bench-'))
  const name = dataDir.slice(dataDir.lastIndexOf('/') + 1).toLowerCase()
  const kubeconfig = `${dataDir}.kubeconfig`
  const flags = ['--name', name, '--data-dir', dataDir, '--kubeconfig', kubeconfig]
  const port = Number(again?.url.port ?? process.env['PORT'] ?? (await freePort()))
  const from = performance.now()
  const child = Bun.spawn(
    [...program, 'start', ...flags, '--port', String(port), ...(roles === undefined ? [] : ['--roles', roles])],
    { stdout: Bun.file(`${dataDir}.log`), stderr: 'pipe' },
  )
  const said = await readyLine(child.stderr)
  if (said !== undefined) throw new Error(`klio ended: ${said}`)
  const startedMs = performance.now() - from
  const config = readFileSync(kubeconfig, 'utf8')
  return {
    url: new URL(/server: "?([^"\n]+)/.exec(config)![1]!),
    token: /token: "?([^"\n]+)/.exec(config)![1]!,
    dataDir, kubeconfig, startedMs,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM')
      await child.exited
    },
    async purge() {
      await Bun.spawn([...program, 'down', '--purge', ...flags], { stdout: 'ignore', stderr: 'inherit' }).exited
      await child.exited
      Bun.spawnSync(['rm', '-rf', dataDir, kubeconfig, `${dataDir}.log`])
    },
  }
}

const isProfiled = process.env['BENCH_PROFILE'] !== undefined

const bunProgram = (): string[] => [
  process.execPath, ...(isProfiled ? ['--preload', './bench/profiler.ts'] : []), 'src/main.ts',
]

/** Samples what the main thread does in the next seconds, when `BENCH_PROFILE` names a file for it. */
export function profile({ pid }: Pick<BenchCluster, 'pid'>, seconds = 8): void {
  if (!isProfiled) return
  process.kill(pid, 'SIGUSR2')
  setTimeout(() => process.kill(pid, 'SIGUSR2'), seconds * 1000).unref()
}

/** Undefined once the terminal says ready; else the last words. */
async function readyLine(stderr: ReadableStream<Uint8Array>): Promise<string | undefined> {
  const reader = stderr.getReader()
  const decoder = new TextDecoder()
  let said = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return said
    said += decoder.decode(value)
    if (said.includes('klio is ready')) break
  }
  void (async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) process.stderr.write(next.value)
  })()
  return undefined
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** Process ids of the cluster's own PostgreSQL: the postmaster first, then its children. */
export function postgresPids({ dataDir }: Pick<BenchCluster, 'dataDir'>): number[] {
  const file = join(dataDir, 'postgres', 'data', 'postmaster.pid')
  const master = Number(readable(file)?.split('\n')[0] || Number.NaN)
  return Number.isInteger(master) ? [master, ...childrenOf(master)] : []
}

/** Children of a process, and theirs. */
export function childrenOf(pid: number): number[] {
  const direct = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && parentOf(Number(entry)) === pid)
    .map(Number)
  return direct.flatMap((child) => [child, ...childrenOf(child)])
}

const TICKS_PER_SECOND = 100

/** Seconds of CPU that a process (or one thread of it) used so far. Source: proc(5) stat 14 and 15. */
export function cpuSeconds(pid: number, thread?: number): number {
  const fields = statOf(thread === undefined ? `/proc/${pid}/stat` : `/proc/${pid}/task/${thread}/stat`)
  return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND : 0
}

/** Proportional set size in bytes. Source: proc(5) smaps_rollup. */
export function pssBytes(pid: number): number {
  const text = readable(`/proc/${pid}/smaps_rollup`) ?? ''
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024
}

const parentOf = (pid: number): number => Number(statOf(`/proc/${pid}/stat`)?.[1] ?? 0)

function statOf(path: string): string[] | undefined {
  const stat = readable(path)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function readable(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
