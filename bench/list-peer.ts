/**
 * LIST of all Pods: klio against kube-apiserver and etcd in one run, with the same Pods, and what each keeps resident
 * then. One side at a time, so that neither takes the other's cores.
 * `PEER=../shared/conformance/peer bun bench/list-peer.ts [pods] [rounds]` (its programs are built before).
 */
import { readFileSync } from 'node:fs'
import { postgresPids, startKlio } from './cluster.ts'
import { rawClient } from './raw-client.ts'
import { benchPod } from './speed-pod.ts'

const pods = Number(process.argv[2] ?? 40_000)
const rounds = Number(process.argv[3] ?? 5)
const peer = process.env['PEER'] ?? '../shared/conformance/peer'
const CONNECTIONS = 64
const PODS = '/api/v1/namespaces/bench/pods'
const POD = JSON.stringify(benchPod(false))

interface Side {
  readonly url: URL
  readonly token: string
}

interface Listed {
  readonly ms: number
  readonly bytes: number
}

const cluster = await startKlio({ roles: 'api,controllers,scheduler' })
let ours: Listed
let resident: { klio: number; postgres: number }
try {
  await fill(cluster)
  ours = await listed(cluster)
  resident = { klio: rssBytes(cluster.pid), postgres: postgresPids(cluster).reduce((sum, pid) => sum + rssBytes(pid), 0) }
} finally {
  await cluster.purge()
}
show('klio', ours, `${mb(resident.klio)} MB, its PostgreSQL ${mb(resident.postgres)} MB`)

await Bun.$`${peer} up 1`.quiet()
try {
  const side = { url: new URL('https://127.0.0.1:7443'), token: 'admintoken' }
  await fill(side)
  const theirs = await listed(side)
  const rows = (await Bun.$`${peer} rss`.text()).trim().split('\n').map((line) => line.split(' '))
  const kept = new Map(rows.map(([name, kilobytes]) => [name, Number(kilobytes) * 1024]))
  const apiserver = kept.get('apiserver') ?? 0
  show('kube-apiserver', theirs, `${mb(apiserver)} MB, its etcd ${mb(kept.get('etcd') ?? 0)} MB`)
  const faster = theirs.ms / ours.ms
  const smaller = apiserver / resident.klio
  console.log(`${faster.toFixed(1)} times as fast (goal 15), 1/${smaller.toFixed(1)} of the memory (goal 1/8)`)
  process.exitCode = faster >= 15 && smaller >= 8 ? 0 : 1
} finally {
  await Bun.$`${peer} down`.quiet()
}

/** A namespace with so many Pods that fit nowhere. */
async function fill(side: Side): Promise<void> {
  await ask(side, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } })
  while (!(await ask(side, 'GET', '/api/v1/namespaces/bench/serviceaccounts/default')).ok) await Bun.sleep(50)
  let left = pods
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = await rawClient(side.url, side.token)
      while (left-- > 0) {
        const { code, body } = await client.ask('POST', PODS, POD)
        if (code !== 201) throw new Error(`${code} ${body.toString().slice(0, 500)}`)
      }
      client.close()
    }),
  )
}

/** The median of some lists, read to the end; one before them is not counted. */
async function listed(side: Side): Promise<Listed> {
  const times: number[] = []
  let bytes = 0
  for (let round = 0; round <= rounds; round++) {
    const from = performance.now()
    const answer = await ask(side, 'GET', '/api/v1/pods')
    bytes = 0
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length
    if (round > 0) times.push(performance.now() - from)
  }
  return { ms: times.toSorted((a, b) => a - b)[rounds >> 1]!, bytes }
}

function ask({ url, token }: Side, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-encoding': 'identity' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    tls: { rejectUnauthorized: false },
  } as RequestInit)
}

function rssBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
}

function show(name: string, { ms, bytes }: Listed, memory: string): void {
  console.log(`${name}: LIST of ${pods} Pods (${mb(bytes)} MB) in ${ms.toFixed(0)} ms; resident ${memory}`)
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
