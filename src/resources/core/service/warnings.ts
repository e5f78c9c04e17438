import { cidrWarnings } from '../../cidr.ts'
import type { Service } from '../../generated/core.gen.ts'
import { ipWarnings } from '../../ip.ts'
import { isHeadless } from './traits.ts'

/** Source: pkg/api/service/warnings.go GetWarningsForService. */
export function serviceWarnings(service: Service): string[] {
  const { spec = {}, metadata } = service
  const external = spec.type === 'ExternalName'
  const headless = isHeadless(service)
  const { externalIPs = [], loadBalancerIP = '' } = spec
  const texts: string[] = []
  const warn = (when: boolean, text: string): void => {
    if (when) texts.push(text)
  }
  warn(
    metadata.annotations?.['service.kubernetes.io/topology-aware-hints'] !== undefined,
    'annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead',
  )
  if (spec.clusterIP && spec.clusterIP !== 'None')
    for (const [i, ip] of (spec.clusterIPs ?? []).entries())
      texts.push(...ipWarnings(`spec.clusterIPs[${i}]`, ip))
  if (headless) {
    warn(loadBalancerIP !== '', 'spec.loadBalancerIP is ignored for headless services')
    warn(externalIPs.length > 0, 'spec.externalIPs is ignored for headless services')
    warn(
      spec.sessionAffinity !== 'None',
      'spec.SessionAffinity is ignored for headless services',
    )
  }
  for (const [i, ip] of externalIPs.entries())
    texts.push(...ipWarnings(`spec.externalIPs[${i}]`, ip))
  warn(
    externalIPs.length > 0 && !headless && !external,
    'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
  )
  if (loadBalancerIP !== '') texts.push(...ipWarnings('spec.loadBalancerIP', loadBalancerIP))
  for (const [i, cidr] of (spec.loadBalancerSourceRanges ?? []).entries())
    texts.push(...cidrWarnings(`spec.loadBalancerSourceRanges[${i}]`, cidr))
  warn(
    external && externalIPs.length > 0,
    'spec.externalIPs is ignored when spec.type is "ExternalName"',
  )
  warn(
    !external && !!spec.externalName,
    'spec.externalName is ignored when spec.type is not "ExternalName"',
  )
  warn(
    spec.trafficDistribution === 'PreferClose',
    'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
  )
  return texts
}
