import { equal } from '../../equal.ts'
import type { Service, ServiceSpec } from '../../generated/core.gen.ts'
import {
  externallyAccessible,
  needsClusterIp,
  needsHealthPort,
  needsNodePort,
} from './traits.ts'

/**
 * A change of type takes along the fields that only the former type had, as far as the client left
 * them as they were; changed ones stay for validation to refuse.
 * Source: pkg/registry/core/service/strategy.go dropTypeDependentFields.
 */
export function dropTypeDependent(service: Service, before: Service): void {
  const spec = (service.spec ??= {})
  const old = before.spec ?? {}
  if (needsClusterIp(old) && !needsClusterIp(spec)) dropAddresses(spec, old)
  if (needsNodePort(old) && !needsNodePort(spec) && addsNoNodePort(spec, old))
    for (const port of spec.ports ?? []) delete port.nodePort
  if (needsHealthPort(old) && !needsHealthPort(spec)) dropSame(spec, old, 'healthCheckNodePort')
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    dropSame(spec, old, 'allocateLoadBalancerNodePorts')
    dropSame(spec, old, 'loadBalancerClass')
  }
  if (externallyAccessible(old) && !externallyAccessible(spec))
    dropSame(spec, old, 'externalTrafficPolicy')
  if (spec.type !== 'LoadBalancer' && service.status?.loadBalancer?.ingress)
    service.status = { ...service.status, loadBalancer: {} }
}

function dropAddresses(spec: ServiceSpec, old: ServiceSpec): void {
  if (spec.clusterIP === old.clusterIP && equal(spec.clusterIPs, old.clusterIPs)) {
    delete spec.clusterIP
    delete spec.clusterIPs
  }
  dropSame(spec, old, 'ipFamilies')
  dropSame(spec, old, 'ipFamilyPolicy')
}

function dropSame(spec: ServiceSpec, old: ServiceSpec, field: keyof ServiceSpec): void {
  if (equal(spec[field], old[field])) delete spec[field]
}

function addsNoNodePort(spec: ServiceSpec, old: ServiceSpec): boolean {
  const had = new Set((old.ports ?? []).map(({ nodePort }) => nodePort))
  return (spec.ports ?? []).every(({ nodePort }) => !nodePort || had.has(nodePort))
}
