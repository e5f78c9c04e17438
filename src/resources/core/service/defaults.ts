import type { Service, ServiceSpec } from '../../generated/core.gen.ts'
import { externallyAccessible } from './traits.ts'

/** Session affinity lasts three hours. Source: core/v1 DefaultClientIPServiceAffinitySeconds. */
const AFFINITY_SECONDS = 10_800

/** Source: pkg/apis/core/v1/defaults.go SetDefaults_Service. */
export function setServiceDefaults(service: Service): void {
  const spec = (service.spec ??= {})
  spec.type ||= 'ClusterIP'
  affinityDefaults(spec)
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP'
    port.targetPort ||= port.port
  }
  if (externallyAccessible(spec)) spec.externalTrafficPolicy ||= 'Cluster'
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster'
  if (spec.type !== 'LoadBalancer') return
  spec.allocateLoadBalancerNodePorts ??= true
  for (const ingress of service.status?.loadBalancer?.ingress ?? [])
    if (ingress.ip) ingress.ipMode ??= 'VIP'
}

function affinityDefaults(spec: ServiceSpec): void {
  spec.sessionAffinity ||= 'None'
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  else if (
    spec.sessionAffinity === 'ClientIP' &&
    spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined
  )
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } }
}
