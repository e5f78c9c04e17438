/**
 * How fast do scheduler and controllers catch up after a load of creates? Makes Pods that fit nowhere over 64
 * connections, then waits until every one has its PodScheduled condition and its Event.
 * `bun bench/catch-up.ts [pods] [--schedulable]`; with the flag the Pods fit on a made-up node and are bound.
 */
import { cpuSeconds, postgresPids, profile, startKlio, type BenchCluster } from './cluster.ts'
import { rawClient } from './raw-client.ts'
import { benchNode, benchPod } from './speed-pod.ts'

const pods = Number(process.argv[2] ?? 45_000)
const bound = process.argv.includes('--schedulable')
const POD = JSON.stringify(benchPod(bound))
const CONNECTIONS = 64
const POLL_MS = 250
const PATIENCE_MS = 180_000
const PODS = '/api/v1/namespaces/bench/pods'
const ACCOUNT = '/api/v1/namespaces/bench/serviceaccounts/default'
const EVENTS = '/api/v1/namespaces/bench/events'

interface Counted {
  readonly items: readonly {
    readonly metadata: { readonly name: string }
    readonly spec?: { readonly nodeName?: string }
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
    readonly involvedObject?: { readonly name: string }
  }[]
  readonly metadata: { readonly remainingItemCount?: number }
}

const cluster = await startKlio({ roles: 'api,controllers,scheduler' })
try {
  const json = (method: string, path: string, body?: unknown) => ask<Counted>(cluster, method, path, body)
  await json('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } })
  while ((await ask<{ kind: string }>(cluster, 'GET', ACCOUNT)).kind === 'Status') await Bun.sleep(20)
  if (bound) await json('POST', '/api/v1/nodes', benchNode())
  const begun = spent(cluster)
  const createMs = await create(cluster)
  const loaded = spent(cluster)
  profile(cluster)
  const from = performance.now()
  const done = async (): Promise<boolean> => {
    const { items, metadata } = await json('GET', `${EVENTS}?limit=1`)
    return items.length + (metadata.remainingItemCount ?? 0) >= pods
  }
  const earlier = await json('GET', `${EVENTS}?limit=1`)
  const before = earlier.items.length + (earlier.metadata.remainingItemCount ?? 0)
  while (!(await done())) {
    if (performance.now() - from > PATIENCE_MS) throw new Error('the scheduler did not catch up')
    await Bun.sleep(POLL_MS)
  }
  const tookMs = performance.now() - from
  const after = spent(cluster)
  const without = await missing(cluster)
  console.log(
    `${pods} Pods created in ${(createMs / 1000).toFixed(1)} s (${rate(pods, createMs)}/s; ${before} done meanwhile); ` +
      `all ${bound ? 'bound' : 'told why they wait'} and their Events ${(tookMs / 1000).toFixed(1)} s later: ` +
      `${rate(pods - before, tookMs)} Pods/s, ${without} without`,
  )
  console.log(`  load:     ${split(begun, loaded, createMs, pods)}`)
  console.log(`  catch-up: ${split(loaded, after, tookMs, pods - before)}`)
  process.exitCode = without === 0 ? 0 : 1
} finally {
  await cluster.purge()
}

async function create({ url, token }: BenchCluster): Promise<number> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => rawClient(url, token)))
  const from = performance.now()
  let left = pods
  await Promise.all(
    clients.map(async (client) => {
      while (left-- > 0) {
        const { code, body } = await client.ask('POST', PODS, POD)
        if (code !== 201) throw new Error(`${code} ${body.toString().slice(0, 500)}`)
      }
      client.close()
    }),
  )
  return performance.now() - from
}

/** Pods without the condition or without an Event of their own, counted in full lists. */
async function missing(of: BenchCluster): Promise<number> {
  const events = await ask<Counted>(of, 'GET', EVENTS)
  const all = await ask<Counted>(of, 'GET', PODS)
  const told = new Set(events.items.map((event) => event.involvedObject?.name))
  const wanted = bound ? 'True' : 'False'
  return all.items.filter(
    ({ metadata, spec, status }) =>
      !told.has(metadata.name) ||
      (bound && !spec?.nodeName) ||
      !status?.conditions?.some(({ type, status: is }) => type === 'PodScheduled' && is === wanted),
  ).length
}

async function ask<T>({ url, token }: BenchCluster, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    tls: { rejectUnauthorized: false },
  } as RequestInit)
  return (await answer.json()) as T
}

interface Spent {
  readonly main: number
  readonly klio: number
  readonly postgres: number
}

function spent(of: BenchCluster): Spent {
  return {
    main: cpuSeconds(of.pid, of.pid),
    klio: cpuSeconds(of.pid),
    postgres: postgresPids(of).reduce((sum, pid) => sum + cpuSeconds(pid), 0),
  }
}

function split(from: Spent, to: Spent, ms: number, count: number): string {
  const part = (name: keyof Spent): string =>
    `${name} ${Math.round(((to[name] - from[name]) / (ms / 1000)) * 100)} % of a core, ${Math.round(((to[name] - from[name]) * 1e6) / count)} us a Pod`
  return `${part('main')}; ${part('klio')}; ${part('postgres')}`
}

function rate(count: number, ms: number): number {
  return Math.round(count / (ms / 1000))
}
