import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Deployment } from '../../src/resources/generated/apps.gen.ts'
import type { Pod, ReplicationController, Service } from '../../src/resources/generated/core.gen.ts'
import { startCluster, type ClusterProcess } from '../support/cluster-process.ts'
import { until } from '../support/until.ts'
import { HttpClient } from './http-client.ts'

const EXAMPLES = join(import.meta.dir, '..', '..', 'examples')
const MANIFESTS = ['test-pod', 'my-pod', 'replication-controller', 'deployment', 'service'] as const

let cluster: ClusterProcess
let client: HttpClient

beforeAll(async () => {
  cluster = await startCluster('e2e-examples')
  client = new HttpClient(cluster)
}, 90_000)
afterAll(() => cluster?.[Symbol.asyncDispose](), 60_000)

const isReady = async (pod: string): Promise<boolean> =>
  (await client.get<Pod>('Pod', pod))?.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false

/** Waits as `kubectl rollout status` does. Source: polymorphichelpers/rollout_status.go. */
const rolledOut = (replicas: number): Promise<void> =>
  until(`my-deployment has ${replicas} new, ready pods and no other`, async () => {
    const { metadata, status = {} } = (await client.get<Deployment>('Deployment', 'my-deployment'))!
    const counts = [status.replicas, status.updatedReplicas, status.availableReplicas]
    return (status.observedGeneration === metadata.generation && counts.every((count) => count === replicas)) || status
  }, 60_000)

const imageOf = (of: Deployment | undefined): string | undefined => of?.spec?.template.spec?.containers[0]?.image

/** Tests go on from one another: this is one afternoon with a cluster. */
describe('the six manifests over HTTP', () => {
  let update = ''

  test('run', async () => {
    for (const name of MANIFESTS) await client.apply(join(EXAMPLES, `${name}.yaml`))
    for (const pod of ['test-pod', 'my-pod']) await until(`${pod} is ready`, () => isReady(pod))
    await until('three pods of nginx are ready', async () => {
      const controller = await client.get<ReplicationController>('ReplicationController', 'nginx')
      return controller?.status?.readyReplicas === 3 || controller?.status
    })
    await rolledOut(3)
  }, 90_000)

  test('say what they are: hostname and log', async () => {
    expect(await client.exec('test-pod', 'hostname')).toBe('test-pod\n')
    await until('nginx has logged its start', async () => (await client.logs('test-pod')).includes('nginx'))
  })

  test('answer through the balancer address, spread over the pods', async () => {
    let ip: string | undefined
    await until('my-service has an address', async () => {
      ip = (await client.get<Service>('Service', 'my-service'))?.status?.loadBalancer?.ingress?.[0]?.ip
      return ip !== undefined
    })
    await until('my-service answers', async () => (await fetch(`http://${ip}/`).catch(() => undefined))?.ok === true)
    for (let hit = 0; hit < 60; hit++) {
      const answer = await fetch(`http://${ip}/hit-${hit}`, { keepalive: false, headers: { connection: 'close' } })
      expect(answer.status).toBe(404)
      await answer.text()
    }
    const pods = await client.list<Pod>('Pod', 'app=my-app')
    const hit = await Promise.all(pods.map(async (pod) => (await client.logs(pod.metadata.name!)).includes('GET /hit-')))
    expect(hit.filter(Boolean).length).toBe(3)
  }, 30_000)

  test('scale', async () => {
    await client.scale('Deployment', 'my-deployment', 5)
    await rolledOut(5)
    await client.scale('Deployment', 'my-deployment', 2)
    await rolledOut(2)
  }, 90_000)

  test('update to a second ReplicaSet, and back', async () => {
    const before = (await client.get<Deployment>('Deployment', 'my-deployment'))!
    await client.apply(join(EXAMPLES, 'update', 'deployment.yaml'))
    await rolledOut(3)
    const updated = (await client.get<Deployment>('Deployment', 'my-deployment'))!
    update = updated.metadata.resourceVersion!
    expect(imageOf(updated)).toBe('nginx:latest')
    expect((await client.list('ReplicaSet', 'app=my-app')).length).toBe(2)
    await client.patch('Deployment', 'my-deployment', { spec: { template: JSON.parse(JSON.stringify(before.spec!.template)) } })
    await rolledOut(3)
    expect(imageOf(await client.get<Deployment>('Deployment', 'my-deployment'))).toBe('nginx')
    expect((await client.list('ReplicaSet', 'app=my-app')).length).toBe(2)
  }, 90_000)

  test('a deleted Deployment is still there in the past, which refuses writes', async () => {
    await client.delete('Deployment', 'my-deployment')
    await until('no pod of it is left', async () => (await client.list('Pod', 'app=my-app')).length === 0)
    expect(await client.get('Deployment', 'my-deployment')).toBeUndefined()
    expect(imageOf(await client.then<Deployment>(update, 'Deployment', 'my-deployment'))).toBe('nginx:latest')
    const path = `/asof/${update}/apis/apps/v1/namespaces/default/deployments/my-deployment`
    expect((await cluster.fetch(path, { method: 'DELETE' })).status).toBe(405)
  }, 60_000)

  test('a purge leaves nothing on the machine', async () => {
    expect(cluster.left()).not.toEqual([])
    await cluster.purge()
    expect(cluster.left()).toEqual([])
  }, 60_000)
})
