import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { hostname } from 'node:os'
import type { Pod } from '../../../src/resources/generated/core.gen.ts'
import { until } from '../../support/until.ts'
import { type DockerNode, shellPod, startDockerNode } from '../support/docker-node.ts'
import { serveHealth } from '../support/grpc-health-server.ts'

setDefaultTimeout(60_000)
let node: DockerNode
beforeAll(async () => {
  node = await startDockerNode(true)
})
afterAll(async () => {
  await node.close()
})

const running = (pod: Pod | undefined) => pod?.status?.phase === 'Running'
async function run(name: string, spec: Partial<Pod['spec']>, line = 'exec sleep 1000', edit?: (pod: Pod) => void): Promise<Pod> {
  const pod = shellPod(name, line, spec)
  edit?.(pod)
  node.api.put('pods', pod)
  return (await node.until(name, 'running', running))!
}
const sh = (name: string, line: string) => node.exec(name, 'c', 'sh', '-c', line)

test('host network: the host\'s name, address and hosts file', async () => {
  const pod = await run('hostnet', { hostNetwork: true, hostAliases: [{ ip: '1.2.3.4', hostnames: ['foo'] }] })
  expect(await sh('hostnet', 'hostname')).toBe(`${hostname()}\n`)
  expect(pod.status!.podIP).toBe(pod.status!.hostIP!)
  const hosts = await sh('hostnet', 'cat /etc/hosts')
  expect(hosts).toStartWith('# Kubernetes-managed hosts file (host network).\n')
  expect(hosts).toEndWith('1.2.3.4\tfoo\n')
})

test('a name of its own, a subdomain, and the whole name for the kernel', async () => {
  await run('named', { hostname: 'web', subdomain: 'sub', setHostnameAsFQDN: true })
  expect(await sh('named', 'hostname')).toBe('web.sub.default.svc.cluster.local\n')
  expect(await sh('named', 'cat /etc/hosts')).toContain('\tweb.sub.default.svc.cluster.local\tweb\n')
})

test('sysctls and host ports take a cold sandbox', async () => {
  await run('sysctl', { securityContext: { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }] } })
  expect(await sh('sysctl', 'cat /proc/sys/kernel/shm_rmid_forced; hostname')).toBe('1\nsysctl\n')
  const port = 20_000 + (process.pid % 20_000)
  await run('hostport', {}, 'mkdir /w; echo reached > /w/index.html; exec httpd -f -p 80 -h /w', (p) => {
    p.spec!.containers[0]!.ports = [{ containerPort: 80, hostPort: port, hostIP: '127.0.0.1' }]
  })
  let answer = ''
  for (const end = Date.now() + 5_000; answer === '' && Date.now() < end; ) {
    answer = await fetch(`http://127.0.0.1:${port}/`).then((r) => r.text(), () => '')
  }
  expect(answer).toBe('reached\n')
})

test('shared processes; two containers share network and IPC; every one has the Pod\'s name', async () => {
  await run('shared', { shareProcessNamespace: true }, 'exec sleep 1000', (p) => {
    p.spec!.containers.push({ ...p.spec!.containers[0]!, name: 'd', command: ['sleep', '2000'] })
  })
  expect(await sh('shared', 'ps | grep -c "sleep [12]000"')).toMatch(/^[2-9]/)
  expect(await node.exec('shared', 'd', 'hostname')).toBe('shared\n')
})

test('an ephemeral container joins a running Pod and sees its target', async () => {
  const pod = await run('debugged', {})
  const dbg = { ...pod.spec!.containers[0]!, name: 'dbg', command: ['sleep', '3000'], targetContainerName: 'c' }
  node.api.put('pods', { ...pod, metadata: { ...pod.metadata, generation: 2 }, spec: { ...pod.spec!, ephemeralContainers: [dbg] } })
  await node.until('debugged', 'debugged', (p) => p?.status?.ephemeralContainerStatuses?.[0]?.state?.running !== undefined)
  expect(await node.exec('debugged', 'dbg', 'sh', '-c', 'ps; hostname')).toMatch(/sleep 1000[\s\S]*debugged\n$/)
})

test('gRPC probes: ready while the service says so', async () => {
  const server = await serveHealth({ ready: { state: 1 }, never: { state: 2 } }, '0.0.0.0')
  const probed = (name: string, service: string) => run(name, { hostNetwork: true }, 'exec sleep 1000', (p) => {
    p.spec!.containers[0]!.readinessProbe = { grpc: { port: server.port, service }, periodSeconds: 1 }
  })
  try {
    await Promise.all([probed('grpc-ready', 'ready'), probed('grpc-never', 'never')])
    await node.until('grpc-ready', 'ready', (p) => p?.status?.containerStatuses?.[0]?.ready === true)
    await until('the reason is told', () => node.notes.some((n) => n.message.includes('service unhealthy (responded with "NOT_SERVING")')))
    expect(node.pod('grpc-never')?.status?.containerStatuses?.[0]?.ready).toBe(false)
  } finally {
    await server.close()
  }
})
