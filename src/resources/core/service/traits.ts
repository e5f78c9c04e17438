import type { Service, ServiceSpec } from '../../generated/core.gen.ts'

/** Reached from outside the cluster. Source: pkg/api/service/util.go ExternallyAccessible. */
export const externallyAccessible = ({ type, externalIPs }: ServiceSpec): boolean =>
  type === 'LoadBalancer' ||
  type === 'NodePort' ||
  (type === 'ClusterIP' && (externalIPs?.length ?? 0) > 0)

/** Has a port on every node. Source: service/strategy.go needsNodePort. */
export const needsNodePort = ({ type }: ServiceSpec): boolean =>
  type === 'NodePort' || type === 'LoadBalancer'

/** Tells a balancer which nodes have endpoints. Source: service/strategy.go needsHCNodePort. */
export const needsHealthPort = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local'

/** Has an address in the cluster, if only `None`. Source: service/strategy.go needsClusterIP. */
export const needsClusterIp = ({ type }: ServiceSpec): boolean => type !== 'ExternalName'

/** Names its endpoints instead of having an address. */
export const isHeadless = ({ spec }: Service): boolean =>
  spec?.type === 'ClusterIP' && spec.clusterIP === 'None'

/** The address fields of one Service, singular and list. */
export const clusterIps = ({ clusterIPs, clusterIP }: ServiceSpec): string[] =>
  clusterIPs ?? (clusterIP ? [clusterIP] : [])
