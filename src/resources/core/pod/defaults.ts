import type {
  Container,
  EphemeralContainer,
  Lifecycle,
  Pod,
  PodSpec,
  PodStatus,
  Probe,
} from '../../generated/core.gen.ts'
import { roundQuantities } from '../../resource-list.ts'
import { pullPolicyFor } from './image-name.ts'
import { setVolumeDefaults } from './volume-defaults.ts'

/** Source: pkg/apis/core/v1/defaults.go SetDefaults_Pod and what zz_generated.defaults.go calls. */
export function setPodDefaults(pod: Pod): void {
  const spec = (pod.spec ??= { containers: [] })
  const grace = spec.terminationGracePeriodSeconds
  if (grace !== undefined && grace < 0) spec.terminationGracePeriodSeconds = 1
  for (const container of spec.containers ?? []) requestsFromLimits(container)
  for (const container of spec.initContainers ?? []) requestsFromLimits(container)
  spec.enableServiceLinks ??= true
  if (spec.hostNetwork) {
    for (const container of spec.containers ?? []) hostPorts(container)
    for (const container of spec.initContainers ?? []) hostPorts(container)
  }
  setPodSpecDefaults(spec)
  if (pod.status) syncPodIps(pod.status)
}

/** Source: SetDefaults_PodSpec, also of templates. */
export function setPodSpecDefaults(spec: PodSpec): void {
  const account = spec.serviceAccountName || spec.serviceAccount
  if (account) spec.serviceAccountName = spec.serviceAccount = account
  spec.dnsPolicy ||= 'ClusterFirst'
  spec.restartPolicy ||= 'Always'
  spec.securityContext ??= {}
  spec.terminationGracePeriodSeconds ??= 30
  spec.schedulerName ||= 'default-scheduler'
  for (const volume of spec.volumes ?? []) setVolumeDefaults(volume)
  for (const container of spec.initContainers ?? []) containerDefaults(container)
  for (const container of spec.containers ?? []) containerDefaults(container)
  for (const container of spec.ephemeralContainers ?? []) containerDefaults(container)
  roundQuantities(spec.overhead)
  roundQuantities(spec.resources?.requests)
  roundQuantities(spec.resources?.limits)
}

function containerDefaults(container: Container | EphemeralContainer): void {
  container.imagePullPolicy ||= pullPolicyFor(container.image ?? '')
  container.terminationMessagePath ||= '/dev/termination-log'
  container.terminationMessagePolicy ||= 'File'
  for (const port of container.ports ?? []) port.protocol ||= 'TCP'
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1'
    if (valueFrom?.fileKeyRef) valueFrom.fileKeyRef.optional ??= false
  }
  roundQuantities(container.resources?.requests)
  roundQuantities(container.resources?.limits)
  probeDefaults(container.livenessProbe)
  probeDefaults(container.readinessProbe)
  probeDefaults(container.startupProbe)
  lifecycleDefaults(container.lifecycle)
}

function probeDefaults(probe: Probe | undefined): void {
  if (!probe) return
  probe.timeoutSeconds ||= 1
  probe.periodSeconds ||= 10
  probe.successThreshold ||= 1
  probe.failureThreshold ||= 3
  if (probe.httpGet) httpDefaults(probe.httpGet)
  if (probe.grpc) probe.grpc.service ??= ''
}

function lifecycleDefaults(lifecycle: Lifecycle | undefined): void {
  if (lifecycle?.postStart?.httpGet) httpDefaults(lifecycle.postStart.httpGet)
  if (lifecycle?.preStop?.httpGet) httpDefaults(lifecycle.preStop.httpGet)
}

function httpDefaults(action: { path?: string; scheme?: string }): void {
  action.path ||= '/'
  action.scheme ||= 'HTTP'
}

function requestsFromLimits({ resources }: Container): void {
  if (!resources?.limits) return
  const requests = (resources.requests ??= {})
  for (const name in resources.limits) requests[name] ??= resources.limits[name]!
}

function hostPorts(container: Container): void {
  for (const port of container.ports ?? []) port.hostPort ||= port.containerPort
}

/** The older single address and the list are one. Source: SetDefaults_PodStatus. */
function syncPodIps(status: PodStatus): void {
  if (status.podIP) {
    if (status.podIPs?.[0]?.ip !== status.podIP) status.podIPs = [{ ip: status.podIP }]
  } else if (status.podIPs?.length) status.podIP = status.podIPs[0]!.ip
}
