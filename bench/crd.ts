/**
 * How soon is a CRD served after it was created, and how long does a start take with many CRDs and objects?
 * `bun bench/crd.ts [crds] [objects of each]`.
 */
import { cpuSeconds, pssBytes, startKlio, type BenchCluster } from './cluster.ts'
import { rawClient, type RawClient } from './raw-client.ts'

const crds = Number(process.argv[2] ?? 100)
const objects = Number(process.argv[3] ?? 1_000)
const CONNECTIONS = 32
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

const text = { type: 'string', maxLength: 200 }
const names = (i: number) => ({ plural: `things${i}`, singular: `thing${i}`, kind: `Thing${i}`, listKind: `Thing${i}List` })
const definition = (i: number): object => ({
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition',
  metadata: { name: `things${i}.bench.example.com` },
  spec: {
    group: 'bench.example.com', scope: 'Namespaced', names: names(i),
    versions: [{
      name: 'v1', served: true, storage: true,
      subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
      additionalPrinterColumns: [{ name: 'Size', type: 'string', jsonPath: '.spec.size' }],
      schema: { openAPIV3Schema: {
        type: 'object',
        properties: {
          spec: {
            type: 'object', required: ['size'],
            'x-kubernetes-validations': [{ rule: 'self.replicas >= 0 && self.size != "XXL"' }],
            properties: {
              size: { ...text, enum: ['S', 'M', 'L', 'XL', 'XXL'] }, replicas: { type: 'integer', minimum: 0, default: 1 },
              image: { ...text, pattern: '^[a-z0-9./:-]+$' }, labels: { type: 'object', additionalProperties: text },
              ports: {
                type: 'array', maxItems: 20, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'],
                items: {
                  type: 'object', required: ['name'],
                  properties: { name: text, port: { 'x-kubernetes-int-or-string': true }, protocol: { ...text, default: 'TCP' } },
                },
              },
            },
          },
          status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      } },
    }],
  },
})
const thing = (i: number, name: string): string => JSON.stringify({
  apiVersion: 'bench.example.com/v1', kind: names(i).kind, metadata: { name, labels: { app: 'bench', 'bench.example.com/kind': `${i}` } },
  spec: {
    size: 'L', replicas: 3, image: 'registry.example.com/team/app:1.27', labels: Object.fromEntries(Array.from({ length: 10 }, (_, k) => [`key-${k}`, `value-${k}`.repeat(4)])),
    ports: [{ name: 'http', port: 80 }, { name: 'https', port: 'tls' }, { name: 'metrics', port: 9090, protocol: 'UDP' }],
  },
})
const path = (i: number): string => `/apis/bench.example.com/v1/namespaces/default/${names(i).plural}`

let cluster = await startKlio({ roles: 'api,controllers' })
try {
  const client = await rawClient(cluster.url, cluster.token)
  const served: number[] = []
  for (let i = 0; i < crds; i++) served.push(await untilServed(client, i))
  client.close()
  served.sort((a, b) => a - b)
  const at = (share: number): string => served[Math.min(served.length - 1, Math.floor(served.length * share))]!.toFixed(1)
  console.log(`${crds} CRDs: first object stored after p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${at(1)} ms`)
  const from = performance.now()
  const busy = cpuSeconds(cluster.pid, cluster.pid)
  await fill(cluster)
  const seconds = (performance.now() - from) / 1000
  const micros = ((cpuSeconds(cluster.pid, cluster.pid) - busy) * 1e6) / (crds * objects)
  console.log(`${crds * objects} objects in ${seconds.toFixed(1)} s: ${Math.round((crds * objects) / seconds)}/s, ${Math.round(micros)} us of the main thread each`)
  for (let round = 0; round < 3; round++) {
    await cluster.stop()
    cluster = await startKlio({ roles: 'api,controllers', again: cluster })
    const readyMs = cluster.startedMs
    const asked = performance.now()
    const again = await rawClient(cluster.url, cluster.token)
    const { code } = await again.ask('GET', `${path(crds - 1)}/x-0`)
    again.close()
    console.log(`restart to ready ${Math.round(readyMs)} ms, an object read ${Math.round(performance.now() - asked)} ms later (${code}), ${Math.round(pssBytes(cluster.pid) / 1e6)} MB PSS`)
    if (code !== 200) process.exitCode = 1
  }
} finally {
  await cluster.stop()
  await cluster.purge()
}

/** Milliseconds from asking for the CRD to an object of its kind that is stored. */
async function untilServed(client: RawClient, i: number): Promise<number> {
  const body = JSON.stringify(definition(i))
  const from = performance.now()
  const made = await client.ask('POST', CRDS, body)
  if (made.code !== 201) throw new Error(made.body.toString().slice(0, 500))
  for (;;) {
    const first = await client.ask('POST', path(i), thing(i, 'x-0'))
    if (first.code === 201) return performance.now() - from
    if (first.code !== 404) throw new Error(first.body.toString().slice(0, 500))
    await Bun.sleep(1)
  }
}

async function fill({ url, token }: BenchCluster): Promise<void> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => rawClient(url, token)))
  let next = 0
  await Promise.all(clients.map(async (client) => {
    for (let n = next++; n < crds * objects; n = next++) {
      const i = n % crds
      const name = `x-${Math.floor(n / crds)}`
      const { code, body } = await client.ask('POST', path(i), thing(i, name))
      if (code !== 201 && code !== 409) throw new Error(body.toString().slice(0, 500))
    }
    client.close()
  }))
}
