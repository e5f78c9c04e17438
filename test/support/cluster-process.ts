import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { findContext } from '../../src/cli/kube-context.ts'
import { findEngine } from '../../src/docker/endpoint.ts'
import type { KubeObject } from '../../src/meta/object.ts'
import { ensureImages } from './images.ts'
import { until } from './until.ts'

const ROOT = join(import.meta.dir, '..', '..')
const READY_MS = 60_000
const END_MS = 30_000

/** A klio of its own process on this machine's Docker, in a folder of its own. */
export interface ClusterProcess {
  readonly name: string
  readonly dataDir: string
  readonly kubeconfig: string
  readonly port: number
  pid(): number
  /** Cluster uid: everything klio makes on the machine carries it. */
  uid(): string
  /** Asks the API as its admin. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** Certificate authority and token of the kubeconfig. */
  access(): { server: string; authority: string; token: string }
  /** A klio command on this cluster. */
  klio(...args: string[]): Promise<Ended>
  start(): Promise<void>
  /** SIGTERM and wait: pods keep running. */
  stop(): Promise<void>
  /** SIGKILL and wait. */
  kill(): Promise<void>
  /** `klio down --purge`; throws when it fails. */
  purge(): Promise<void>
  /** What the cluster has left on the machine, as lines; empty after a purge. */
  left(): string[]
  [Symbol.asyncDispose](): Promise<void>
}

/** How a command ended. */
export interface Ended {
  readonly code: number
  readonly out: string
  readonly error: string
}

/** What runs klio: KLIO_PROGRAM (words), the checkout, or an executable made by `scripts/build`. */
export type Program = readonly string[]

const PROGRAM: Program = process.env['KLIO_PROGRAM']?.split(' ') ?? ['bun', join(ROOT, 'src', 'main.ts')]

/** Makes a data dir, starts klio in it and waits until it is ready; the images of examples/ are there. */
export async function startCluster(
  base: string,
  program: Program = PROGRAM,
  variables: Readonly<Record<string, string | undefined>> = {},
): Promise<ClusterProcess> {
  await prepareImages()
  // Two checkouts may run their tests at a time, and a killed run leaves its network behind.
  const name = `${base}-${process.pid.toString(36)}`
  const folder = mkdtempSync(join(tmpdir(), 'klio-e2e-'))
  const dataDir = join(folder, 'data')
  const kubeconfig = join(folder, 'kubeconfig')
  const log = Bun.file(join(folder, 'log'))
  const port = await freePort()
  const flags = ['--name', name, '--data-dir', dataDir, '--port', String(port), '--kubeconfig', kubeconfig]
  const environment = { ...process.env, KUBECONFIG: kubeconfig, ...variables }
  let child: Bun.Subprocess | undefined
  let identity: Made | undefined
  purgeAfterThisProcess(program, folder)

  const cluster: ClusterProcess = {
    name, dataDir, kubeconfig, port,
    pid: () => child?.pid ?? 0,
    uid: () => made().uid,
    access() {
      const found = findContext([kubeconfig], name)
      if (!found?.authority || !found.token) throw new Error(`${kubeconfig} has no context ${name}`)
      return { server: found.server, authority: found.authority, token: found.token }
    },
    fetch(path, init = {}) {
      const { server, authority, token } = cluster.access()
      const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string> | undefined) }
      return fetch(`${server}${path}`, { ...init, headers, tls: { ca: authority } })
    },
    klio: (...args) => output([...program, ...args], environment),
    async start() {
      child = Bun.spawn([...program, 'start', ...flags], { env: environment, cwd: folder, stdout: log, stderr: log, stdin: 'ignore' })
      const said = async () => `klio says:\n${(await log.text()).split('\n').slice(-12).join('\n')}`
      try {
        await Promise.race([
          until('klio is ready', () => isReady(cluster), READY_MS),
          child.exited.then((code) => Promise.reject(new Error(`klio ended with code ${code}`))),
        ])
      } catch (error) {
        throw new Error(`${String(error)}; ${await said()}`)
      }
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async purge() {
      const before = made()
      const done = await cluster.klio('down', '--purge', '--data-dir', dataDir)
      if (done.code !== 0) throw new Error(`klio down --purge: ${done.error || done.out}`)
      await child?.exited
      const left = leftOf(before)
      if (left.length > 0) throw new Error(`klio down --purge leaves:\n${left.join('\n')}`)
    },
    left: () => leftOf(made()),
    async [Symbol.asyncDispose]() {
      if (existsSync(join(dataDir, 'cluster.json'))) await cluster.purge()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  function made(): Made {
    return (identity ??= JSON.parse(readFileSync(join(dataDir, 'cluster.json'), 'utf8')) as Made)
  }
  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    child?.kill(signal)
    const ended = await Promise.race([child?.exited, Bun.sleep(END_MS).then(() => 'late')])
    if (ended === 'late') throw new Error(`klio does not end on ${signal}`)
  }
  await cluster.start()
  return cluster
}

async function isReady(cluster: ClusterProcess): Promise<boolean> {
  if (!existsSync(cluster.kubeconfig)) return false
  const answer = await cluster.fetch('/readyz').catch(() => undefined)
  return answer?.ok === true
}

/** An object of the API; undefined when there is none. Throws for any other refusal. */
export async function getObject<O extends KubeObject>(cluster: ClusterProcess, path: string): Promise<O | undefined> {
  const answer = await cluster.fetch(path)
  if (answer.status === 404) return undefined
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as O
}

/** The items of a list. */
export async function listObjects<O extends KubeObject>(cluster: ClusterProcess, path: string): Promise<O[]> {
  const answer = await cluster.fetch(path)
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { items: O[] }).items
}

/** Runs a command to its end. */
export async function output(command: readonly string[], env: Record<string, string | undefined> = process.env): Promise<Ended> {
  const child = Bun.spawn([...command], { env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const [out, error] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, out, error }
}

/** KLIO_KUBECTL, the conformance suite's kubectl, or the one in PATH; undefined when there is none. */
export function findKubectl(): string | undefined {
  const cached = join(homedir(), '.cache/klio-conformance/v1.37.2/bin/kubectl')
  const named = process.env['KLIO_KUBECTL']
  if (named) return named
  return existsSync(cached) ? cached : (Bun.which('kubectl') ?? undefined)
}

/** What a cluster chose when it was made, from its data dir. */
interface Made {
  readonly uid: string
  readonly serviceCidr: string
  readonly loadBalancerCidr: string
}

/** Containers, networks, volumes, tables, rules and routes of a cluster. */
function leftOf({ uid, serviceCidr, loadBalancerCidr }: Made): string[] {
  const lines = (...command: string[]) => Bun.spawnSync(command).stdout.toString().trim().split('\n').filter(Boolean)
  const label = `label=io.klio.cluster=${uid}`
  const own = (line: string): boolean => line.includes(uid.slice(0, 8))
  return [
    ...lines('docker', 'ps', '-a', '--filter', label, '--format', 'container {{.Names}}'),
    ...lines('docker', 'network', 'ls', '--filter', label, '--format', 'network {{.Name}}'),
    ...lines('docker', 'volume', 'ls', '--filter', label, '--format', 'volume {{.Name}}'),
    ...lines('nft', 'list', 'tables').filter(own),
    ...lines('iptables', '-S').filter(own),
    ...lines('ip', 'route', 'show', 'table', 'local').filter((line) => line.includes(serviceCidr) || line.includes(loadBalancerCidr)),
  ]
}

async function prepareImages(): Promise<void> {
  const engine = await findEngine({ env: process.env, home: homedir() })
  if (!engine.ok) throw new Error(engine.error.message)
  await ensureImages(engine.value)
  await engine.value.close()
}

/** A port that nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

/** A test runner may be killed and never runs its handlers: a shell that waits for its end cleans up. */
function purgeAfterThisProcess(program: Program, folder: string): void {
  const command = program.map((word) => `'${word}'`).join(' ')
  const script = `while kill -0 ${process.pid} 2>/dev/null && [ -d ${folder} ]; do sleep 0.5; done
    [ -d ${folder} ] || exit 0
    ${command} down --purge --data-dir ${folder}/data; rm -rf ${folder}`
  spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' }).unref()
}
