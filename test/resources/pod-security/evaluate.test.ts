import { describe, expect, test } from 'bun:test'
import { detailText, violationsOf } from '../../../src/resources/pod-security/evaluate.ts'
import { levelText, policyOf, type Level } from '../../../src/resources/pod-security/policy.ts'
import type { PodSpec } from '../../../src/resources/generated/core.gen.ts'

const spec = (context: object = {}, more: object = {}, pod: object = {}): PodSpec =>
  ({ containers: [{ name: 'c', image: 'x', securityContext: context, ...more }], ...pod }) as PodSpec

const GOOD = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }

const said = (level: Level, minor: number | undefined, wish: PodSpec, annotations: Record<string, string> = {}): string =>
  detailText(violationsOf({ level, minor }, wish, { annotations }))

describe('profiles of Pod security', () => {
  test.each([
    ['nothing at all', spec(), ''],
    ['host namespaces', spec({}, {}, { hostNetwork: true, hostPID: true }), 'host namespaces (hostNetwork=true, hostPID=true)'],
    ['a host path', spec({}, {}, { volumes: [{ name: 'v', hostPath: { path: '/' } }] }), 'hostPath volumes (volume "v")'],
    ['host ports', spec({}, { ports: [{ hostPort: 9 }, { hostPort: 80 }, { containerPort: 1 }] }), 'hostPort (container "c" uses hostPorts 80, 9)'],
    ['privileged', spec({ privileged: true }), 'privileged (container "c" must not set securityContext.privileged=true)'],
    ['capabilities', spec({ capabilities: { add: ['NET_ADMIN', 'CHOWN', 'BPF'] } }),
      'non-default capabilities (container "c" must not include "BPF", "NET_ADMIN" in securityContext.capabilities.add)'],
    ['a proc mount', spec({ procMount: 'Unmasked' }), 'procMount (container "c" must not set securityContext.procMount to "Unmasked")'],
    ['a proc mount of a user namespace', spec({ procMount: 'Unmasked' }, {}, { hostUsers: false }), ''],
    ['SELinux', spec({ seLinuxOptions: { type: 'x', user: 'u' } }, {}, { securityContext: { seLinuxOptions: { role: 'r' } } }),
      'seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: type "x"; user may not be set; role may not be set)'],
    ['a seccomp profile', spec({ seccompProfile: { type: 'Unconfined' } }),
      'seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")'],
    ['AppArmor', spec({ appArmorProfile: { type: 'Unconfined' } }, {}, { securityContext: { appArmorProfile: { type: 'Unconfined' } } }),
      'forbidden AppArmor profile (pod and container "c" must not set AppArmor profile type to "Unconfined")'],
    ['sysctls', spec({}, {}, { securityContext: { sysctls: [{ name: 'a.b', value: '1' }, { name: 'net.ipv4.tcp_rmem', value: '1' }] } }), 'forbidden sysctls (a.b)'],
    ['a Windows host process', spec({ windowsOptions: { hostProcess: true } }),
      'hostProcess (container "c" must not set securityContext.windowsOptions.hostProcess=true)'],
    ['a probe of another host', spec({}, { livenessProbe: { httpGet: { host: 'h', port: 1 } }, lifecycle: { preStop: { tcpSocket: { host: 'g', port: 1 } } } }),
      'probe or lifecycle host (container "c" uses probe or lifecycle hosts "g", "h")'],
  ])('baseline: %s', (_name, wish, expected) => {
    expect(said('baseline', undefined, wish)).toBe(expected)
  })

  test.each([
    ['what is good', spec(GOOD), ''],
    ['nothing at all', spec(),
      'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), ' +
      'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'],
    ['root', spec({ ...GOOD, runAsNonRoot: false, runAsUser: 0 }),
      'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false), runAsUser=0 (container "c" must not set runAsUser=0)'],
    ['root of a user namespace', spec({ ...GOOD, runAsNonRoot: false, runAsUser: 0 }, {}, { hostUsers: false }), ''],
    ['a proc mount of a user namespace', spec({ ...GOOD, procMount: 'Unmasked' }, {}, { hostUsers: false }),
      'procMount (container "c" must not set securityContext.procMount to "Unmasked")'],
    ['said by the Pod', spec({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }, {},
      { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'Localhost' } } }), ''],
    ['volumes', spec(GOOD, {}, { volumes: [{ name: 'a', nfs: {} }, { name: 'b', hostPath: {} }, { name: 'c', emptyDir: {} }] }),
      'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")'],
    ['Windows', spec({ runAsNonRoot: true }, {}, { os: { name: 'windows' } }), ''],
    ['another capability', spec({ ...GOOD, capabilities: { drop: ['ALL'], add: ['SYS_TIME', 'NET_BIND_SERVICE'] } }),
      'unrestricted capabilities (container "c" must not include "SYS_TIME" in securityContext.capabilities.add)'],
  ])('restricted: %s', (_name, wish, expected) => {
    expect(said('restricted', undefined, wish)).toBe(expected)
  })

  const sysctl = (name: string): PodSpec => spec({}, {}, { securityContext: { sysctls: [{ name, value: '1' }] } })
  const probing = spec({}, { livenessProbe: { httpGet: { host: 'h', port: 1 } } })
  test.each([
    ['baseline', 31, sysctl('net.ipv4.tcp_rmem'), false], ['baseline', 32, sysctl('net.ipv4.tcp_rmem'), true],
    ['baseline', 36, sysctl('net.ipv4.tcp_notsent_lowat'), false], ['baseline', 99, sysctl('net.ipv4.tcp_notsent_lowat'), true],
    ['baseline', 33, probing, true], ['baseline', 34, probing, false],
    ['baseline', 34, spec({ procMount: 'Unmasked' }, {}, { hostUsers: false }), false],
    ['baseline', 18, spec({ seccompProfile: { type: 'Unconfined' } }), true],
    ['baseline', 30, spec({ seLinuxOptions: { type: 'container_engine_t' } }), false],
    ['baseline', 31, spec({ seLinuxOptions: { type: 'container_engine_t' } }), true],
    ['restricted', 7, spec({ runAsNonRoot: true }), true], ['restricted', 8, spec({ runAsNonRoot: true }), false],
    ['restricted', 22, spec({ ...GOOD, runAsUser: 0 }), true], ['restricted', 23, spec({ ...GOOD, runAsUser: 0 }), false],
    ['restricted', 24, spec({ runAsNonRoot: true }, {}, { os: { name: 'windows' } }), false],
    ['privileged', undefined, spec({ privileged: true }), true],
  ] as const)('%s of v1.%p knows its time %#', (level, minor, wish, isFine) => {
    expect(said(level, minor, wish) === '').toBe(isFine)
  })

  test('annotations of old are read', () => {
    const seccomp = { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined', 'container.seccomp.security.alpha.kubernetes.io/c': 'localhost/x' }
    expect(said('baseline', 18, spec(), seccomp)).toBe('seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")')
    expect(said('baseline', undefined, spec(), seccomp)).toBe('')
    expect(said('baseline', undefined, spec(), { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' })).toBe(
      'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/c="unconfined"")')
  })
})

describe('labels of Pod security', () => {
  const shown = (labels: Record<string, string>): string[] => {
    const { policy, errors } = policyOf(Object.fromEntries(Object.entries(labels).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value])))
    return [levelText(policy.enforce), levelText(policy.audit), levelText(policy.warn), ...errors.map(({ field, message }) => `${field}: ${message}`)]
  }

  test.each([
    [{}, ['privileged:latest', 'privileged:latest', 'privileged:latest']],
    [{ 'enforce': 'baseline', 'enforce-version': 'v1.24' }, ['baseline:v1.24', 'privileged:latest', 'baseline:v1.24']],
    [{ 'enforce': 'baseline', 'warn': 'restricted' }, ['baseline:latest', 'privileged:latest', 'restricted:latest']],
    [{ 'enforce': 'baseline', 'warn-version': 'v1.3' }, ['baseline:latest', 'privileged:latest', 'baseline:v1.3']],
    [{ 'enforce': 'x', 'audit': 'y' }, ['restricted:latest', 'privileged:latest', 'privileged:latest',
      'metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "x": must be one of privileged, baseline, restricted',
      'metadata.labels[pod-security.kubernetes.io/audit]: Invalid value: "y": must be one of privileged, baseline, restricted']],
    [{ 'warn-version': 'v2.0' }, ['privileged:latest', 'privileged:latest', 'privileged:latest',
      'metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "v2.0": must be "latest" or "v1.x"']],
  ])('%j', (labels, expected) => {
    expect(shown(labels as Record<string, string>)).toEqual(expected)
  })
})
