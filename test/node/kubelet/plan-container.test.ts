import { describe, expect, test } from 'bun:test'
import { LABEL } from '../../../src/node/kubelet/labels.ts'
import { type ContainerInput, planContainer } from '../../../src/node/kubelet/plan-container.ts'
import { cpuShares, planResources } from '../../../src/node/kubelet/plan-resources.ts'
import { isPlainSandbox, planSandbox, portBindings } from '../../../src/node/kubelet/plan-sandbox.ts'
import { planSecurity } from '../../../src/node/kubelet/plan-security.ts'
import { podHostname, kernelHostname } from '../../../src/node/kubelet/pod-spec.ts'
import { oomScoreAdjust, qosClass } from '../../../src/node/kubelet/qos.ts'
import { commandOf } from '../../../src/node/kubelet/warm-sandboxes.ts'
import type { Container, Pod, SecurityContext } from '../../../src/resources/generated/core.gen.ts'
import type { ImageInspect } from '../../../src/docker/types.ts'
import { container, pod } from '../support/pods.ts'

const owner = { clusterUid: 'cl', branch: 0, nodeName: 'n', stateDir: '/s' }
const input = (c: Partial<Container>, spec: Partial<Pod['spec']> = {}): ContainerInput => {
  const one = container('c', c)
  return {
    pod: pod({ containers: [one], ...spec }), container: one, role: 'app', attempt: 2, sandboxId: 'sb', owner,
    env: new Map([['A', 'a']]), hostname: 'p', mounts: [], messageFile: '/m', image: { id: 'sha256:1', statusId: 'docker://sha256:1' },
    security: { imageUser: '', seccompDefault: true }, memoryBytes: 1024 ** 3, oomScoreMin: -1000,
  }
}
const spec = (c: Partial<Container>, s?: Partial<Pod['spec']>) => {
  const planned = planContainer(input(c, s))
  if (!planned.ok) throw new Error(planned.error)
  return planned.value
}

describe('the create body', () => {
  test('command and args expand; without them the image speaks', () => {
    expect(spec({ command: ['run', '$(A)'], args: ['$(B)', '$$(A)'] })).toMatchObject({ Entrypoint: ['run', 'a'], Cmd: ['$(B)', '$(A)'] })
    expect(spec({})).not.toHaveProperty('Entrypoint')
    expect(spec({})).not.toHaveProperty('Cmd')
  })
  test('namespaces are the sandbox\'s', () => {
    expect(spec({}).HostConfig).toMatchObject({ NetworkMode: 'container:sb', IpcMode: 'container:sb' })
    expect(spec({}).HostConfig).not.toHaveProperty('PidMode')
    expect(spec({}, { shareProcessNamespace: true }).HostConfig!.PidMode).toBe('container:sb')
    expect(spec({}, { hostPID: true, hostIPC: true }).HostConfig).toMatchObject({ PidMode: 'host', IpcMode: 'host' })
  })
  test('HOSTNAME is the Pod\'s unless the Pod says otherwise', () => {
    const env = (more: Partial<ContainerInput>) => {
      const planned = planContainer({ ...input({}), ...more })
      return planned.ok && planned.value.Env
    }
    expect(env({})).toEqual(['HOSTNAME=p', 'A=a'])
    expect(env({ env: new Map([['HOSTNAME', 'x']]) })).toEqual(['HOSTNAME=x'])
    expect(env({ hostname: '' })).toEqual(['A=a'])
  })
  test('labels say whose it is', () => {
    expect(spec({}).Labels).toMatchObject({
      [LABEL.cluster]: 'cl', [LABEL.podUid]: 'u', [LABEL.podName]: 'p', [LABEL.podNamespace]: 'ns', [LABEL.container]: 'c',
      [LABEL.attempt]: '2', [LABEL.sandbox]: 'sb', [LABEL.role]: 'app',
    })
  })
  test('an image\'s own health check does not run', () => expect(spec({}).Healthcheck).toEqual({ Test: ['NONE'] }))
  test('terminal, stdin, folder, stop signal', () => {
    expect(spec({ tty: true, stdin: true, stdinOnce: true, workingDir: '/w', lifecycle: { stopSignal: 'SIGUSR1' } }))
      .toMatchObject({ Tty: true, OpenStdin: true, StdinOnce: true, WorkingDir: '/w', StopSignal: 'SIGUSR1' })
  })
  test('an OOM score below what the daemon may give is raised to it', () => {
    const c = { resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } } }
    expect(spec(c).HostConfig!.OomScoreAdj).toBe(-997)
    const planned = planContainer({ ...input(c), oomScoreMin: 0 })
    expect(planned.ok && planned.value.HostConfig!.OomScoreAdj).toBe(0)
  })
})

describe('resources', () => {
  const rows: [string, Container['resources'], object][] = [
    ['none', {}, { CpuShares: 2 }],
    ['requests', { requests: { cpu: '500m' } }, { CpuShares: 512 }],
    ['limits stand in for requests', { limits: { cpu: '1', memory: '64Mi' } }, { CpuShares: 1024, CpuPeriod: 100_000, CpuQuota: 100_000, Memory: 67_108_864, MemorySwap: 67_108_864 }],
    ['the smallest quota', { limits: { cpu: '1m' } }, { CpuShares: 2, CpuPeriod: 100_000, CpuQuota: 1_000 }],
  ]
  for (const [name, resources, wanted] of rows) {
    test(name, () => expect(planResources(pod(), container('c', { resources }))).toEqual(wanted))
  }
  test('shares have bounds', () => expect([cpuShares(0), cpuShares(1), cpuShares(1_000_000)]).toEqual([2, 2, 262_144]))

  const qos: [string, Container['resources'], string, number][] = [
    ['nothing', {}, 'BestEffort', 1000],
    ['requests only', { requests: { memory: '256Mi' } }, 'Burstable', 750],
    ['limits equal requests', { limits: { cpu: '1', memory: '1Mi' }, requests: { cpu: '1', memory: '1Mi' } }, 'Guaranteed', -997],
    ['limits stand for requests', { limits: { cpu: '1', memory: '1Mi' } }, 'Guaranteed', -997],
    ['memory alone', { limits: { memory: '1Mi' } }, 'Burstable', 999],
    ['almost all of the machine', { requests: { memory: '1Gi' } }, 'Burstable', 3],
  ]
  for (const [name, resources, wanted, score] of qos) {
    test(`qos: ${name}`, () => {
      const c = container('c', { resources })
      const p = pod({ containers: [c] })
      expect([qosClass(p), oomScoreAdjust(p, c, 1024 ** 3)]).toEqual([wanted as 'Burstable', score])
    })
  }
  test('a critical Pod goes last', () =>
    expect(oomScoreAdjust(pod({ priorityClassName: 'system-node-critical' }), container('c'), 1)).toBe(-997))
})

describe('security', () => {
  const plan = (s: SecurityContext, spec: Partial<Pod['spec']> = {}, imageUser = '', seccompText?: string) =>
    planSecurity(pod(spec), container('c', { securityContext: s }), { imageUser, seccompDefault: true, ...(seccompText && { seccompText }) })
  const rows: [string, ReturnType<typeof plan>, object | string][] = [
    ['nothing', plan({}), { host: {} }],
    ['user and group', plan({ runAsUser: 1, runAsGroup: 2 }), { user: '1:2', host: {} }],
    ['group alone keeps the image\'s user', plan({ runAsGroup: 2 }, {}, 'app'), { user: 'app:2', host: {} }],
    ['the Pod\'s user, the container\'s over it', plan({ runAsUser: 3 }, { securityContext: { runAsUser: 1, runAsGroup: 5 } }), { user: '3:5', host: {} }],
    ['groups', plan({}, { securityContext: { fsGroup: 7, supplementalGroups: [8, 7] } }), { host: { GroupAdd: ['7', '8'] } }],
    ['caps', plan({ capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] } }), { host: { CapAdd: ['NET_ADMIN'], CapDrop: ['ALL'] } }],
    ['privileged', plan({ privileged: true, seccompProfile: { type: 'Unconfined' } }), { host: { Privileged: true } }],
    ['read-only, no new privileges', plan({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false }), { host: { ReadonlyRootfs: true, SecurityOpt: ['no-new-privileges'] } }],
    ['unconfined', plan({ seccompProfile: { type: 'Unconfined' } }), { host: { SecurityOpt: ['seccomp=unconfined'] } }],
    ['a local profile', plan({ seccompProfile: { type: 'Localhost', localhostProfile: 'p' } }, {}, '', '{}'), { host: { SecurityOpt: ['seccomp={}'] } }],
    ['a local profile that is missing', plan({ seccompProfile: { type: 'Localhost', localhostProfile: 'p' } }), 'cannot load seccomp profile "p": no such file'],
    ['unmasked proc', plan({ procMount: 'Unmasked' }), { host: { MaskedPaths: [], ReadonlyPaths: [] } }],
    ['non-root: user 0', plan({ runAsNonRoot: true, runAsUser: 0 }), 'container\'s runAsUser breaks non-root policy (pod: "p_ns(u)", container: c)'],
    ['non-root: image root', plan({ runAsNonRoot: true }), 'container has runAsNonRoot and image will run as root (pod: "p_ns(u)", container: c)'],
    ['non-root: image name', plan({ runAsNonRoot: true }, {}, 'www'), 'container has runAsNonRoot and image has non-numeric user (www), cannot verify user is non-root (pod: "p_ns(u)", container: c)'],
    ['non-root: image number', plan({ runAsNonRoot: true }, {}, '1234:5'), { host: {} }],
    ['non-root: a number given', plan({ runAsNonRoot: true, runAsUser: 9 }), { user: '9', host: {} }],
  ]
  for (const [name, given, wanted] of rows) {
    test(name, () => expect(given.ok ? given.value : given.error).toEqual(wanted as never))
  }
})

describe('sandboxes', () => {
  const planned = (s: Partial<Pod['spec']>) => planSandbox({ pod: pod(s), attempt: 1, owner, image: 'sb', network: 'net', clusterDomain: 'c.l', oomScoreMin: 0 })
  test('plain', () => expect(planned({})).toMatchObject({ Hostname: 'p', HostConfig: { NetworkMode: 'net', IpcMode: 'shareable', OomScoreAdj: 0 } }))
  test('host network takes the host\'s name', () => expect(planned({ hostNetwork: true })).not.toHaveProperty('Hostname'))
  test('host ports', () => {
    const ports = [{ containerPort: 80, hostPort: 8080 }, { containerPort: 53, hostPort: 53, protocol: 'UDP', hostIP: '127.0.0.1' }, { containerPort: 9 }]
    expect(portBindings(pod({ containers: [container('c', { ports })] }))).toEqual({
      '80/tcp': [{ HostIp: '', HostPort: '8080' }], '53/udp': [{ HostIp: '127.0.0.1', HostPort: '53' }],
    })
  })
  test('what a warm one can serve', () => {
    expect(isPlainSandbox(pod())).toBe(true)
    for (const s of [{ hostNetwork: true }, { hostPID: true }, { hostIPC: true }, { securityContext: { sysctls: [{ name: 'a', value: 'b' }] } },
      { containers: [container('c', { ports: [{ containerPort: 1, hostPort: 2 }] })] }, { containers: [container('c', { volumeMounts: [{ name: 'v', mountPath: '/dev' }] })] }]) {
      expect(isPlainSandbox(pod(s))).toBe(false)
    }
  })
  test('hostnames', () => {
    expect(podHostname(pod({ hostname: 'h', subdomain: 'sub' }), 'c.l')).toEqual({ host: 'h', domain: 'sub.ns.svc.c.l' })
    expect(kernelHostname(pod({ hostname: 'h', subdomain: 'sub', setHostnameAsFQDN: true }), 'c.l')).toBe('h.sub.ns.svc.c.l')
    expect(podHostname(pod({}, { name: `${'a'.repeat(62)}-bc` }), 'c.l').host).toBe('a'.repeat(62))
  })
  test('what Docker would run', () => {
    const image = { Config: { Entrypoint: ['e'], Cmd: ['c'] } } as ImageInspect
    expect(commandOf({ Image: 'i' }, image)).toEqual(['e', 'c'])
    expect(commandOf({ Image: 'i', Cmd: ['x'] }, image)).toEqual(['e', 'x'])
    expect(commandOf({ Image: 'i', Entrypoint: ['y'] }, image)).toEqual(['y'])
  })
})
