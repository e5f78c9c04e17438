import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConfigMap, Pod, Secret, Service } from '../../../src/resources/generated/core.gen.ts'
import { type DockerNode, shellPod, startDockerNode } from '../support/docker-node.ts'

setDefaultTimeout(60_000)
let node: DockerNode
beforeAll(async () => {
  node = await startDockerNode()
})
afterAll(async () => {
  await node.close()
})

const running = (pod: Pod | undefined) => pod?.status?.phase === 'Running'
const mountsNow = () => readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter((l) => l.includes(node.owner.stateDir)).length

async function gone(name: string): Promise<void> {
  node.api.deletePod('default', name, 0)
  while (node.kubelet.pod('default', name)) await Bun.sleep(10)
}

async function eventually(read: () => Promise<string>, wanted: string): Promise<void> {
  const end = Date.now() + 5_000
  let last = ''
  while (Date.now() < end && (last = await read()) !== wanted) await Bun.sleep(20)
  expect(last).toBe(wanted)
}

const configMap = (name: string, data: Record<string, string>): ConfigMap => ({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data,
})
const secret = (name: string, data: Record<string, string>): Secret => ({
  apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' },
  data: Object.fromEntries(Object.entries(data).map(([k, v]) => [k, Buffer.from(v).toString('base64')])),
})

test('files of configMaps, secrets, downward API and tokens, with modes, groups and live updates', async () => {
  node.api.put('configmaps', configMap('cm', { a: 'one', b: 'two' }))
  node.api.put('configmaps', configMap('kube-root-ca.crt', { 'ca.crt': 'CA' }))
  node.api.put('secrets', secret('s', { key: 'hidden' }))
  const pod = shellPod('files', 'exec sleep 1000', {
    securityContext: { fsGroup: 1234, runAsUser: 1000 },
    serviceAccountName: 'default',
    volumes: [
      { name: 'cm', configMap: { name: 'cm', defaultMode: 0o640, items: [{ key: 'a', path: 'dir/a' }, { key: 'b', path: 'b', mode: 0o600 }] } },
      { name: 's', secret: { secretName: 's' } },
      { name: 'down', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }, { path: 'cpu', resourceFieldRef: { containerName: 'c', resource: 'limits.cpu', divisor: '1m' } }] } },
      { name: 'api', projected: { sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
      ] } },
      { name: 'opt', configMap: { name: 'absent', optional: true } },
    ],
  })
  pod.metadata.labels = { app: 'x' }
  pod.spec!.containers[0]!.volumeMounts = [
    { name: 'cm', mountPath: '/cm' }, { name: 's', mountPath: '/s', readOnly: true }, { name: 'down', mountPath: '/down' },
    { name: 'api', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true }, { name: 'opt', mountPath: '/opt' },
    { name: 'cm', mountPath: '/only-b', subPath: 'b' },
  ]
  node.api.put('pods', pod)
  await node.until('files', 'running', running)
  const cat = (path: string) => node.exec('files', 'c', 'cat', path)
  expect(await cat('/cm/dir/a')).toBe('one')
  expect(await cat('/s/key')).toBe('hidden')
  expect(await cat('/down/labels')).toBe('app="x"')
  expect(await cat('/down/cpu')).toBe('2000')
  expect(await cat('/var/run/secrets/kubernetes.io/serviceaccount/token')).toBe('token-of-default')
  expect(await cat('/var/run/secrets/kubernetes.io/serviceaccount/namespace')).toBe('default')
  expect(await node.exec('files', 'c', 'stat', '-L', '-c', '%a %u %g', '/cm/dir/a', '/cm/b', '/var/run/secrets/kubernetes.io/serviceaccount/token'))
    .toBe('640 0 1234\n640 0 1234\n640 1000 1234\n')
  expect(await cat('/only-b')).toBe('two')
  node.api.put('configmaps', configMap('cm', { a: 'changed', b: 'two' }))
  await eventually(() => cat('/cm/dir/a'), 'changed')
  node.api.put('configmaps', configMap('absent', { now: 'here' }))
  await eventually(() => cat('/opt/now'), 'here')
  node.api.put('pods', { ...node.pod('files')!, metadata: { ...node.pod('files')!.metadata, labels: { app: 'y' } } })
  await eventually(() => cat('/down/labels'), 'app="y"')
  await gone('files')
  expect(mountsNow()).toBe(0)
})

test('emptyDirs on disk and in memory, hostPath, subPathExpr, and nothing stays mounted', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'klio-host-'))
  writeFileSync(join(outside, 'f'), 'host')
  const pod = shellPod('dirs', 'exec sleep 1000', {
    volumes: [
      { name: 'disk', emptyDir: {} }, { name: 'mem', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      { name: 'host', hostPath: { path: outside, type: 'Directory' } },
    ],
  })
  pod.spec!.containers[0]!.env = [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }]
  pod.spec!.containers[0]!.volumeMounts = [
    { name: 'disk', mountPath: '/disk' }, { name: 'mem', mountPath: '/mem' }, { name: 'host', mountPath: '/host', readOnly: true },
    { name: 'disk', mountPath: '/sub', subPathExpr: '$(POD)/inner' },
  ]
  node.api.put('pods', pod)
  await node.until('dirs', 'running', running)
  const sh = (line: string) => node.exec('dirs', 'c', 'sh', '-c', line)
  expect(await sh('stat -c %a /disk /mem; stat -f -c %T /mem; cat /host/f; touch /host/g 2>&1')).toMatch(/^777\n777\ntmpfs\nhosttouch.*Read-only/)
  expect(await sh('echo deep > /sub/x; cat /disk/dirs/inner/x')).toBe('deep\n')
  await gone('dirs')
  expect(mountsNow()).toBe(0)
})

test('a subPath that leaves its volume through a link is refused', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'klio-evil-'))
  symlinkSync('/etc', join(outside, 'link'))
  const pod = shellPod('evil', 'exec sleep 1000', { volumes: [{ name: 'host', hostPath: { path: outside } }] })
  pod.spec!.containers[0]!.volumeMounts = [{ name: 'host', mountPath: '/v', subPath: 'link' }]
  node.api.put('pods', pod)
  const waiting = (p: Pod | undefined) => p?.status?.containerStatuses?.[0]?.state?.waiting
  await node.until('evil', 'refused', (p) => waiting(p)?.reason === 'CreateContainerConfigError')
  expect(waiting(node.pod('evil'))!.message).toBe('failed to prepare subPath for volumeMount "host" of container "c"')
  await gone('evil')
})

test('a volume whose source is missing holds the Pod back, says why, and goes on when it is there', async () => {
  const pod = shellPod('late', 'exec sleep 1000', { volumes: [{ name: 'cm', configMap: { name: 'late' } }] })
  pod.spec!.containers[0]!.volumeMounts = [{ name: 'cm', mountPath: '/cm' }]
  node.api.put('pods', pod)
  while (!node.notes.some((n) => n.reason === 'FailedMount')) await Bun.sleep(10)
  expect(node.notes.find((n) => n.reason === 'FailedMount')!.message).toBe('MountVolume.SetUp failed for volume "cm" : configmap "late" not found')
  expect(node.pod('late')!.status!.phase).toBe('Pending')
  node.api.put('configmaps', configMap('late', { x: '1' }))
  await node.until('late', 'running', running)
  await gone('late')
})

test('variables from everywhere', async () => {
  node.api.put('configmaps', configMap('env', { ONE: '1', TWO: '2' }))
  node.api.put('secrets', secret('env', { HIDDEN: 'yes' }))
  const service: Service = {
    apiVersion: 'v1', kind: 'Service', metadata: { name: 'my-db', namespace: 'default' },
    spec: { clusterIP: '10.96.1.2', ports: [{ name: 'sql', port: 5432 }] },
  }
  node.api.put('services', service)
  const pod = shellPod('env', 'exec sleep 1000')
  pod.spec!.containers[0]!.envFrom = [{ prefix: 'P_', configMapRef: { name: 'env' } }]
  pod.spec!.containers[0]!.env = [
    { name: 'A', value: 'a' }, { name: 'B', value: '$(A)-$(P_ONE)-$(NOPE)-$$(A)' },
    { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'H', valueFrom: { secretKeyRef: { name: 'env', key: 'HIDDEN' } } },
    { name: 'O', valueFrom: { secretKeyRef: { name: 'env', key: 'NOPE', optional: true } } },
    { name: 'MEM', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
  ]
  node.api.put('pods', pod)
  const now = await node.until('env', 'running', running)
  const env = new Map((await node.exec('env', 'c', 'env')).trim().split('\n').map((l) => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]))
  expect(env.get('B')).toBe('a-1-$(NOPE)-$(A)')
  expect(env.get('IP')).toBe(now!.status!.podIP!)
  expect(env.get('H')).toBe('yes')
  expect(env.has('O')).toBe(false)
  expect(env.get('MEM')).toBe('8192')
  expect(env.get('MY_DB_SERVICE_HOST')).toBe('10.96.1.2')
  expect(env.get('MY_DB_PORT_5432_TCP')).toBe('tcp://10.96.1.2:5432')
  await gone('env')
  const bad = shellPod('badenv', 'true')
  bad.spec!.containers[0]!.envFrom = [{ configMapRef: { name: 'nowhere' } }]
  node.api.put('pods', bad)
  const waiting = (p: Pod | undefined) => p?.status?.containerStatuses?.[0]?.state?.waiting
  await node.until('badenv', 'refused', (p) => waiting(p)?.reason === 'CreateContainerConfigError')
  expect(waiting(node.pod('badenv'))!.message).toBe('configmap "nowhere" not found')
  await gone('badenv')
})

test('limits, users, groups and capabilities reach the kernel', async () => {
  const pod = shellPod('limits', 'exec sleep 1000', { securityContext: { supplementalGroups: [2000] } })
  pod.spec!.containers[0]!.resources = { requests: { cpu: '250m' }, limits: { cpu: '500m', memory: '64Mi' } }
  pod.spec!.containers[0]!.securityContext = {
    runAsUser: 1001, runAsGroup: 1002, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  }
  node.api.put('pods', pod)
  const now = await node.until('limits', 'running', running)
  const sh = (line: string) => node.exec('limits', 'c', 'sh', '-c', line)
  expect(await sh('id -u; id -g; id -G; touch /x 2>&1; grep -E "NoNewPrivs|CapEff" /proc/self/status')).toMatch(
    /^1001\n1002\n1002 2000\ntouch.*Read-only.*\nCapEff:\t0+\nNoNewPrivs:\t1\n$/,
  )
  const id = now!.status!.containerStatuses![0]!.containerID!.slice('docker://'.length)
  const inspect = await node.engine.containers.inspect(id)
  expect(inspect.ok && inspect.value.HostConfig).toMatchObject({ CpuShares: 256, CpuQuota: 50_000, CpuPeriod: 100_000, Memory: 64 * 1024 ** 2 })
  expect(now!.status!.qosClass).toBe('Burstable')
  await gone('limits')
})
