import type { LifecycleHandler, Probe, SELinuxOptions } from '../generated/core.gen.ts'
import {
  badContainers, badSetters, butUserNamespaces, containersText, everyContainer, inOrder, plural, quoted,
  type Check, type CheckPod,
} from './check.ts'
import { appArmor, seccompAnnotations, seccompFields } from './profile-checks.ts'

/** Source of each rule: pod-security-admission policy/check_<id>.go. */
const CAPABILITIES = new Set([
  'AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP',
  'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT',
])
const SYSCTLS_0 = [
  'kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start',
]
const SYSCTLS_27 = [...SYSCTLS_0, 'net.ipv4.ip_local_reserved_ports']
const SYSCTLS_29 = [
  ...SYSCTLS_27, 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
]
const SYSCTLS_32 = [...SYSCTLS_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']
const SYSCTLS_37 = [...SYSCTLS_32, 'net.ipv4.tcp_slow_start_after_idle', 'net.ipv4.tcp_notsent_lowat']
const SELINUX_0 = ['', 'container_t', 'container_init_t', 'container_kvm_t']

const capabilities: CheckPod = (spec) => {
  const isForbidden = (name: string): boolean => !CAPABILITIES.has(name)
  const added = everyContainer(spec).flatMap(({ securityContext }) => securityContext?.capabilities?.add ?? [])
  const names = inOrder(added.filter(isForbidden))
  if (names.length === 0) return undefined
  const bad = badContainers(spec, ({ securityContext }) => securityContext?.capabilities?.add?.some(isForbidden) ?? false)
  return {
    reason: 'non-default capabilities',
    detail: `${containersText(bad)} must not include ${quoted(names)} in securityContext.capabilities.add`,
  }
}

const hostNamespaces: CheckPod = ({ hostNetwork, hostPID, hostIPC }) => {
  const shared = [
    ...(hostNetwork ? ['hostNetwork=true'] : []), ...(hostPID ? ['hostPID=true'] : []),
    ...(hostIPC ? ['hostIPC=true'] : []),
  ]
  return shared.length === 0 ? undefined : { reason: 'host namespaces', detail: shared.join(', ') }
}

const hostPathVolumes: CheckPod = ({ volumes = [] }) => {
  const names = volumes.filter(({ hostPath }) => hostPath).map(({ name }) => name)
  if (names.length === 0) return undefined
  return { reason: 'hostPath volumes', detail: `${plural('volume', 'volumes', names.length)} ${quoted(names)}` }
}

const hostPorts: CheckPod = (spec) => {
  const bad = badContainers(spec, ({ ports }) => ports?.some(({ hostPort }) => hostPort) ?? false)
  if (bad.length === 0) return undefined
  const all = everyContainer(spec).flatMap((container) => container.ports ?? [])
  const ports = inOrder(all.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : [])))
  const uses = `${plural('uses', 'use', bad.length)} ${plural('hostPort', 'hostPorts', ports.length)}`
  return { reason: 'hostPort', detail: `${containersText(bad)} ${uses} ${ports.join(', ')}` }
}

const hostsOf = (handler: Probe | LifecycleHandler | undefined): string[] =>
  [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host): host is string => Boolean(host))

const probeHosts: CheckPod = (spec) => {
  const hosts = new Set<string>()
  const bad = badContainers(spec, ({ livenessProbe, readinessProbe, startupProbe, lifecycle }) => {
    const own = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].flatMap(hostsOf)
    for (const host of own) hosts.add(host)
    return own.length > 0
  })
  if (bad.length === 0) return undefined
  const what = plural('probe or lifecycle host', 'probe or lifecycle hosts', hosts.size)
  return {
    reason: 'probe or lifecycle host',
    detail: `${containersText(inOrder(bad))} ${plural('uses', 'use', bad.length)} ${what} ${quoted(inOrder(hosts))}`,
  }
}

const privileged: CheckPod = (spec) => {
  const bad = badContainers(spec, ({ securityContext }) => securityContext?.privileged ?? false)
  if (bad.length === 0) return undefined
  return { reason: 'privileged', detail: `${containersText(bad)} must not set securityContext.privileged=true` }
}

/** Held by both profiles, by the restricted one without exception. */
export const procMount: CheckPod = (spec) => {
  const types = new Set<string>()
  const bad = badContainers(spec, ({ securityContext }) => {
    const type = securityContext?.procMount ?? 'Default'
    if (type !== 'Default') types.add(type)
    return type !== 'Default'
  })
  if (bad.length === 0) return undefined
  return { reason: 'procMount', detail: `${containersText(bad)} must not set securityContext.procMount to ${quoted(inOrder(types))}` }
}

const seLinux = (types: readonly string[]): CheckPod => (spec) => {
  const contexts = [spec.securityContext, ...everyContainer(spec).map(({ securityContext }) => securityContext)]
  const options = contexts.flatMap((context) => (context?.seLinuxOptions ? [context.seLinuxOptions] : []))
  const isBad = ({ type = '', user, role }: SELinuxOptions): boolean =>
    !types.includes(type) || Boolean(user) || Boolean(role)
  const found = badSetters(spec, ({ seLinuxOptions }) => (seLinuxOptions && isBad(seLinuxOptions) ? ['bad'] : []))
  if (!found) return undefined
  const badTypes = inOrder(options.map(({ type = '' }) => type).filter((type) => !types.includes(type)))
  const data = [
    ...(badTypes.length > 0 ? [`${plural('type', 'types', badTypes.length)} ${quoted(badTypes)}`] : []),
    ...(options.some(({ user }) => user) ? ['user may not be set'] : []),
    ...(options.some(({ role }) => role) ? ['role may not be set'] : []),
  ]
  return { reason: 'seLinuxOptions', detail: `${found.who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}` }
}

const sysctls = (allowed: readonly string[]): CheckPod => ({ securityContext }) => {
  const names = (securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !allowed.includes(name))
  return names.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: names.join(', ') }
}

const windowsHostProcess: CheckPod = (spec) => {
  const found = badSetters(spec, ({ windowsOptions }) => (windowsOptions?.hostProcess ? ['true'] : []))
  if (!found) return undefined
  return { reason: 'hostProcess', detail: `${found.who} must not set securityContext.windowsOptions.hostProcess=true` }
}

const baseline = (id: string, ...versions: [since: number, check: CheckPod][]): Check =>
  ({ id, level: 'baseline', versions: versions.map(([since, check]) => ({ since, check })) })

/** The rules of the baseline profile, by id. */
export const BASELINE: readonly Check[] = [
  baseline('appArmorProfile', [0, appArmor]),
  baseline('capabilities_baseline', [0, capabilities]),
  baseline('hostNamespaces', [0, hostNamespaces]),
  baseline('hostPathVolumes', [0, hostPathVolumes]),
  baseline('hostPorts', [0, hostPorts]),
  baseline('hostProbesAndHostLifecycle', [34, probeHosts]),
  baseline('privileged', [0, privileged]),
  baseline('procMount', [0, procMount], [35, butUserNamespaces(procMount)]),
  baseline('seLinuxOptions', [0, seLinux(SELINUX_0)], [31, seLinux([...SELINUX_0, 'container_engine_t'])]),
  baseline('seccompProfile_baseline', [0, seccompAnnotations], [19, seccompFields]),
  baseline(
    'sysctls', [0, sysctls(SYSCTLS_0)], [27, sysctls(SYSCTLS_27)], [29, sysctls(SYSCTLS_29)],
    [32, sysctls(SYSCTLS_32)], [37, sysctls(SYSCTLS_37)],
  ),
  baseline('windowsHostProcess', [0, windowsHostProcess]),
]
