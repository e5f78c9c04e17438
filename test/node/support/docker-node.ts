import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/base/clock.ts'
import { connectEngine } from '../../../src/docker/client.ts'
import type { Engine } from '../../../src/docker/engine.ts'
import { ensureNetwork } from '../../../src/node/network.ts'
import { purge } from '../../../src/node/purge.ts'
import type { Seen } from '../../../src/node/kubelet/context.ts'
import { type Kubelet, makeKubelet } from '../../../src/node/kubelet/kubelet.ts'
import { LABEL, type Ownership } from '../../../src/node/kubelet/labels.ts'
import { parseResolvConf } from '../../../src/node/kubelet/plan-hosts.ts'
import { plainSandboxes, type SandboxProvider } from '../../../src/node/kubelet/sandbox.ts'
import { warmSandboxes } from '../../../src/node/kubelet/warm-sandboxes.ts'
import { openGates, type Gates } from '../../../src/docker/gate.ts'
import { ensureSandboxImage } from '../../../src/docker/sandbox-image.ts'
import type { Note } from '../../../src/reconcilers/runtime/reconciler.ts'
import type { Pod } from '../../../src/resources/generated/core.gen.ts'
import { FakeApi } from './fake-api.ts'

/** A kubelet on the real daemon, with an API in memory; everything it made is counted at its end. */
export interface DockerNode {
  readonly engine: Engine
  readonly api: FakeApi
  readonly notes: Note[]
  readonly seen: Seen[]
  readonly owner: Ownership
  kubelet: Kubelet
  /** Stops this kubelet and starts another on the same daemon and API. */
  restart(engine?: Engine): Promise<void>
  pod(name: string): Pod | undefined
  /** Waits until the condition holds for the Pod; fails with its status. */
  until(name: string, what: string, check: (pod: Pod | undefined) => boolean, ms?: number): Promise<Pod | undefined>
  exec(name: string, container: string, ...command: string[]): Promise<string>
  close(): Promise<void>
}

let counter = 0

/** Starts a node. Image for everything: busybox:latest must be on the daemon. */
export async function startDockerNode(warm = false): Promise<DockerNode> {
  const connected = await connectEngine({ address: { socketPath: '/var/run/docker.sock' }, description: 'test' })
  if (!connected.ok) throw new Error(connected.error.message)
  const engine = connected.value
  const stateDir = mkdtempSync(join(tmpdir(), 'klio-node-'))
  const clusterUid = crypto.randomUUID()
  const owner: Ownership = { clusterUid, branch: 0, nodeName: 'test-node', stateDir }
  const subnet = `10.${200 + (process.pid % 40)}.${(process.pid + counter++ * 7) % 250}.0/24`
  const network = await ensureNetwork(engine, { owner, cluster: clusterUid.slice(0, 8), podCidr: subnet })
  if (!network.ok) throw new Error(network.error.message)
  const api = new FakeApi()
  const notes: Note[] = []
  const seen: Seen[] = []
  const sandboxSettings = {
    owner, network: network.value.name, clusterDomain: 'cluster.local', oomScoreMin: 0,
    image: () => ensureSandboxImage(engine),
  }
  let lastGates: Gates | undefined
  const sandboxes = async (engine: Engine): Promise<SandboxProvider> => {
    // A klio that died took its gatekeeper along; here both live in one process.
    await lastGates?.close()
    const gates = warm ? await openGates(join(stateDir, 'gate')) : undefined
    lastGates = gates?.ok ? gates.value : undefined
    if (!gates) return plainSandboxes(engine, { ...sandboxSettings, image: () => ensureSandboxImage(engine) })
    if (!gates.ok) throw new Error(gates.error)
    const provider = await warmSandboxes({ engine, clock: systemClock, settings: sandboxSettings, gates: gates.value })
    await provider.filled()
    return provider
  }
  const make = async (engine: Engine): Promise<Kubelet> =>
    makeKubelet({
      engine, clock: systemClock, view: api, commands: api,
      settings: {
        owner, hostIps: [network.value.gateway], memoryBytes: 8 * 1024 ** 3, seccompDefault: true, oomScoreMin: 0,
        allocatable: { cpu: '2', memory: '8Gi' },
        dns: { clusterDomain: 'cluster.local', servers: ['10.96.0.10'], host: parseResolvConf(readFileSync('/etc/resolv.conf', 'utf8')) },
      },
      sandboxes: await sandboxes(engine),
      note: (note) => void notes.push(note),
      observe: (s) => void seen.push(s),
    })
  const boot = async (kubelet: Kubelet): Promise<Kubelet> => {
    const started = await kubelet.start(new AbortController().signal)
    if (!started.ok) throw new Error(started.error.message)
    return kubelet
  }
  const node: DockerNode = {
    engine, api, notes, seen, owner,
    kubelet: await boot(await make(engine)),
    async restart(other = engine) {
      await node.kubelet.close()
      node.kubelet = await boot(await make(other))
    },
    pod: (name) => api.get<Pod>('pods', 'default', name),
    async until(name, what, check, ms = 20_000) {
      const end = Date.now() + ms
      while (Date.now() < end) {
        const pod = node.pod(name)
        if (check(pod)) return pod
        await systemClock.sleep(10)
      }
      const said = notes.map((n) => `${n.reason}: ${n.message}`).join('\n')
      throw new Error(`${name}: not ${what}: ${JSON.stringify(node.pod(name)?.status, null, 1)}\n${said}`)
    },
    async exec(name, container, ...command) {
      const { runExec } = await import('../../../src/node/kubelet/exec-run.ts')
      const uid = node.pod(name)!.metadata.uid!
      const found = node.kubelet.context.store.of(uid).containers.find((c) => c.name === container)
      const ran = await runExec(engine, found!.id, command, { timeoutMs: 10_000, bytesMax: 65_536 })
      if (!ran.ok) throw new Error(ran.error.message)
      return ran.value.output
    },
    async close() {
      await node.kubelet.close()
      while ((await purge(engine, clusterUid)).containers > 0) await systemClock.sleep(50)
      await engine.close()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
  return node
}

/** How many containers of this cluster there are. */
export async function containersLeft(node: DockerNode): Promise<number> {
  const left = await node.engine.containers.list({ labels: [`${LABEL.cluster}=${node.owner.clusterUid}`], all: true })
  return left.ok ? left.value.length : -1
}

/** A Pod of one busybox container that runs a shell line. */
export const shellPod = (name: string, line: string, more: Partial<Pod['spec']> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: {
    nodeName: 'test-node', restartPolicy: 'Always', terminationGracePeriodSeconds: 1, dnsPolicy: 'ClusterFirst',
    enableServiceLinks: true,
    containers: [{
      name: 'c', image: 'busybox:latest', imagePullPolicy: 'Never', command: ['sh', '-c', line],
      terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File',
    }],
    ...more,
  },
})
