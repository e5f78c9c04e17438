// The Service proxy on nftables: first load, and one step at a time while the table is full. Runs in a
// network namespace of its own (root): `bun bench/proxy.ts [services] [endpoints of each]`.
import { systemClock } from '../src/base/clock.ts'
import { lineLog } from '../src/base/log.ts'
import type { KubeObject } from '../src/meta/object.ts'
import { startProxy } from '../src/node/proxy/proxy.ts'
import { MemorySource } from '../test/node/proxy/view-source.ts'

const SLICES = 'endpointslices.discovery.k8s.io'
const STEPS = 300

const services = Number(process.argv[2] ?? 10_000)
const endpoints = Number(process.argv[3] ?? 4)
if (process.env['KLIO_BENCH_INSIDE'] === undefined) {
  const child = Bun.spawnSync(['unshare', '-n', process.execPath, import.meta.path, String(services), String(endpoints)], {
    env: { ...process.env, KLIO_BENCH_INSIDE: '1' }, stdout: 'inherit', stderr: 'inherit',
  })
  process.exit(child.exitCode)
}

const source = new MemorySource()
for (let i = 0; i < services; i++) put(i, endpoints)
const facts = { nodeName: 'n', hostIps: ['10.42.0.1'], podCidr: '10.42.0.0/16', serviceCidr: '10.43.0.0/16', loadBalancerCidr: '10.44.0.0/24' }
const startedMs = performance.now()
const started = await startProxy({ source, clock: systemClock, log: lineLog(console.error, 'warn'), clusterUid: 'bench', facts, mode: 'nftables' })
if (!started.ok) throw new Error(started.error)
const proxy = started.value
await proxy.settled()
const loadMs = performance.now() - startedMs
console.log(`${services} Services of ${endpoints} endpoints, ${proxy.way}`)
console.log(`first load           ${loadMs.toFixed(0)} ms, ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB RSS with the objects`)

await measure('one endpoint replaced', (i) => put(i, endpoints, 1))
await measure('one endpoint fewer', (i) => put(i, endpoints - 1))
await measure('one Service more', (i) => put(services + i, endpoints))
await measure('one Service fewer', (i) => source.delete('services', 'default', `web-${services + i}`))
const burstMs = performance.now()
for (let i = 0; i < 1000; i++) put(i, endpoints, 2)
await proxy.settled()
console.log(`1,000 Services at once ${(performance.now() - burstMs).toFixed(0)} ms`)
await proxy.close()

/** From the change in the view until the kernel has it. */
async function measure(name: string, change: (i: number) => void): Promise<void> {
  const times: number[] = []
  for (let i = 0; i < STEPS; i++) {
    const fromMs = performance.now()
    change(i)
    await proxy.settled()
    times.push(performance.now() - fromMs)
  }
  times.sort((a, b) => a - b)
  const at = (share: number): string => times[Math.floor(STEPS * share)]!.toFixed(2)
  console.log(`${name.padEnd(21)}p50 ${at(0.5)} p99 ${at(0.99)} ms`)
}

function put(i: number, count: number, shift = 0): void {
  const name = `web-${i}`
  const ip = (base: number, n: number): string => `10.${base}.${(n >> 8) & 255}.${n & 255}`
  const metadata = { name, namespace: 'default' }
  source.put('services', {
    apiVersion: 'v1', kind: 'Service', metadata,
    spec: { type: 'ClusterIP', clusterIP: ip(43, i), clusterIPs: [ip(43, i)], ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 80 }] },
  } as KubeObject)
  source.put(SLICES, {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
    metadata: { name: `${name}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 + shift }],
    endpoints: Array.from({ length: count }, (_, n) => ({ addresses: [ip(42, i * endpoints + n)], nodeName: 'other', conditions: { ready: true } })),
  } as KubeObject)
}
