/**
 * How long from an empty data dir until examples/test-pod.yaml runs (its image is present), and how long does a second
 * start take to be ready? Runs each as often as asked and shows the median. `bun bench/start.ts [rounds]`
 */
import { parse } from 'yaml'
import { startKlio, type BenchCluster } from './cluster.ts'

const rounds = Number(process.argv[2] ?? 3)
const FIRST_MAX = 2_500
const SECOND_MAX = 1_000
const POD = '/api/v1/namespaces/default/pods'
const manifest = JSON.stringify(parse(await Bun.file('examples/test-pod.yaml').text()))

const first: number[] = []
const ready: number[] = []
const second: number[] = []
for (let round = 0; round < rounds; round++) {
  const from = performance.now()
  const cluster = await startKlio()
  let last = cluster
  try {
    ready.push(cluster.startedMs)
    await running(cluster)
    first.push(performance.now() - from)
    await cluster.stop()
    last = await startKlio({ again: cluster })
    second.push(last.startedMs)
  } finally {
    await last.purge()
  }
}
console.log(`empty data dir to ready ${middle(ready)} ms, to test-pod Running ${middle(first)} ms (at most ${FIRST_MAX}); second start to ready ${middle(second)} ms (at most ${SECOND_MAX})`)
process.exitCode = middle(first) <= FIRST_MAX && middle(second) <= SECOND_MAX ? 0 : 1

/** Creates the example and waits until its status says Running. */
async function running({ url, token }: BenchCluster): Promise<void> {
  const ask = (method: string, path: string, body?: string): Promise<Response> =>
    fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
      tls: { rejectUnauthorized: false },
    } as RequestInit)
  const made = await ask('POST', POD, manifest)
  if (!made.ok) throw new Error(await made.text())
  for (;;) {
    const { status } = (await (await ask('GET', `${POD}/test-pod`)).json()) as { status?: { phase?: string } }
    if (status?.phase === 'Running') return
    await Bun.sleep(5)
  }
}

function middle(of: readonly number[]): number {
  return Math.round(of.toSorted((a, b) => a - b)[of.length >> 1] ?? Number.NaN)
}
