/**
 * What does a request cost through the whole of klio: TLS, authentication, decision, log, answer?
 * `HEY=path bun bench/requests.ts [requests] [connections] [POST|GET] [flags of start...]`. Starts klio
 * on an empty directory, drives it with hey, and prints the rate, the median and the microseconds
 * of CPU that one request takes of klio's main thread, its other threads, PostgreSQL and hey.
 * PRELOAD=file is given to bun, for profilers.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { POD } from './pod-body.ts'

const [requests = '20000', connections = '64', method = 'POST', ...flags] = process.argv.slice(2)
const hey = process.env['HEY'] ?? 'hey'
const preload = process.env['PRELOAD']
const dir = mkdtempSync(join(tmpdir(), 'klio-bench-'))
const port = 17_443
const kubeconfig = join(dir, 'kubeconfig')
const main = join(import.meta.dirname, '../src/main.ts')
const klio = Bun.spawn(
  [process.execPath, ...(preload ? ['--preload', preload] : []), main, 'start', '--name', 'bench-requests',
    '--data-dir', join(dir, 'data'), '--port', String(port), '--kubeconfig', kubeconfig, ...flags],
  { stdout: 'ignore', stderr: Bun.file(join(dir, 'log')) },
)
try {
  const base = `https://127.0.0.1:${port}`
  await waitFor(`${base}/readyz`)
  const token = /token: (\S+)/.exec(readFileSync(kubeconfig, 'utf8'))![1]!
  await send(`${base}/api/v1/namespaces`, token, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } })
  await send(`${base}/api/v1/namespaces/bench/serviceaccounts`, token, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
  const body = join(dir, 'pod.json')
  writeFileSync(body, JSON.stringify(POD))
  const pods = `${base}/api/v1/namespaces/bench/pods`
  const load = (count: number, url: string) => drive([
    '-n', String(count), '-c', connections, '-m', method, '-T', 'application/json', '-H', `Authorization: Bearer ${token}`,
    ...(method === 'POST' ? ['-D', body] : []), url,
  ])
  const made = (await send(pods, token, POD)) as { metadata: { name: string } }
  const url = method === 'POST' ? pods : `${pods}/${made.metadata.name}`
  await load(Math.ceil(Number(requests) / 4), url)
  const before = cpuNow()
  const { rate, medianMs, bad, cpuMicros } = await load(Number(requests), url)
  const after = cpuNow()
  const per = (name: keyof typeof after) => Math.round((after[name] - before[name]) / Number(requests))
  console.log(
    `${method} ${connections} connections: ${Math.round(rate)}/s, median ${medianMs} ms, refused ${bad}; CPU in us a request: ` +
      `main ${per('main')}, other threads ${per('others')}, PostgreSQL ${per('postgres')}, hey ${Math.round(cpuMicros / Number(requests))}`,
  )
  if (preload) {
    klio.kill('SIGUSR2')
    await Bun.sleep(Number(process.env['PROFILE_MS'] ?? 3_000))
  }
} finally {
  klio.kill('SIGTERM')
  await klio.exited
  await Bun.spawn([process.execPath, main, 'down', '--purge', '--data-dir', join(dir, 'data')], { stdout: 'ignore', stderr: 'ignore' }).exited
  rmSync(dir, { recursive: true, force: true })
}

async function waitFor(url: string): Promise<void> {
  const end = Date.now() + 60_000
  while (Date.now() < end) {
    const answer = await fetch(url, { tls: { rejectUnauthorized: false } }).catch(() => undefined)
    if (answer?.ok) return
    await Bun.sleep(50)
  }
  throw new Error(`klio is not ready: ${readFileSync(join(dir, 'log'), 'utf8').slice(-500)}`)
}

async function send(url: string, token: string, value: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST', body: JSON.stringify(value), tls: { rejectUnauthorized: false },
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  })
  if (!answer.ok && answer.status !== 409) throw new Error(await answer.text())
  return answer.json()
}

async function drive(args: string[]) {
  const child = Bun.spawn([hey, ...args], { stdout: 'pipe', stderr: 'inherit' })
  const text = await new Response(child.stdout).text()
  await child.exited
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0)
  const ok = number(/\[20[01]\]\t(\d+)/)
  return {
    rate: number(/Requests\/sec:\s+([\d.]+)/),
    medianMs: number(/50%+ in ([\d.]+)/) * 1000,
    bad: Number(args[1]) - ok,
    cpuMicros: Number(child.resourceUsage()!.cpuTime.total),
  }
}

/** Microseconds of CPU so far; the clock of /proc ticks 100 times a second. */
function cpuNow() {
  const ticks = (path: string): number => {
    try {
      const fields = readFileSync(path, 'utf8').split(') ')[1]!.split(' ')
      return (Number(fields[11]) + Number(fields[12])) * 10_000
    } catch {
      return 0 // ended meanwhile
    }
  }
  const main = ticks(`/proc/${klio.pid}/task/${klio.pid}/stat`)
  const postgres = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).startsWith('postgres'))
  return {
    main,
    others: ticks(`/proc/${klio.pid}/stat`) - main,
    postgres: postgres.reduce((sum, pid) => sum + ticks(`/proc/${pid}/stat`), 0),
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8')
  } catch {
    return ''
  }
}
