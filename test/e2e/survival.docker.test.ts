import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { ConfigMap, Pod } from '../../src/resources/generated/core.gen.ts'
import { output, startCluster, type ClusterProcess } from '../support/cluster-process.ts'
import { until } from '../support/until.ts'
import { HttpClient } from './http-client.ts'

const TEST_POD = join(import.meta.dir, '..', '..', 'examples', 'test-pod.yaml')
const WRITERS = 8
const ROUNDS = 3

let one: ClusterProcess
let two: ClusterProcess

beforeAll(async () => {
  one = await startCluster('e2e-one')
  two = await startCluster('e2e-two')
}, 120_000)
afterAll(async () => {
  await one?.[Symbol.asyncDispose]()
  await two?.[Symbol.asyncDispose]()
}, 90_000)

/** Id and start time of the container of a Pod, as Docker tells them. */
async function containerOf(client: HttpClient, pod: string): Promise<string> {
  const found = await client.get<Pod>('Pod', pod)
  const id = found?.status?.containerStatuses?.[0]?.containerID?.replace('docker://', '') ?? ''
  return (await output(['docker', 'inspect', '-f', '{{.Id}} {{.State.StartedAt}} {{.RestartCount}}', id])).out.trim()
}

const runs = (client: HttpClient, pod: string): Promise<void> =>
  until(`${pod} runs`, async () => (await client.get<Pod>('Pod', pod))?.status?.phase === 'Running')

describe('two clusters side by side', () => {
  test('take neither name, address nor range from one another', async () => {
    const ranges = async (cluster: ClusterProcess) => Bun.file(join(cluster.dataDir, 'cluster.json')).json() as Promise<Record<string, string>>
    const [left, right] = [await ranges(one), await ranges(two)]
    for (const key of ['uid', 'podCidr', 'serviceCidr', 'loadBalancerCidr', 'adminToken']) expect(left[key]).not.toBe(right[key]!)
    const stranger = await fetch(`${two.access().server}/api/v1/pods`, {
      headers: { authorization: `Bearer ${one.access().token}` }, tls: { ca: two.access().authority },
    })
    expect(stranger.status).toBe(401)
  })

  test('run a Pod of the same name each, and a purge of one leaves the other alone', async () => {
    const clients = [new HttpClient(one), new HttpClient(two)]
    for (const client of clients) await client.apply(TEST_POD)
    for (const client of clients) await runs(client, 'test-pod')
    const before = await containerOf(clients[0]!, 'test-pod')
    await two.purge()
    expect(two.left()).toEqual([])
    expect(await containerOf(clients[0]!, 'test-pod')).toBe(before)
    expect(await clients[0]!.exec('test-pod', 'hostname')).toBe('test-pod\n')
  }, 90_000)
})

describe('a cluster whose process ends', () => {
  test('leaves its pods running and adopts them at the next start', async () => {
    const client = new HttpClient(one)
    const before = await containerOf(client, 'test-pod')
    await one.stop()
    expect((await output(['docker', 'inspect', '-f', '{{.State.Running}}', before.split(' ')[0]!])).out.trim()).toBe('true')
    await one.start()
    expect(await containerOf(client, 'test-pod')).toBe(before)
    expect((await client.get<Pod>('Pod', 'test-pod'))?.status?.containerStatuses?.[0]?.restartCount).toBe(0)
    expect(await client.exec('test-pod', 'hostname')).toBe('test-pod\n')
  }, 60_000)

  test('keeps every write it acknowledged, over kill -9 in the middle of writing', async () => {
    const client = new HttpClient(one)
    const acknowledged = new Map<string, string>()
    for (let round = 0; round < ROUNDS; round++) {
      const goal = acknowledged.size + 100
      const writing = Array.from({ length: WRITERS }, (_, writer) => write(client, `r${round}-w${writer}`, acknowledged))
      await until(`${goal} writes are acknowledged`, () => acknowledged.size >= goal)
      await one.kill()
      await Promise.all(writing)
      await one.start()
    }
    const found = new Map((await client.list<ConfigMap>('ConfigMap')).map(({ metadata }) => [metadata.name!, metadata.resourceVersion!]))
    const lost = [...acknowledged].filter(([name, revision]) => found.get(name) !== revision)
    expect(lost).toEqual([])
    expect(new Set(acknowledged.values()).size).toBe(acknowledged.size)
  }, 120_000)
})

/** Creates ConfigMaps one after another until the server is gone, noting name and revision of each answer. */
async function write(client: HttpClient, prefix: string, acknowledged: Map<string, string>): Promise<void> {
  for (let n = 0; ; n++) {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${prefix}-${n}` }, data: { n: String(n) } }
    try {
      const made = await client.create(object)
      acknowledged.set(made.metadata.name!, made.metadata.resourceVersion!)
    } catch {
      // The server was killed: what was not acknowledged may or may not be there.
      return
    }
  }
}
