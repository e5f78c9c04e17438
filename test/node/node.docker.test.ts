import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { makeAgent } from '../../src/node/agent.ts'
import { runMount } from '../../src/node/kubelet/mount-table.ts'
import { ensureNetwork } from '../../src/node/network.ts'
import { purge } from '../../src/node/purge.ts'
import type { Lease } from '../../src/resources/generated/coordination.gen.ts'
import type { Node } from '../../src/resources/generated/core.gen.ts'
import { containersLeft, type DockerNode, shellPod, startDockerNode } from './support/docker-node.ts'

setDefaultTimeout(60_000)
let node: DockerNode
beforeAll(async () => {
  node = await startDockerNode()
})
afterAll(async () => {
  await node.close()
})

test('an agent registers its node, says how it is, and comes back when deleted', async () => {
  let notReady = 'the network is not there'
  const agent = makeAgent({
    engine: node.engine, clock: systemClock, view: node.api, commands: node.api, name: 'agent-node', hostIps: ['10.9.0.1'], podCidr: '10.9.0.0/24',
    kubeletVersion: 'v1.37.2', kubeletPort: 10250, notReady: () => notReady, note: (n) => void node.notes.push(n),
  })
  const started = await agent.start(new AbortController().signal)
  expect(started.ok).toBe(true)
  const get = () => node.api.get<Node>('nodes', '', 'agent-node')
  const ready = () => get()?.status?.conditions?.find((c) => c.type === 'Ready')
  expect(ready()).toMatchObject({ status: 'False', message: 'the network is not there' })
  expect(get()!.status!.images!.some((i) => i.names!.includes('busybox:latest'))).toBe(true)
  expect(node.api.get<Lease>('leases.coordination.k8s.io', 'kube-node-lease', 'agent-node')!.spec!.holderIdentity).toBe('agent-node')
  notReady = ''
  agent.check()
  while (ready()?.status !== 'True') await systemClock.sleep(5)
  expect(node.notes.some((n) => n.reason === 'NodeReady')).toBe(true)
  agent.close()
})

test('a network is made once, and another\'s is left alone', async () => {
  const wish = { owner: node.owner, cluster: node.owner.clusterUid.slice(0, 8), podCidr: '10.254.9.0/24' }
  const again = await ensureNetwork(node.engine, wish)
  expect(again.ok).toBe(true)
  const stranger = await ensureNetwork(node.engine, { ...wish, owner: { ...node.owner, clusterUid: crypto.randomUUID() } })
  expect(stranger).toMatchObject({ ok: false, error: { kind: 'fatal' } })
})

test('purge takes containers, network, mounts and files by label alone, and nothing of others', async () => {
  const stranger = await node.engine.containers.create(`klio-test-${node.owner.clusterUid.slice(0, 8)}`, { Image: 'busybox:latest', Cmd: ['sleep', '1000'], Labels: { 'klio.test': 'node' } })
  if (!stranger.ok) throw new Error(stranger.error.message)
  const pod = shellPod('purged', 'exec sleep 1000', { volumes: [{ name: 'm', emptyDir: { medium: 'Memory' } }] })
  pod.spec!.containers[0]!.volumeMounts = [{ name: 'm', mountPath: '/m' }]
  node.api.put('pods', pod)
  await node.until('purged', 'running', (p) => p?.status?.phase === 'Running')
  await node.kubelet.close()
  const stale = join(node.owner.stateDir, 'pods', 'stale', 'volumes', 'x')
  mkdirSync(stale, { recursive: true })
  expect((await runMount('mount', ['-t', 'tmpfs', 'tmpfs', stale])).ok).toBe(true)
  const purged = await purge(node.engine, node.owner.clusterUid)
  expect(purged.problems).toEqual([])
  expect([purged.containers, purged.networks]).toEqual([2, 1])
  expect(await containersLeft(node)).toBe(0)
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(node.owner.stateDir)
  const left = await node.engine.containers.inspect(stranger.value.Id)
  expect(left.ok).toBe(true)
  await node.engine.containers.remove(stranger.value.Id, { force: true })
  expect(await purge(node.engine, node.owner.clusterUid)).toMatchObject({ containers: 0, networks: 0 })
})
