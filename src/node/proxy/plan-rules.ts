import { EXTERNAL_ADDRESSES_MAX } from '../../base/limits.ts'
import type { Service, ServicePort } from '../../resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../resources/generated/discovery.gen.ts'
import { inRange, ipv4Text, isIpv4, parseRange, rangeText, type Ipv4Range } from './ipv4.ts'
import { endpointsByPort, portPath, usableEndpoints, type EndpointsByPort, type Usable } from './plan-endpoints.ts'
import type { Frontend, NodeFacts, ServiceRules, Transport } from './rules.ts'

/** Someone else's proxy serves Services with this label. Source: pkg/proxy/apis/well_known_labels.go. */
export const PROXY_NAME_LABEL = 'service.kubernetes.io/service-proxy-name'
/** No proxy serves Services and EndpointSlices with this label. Source: core/v1 IsHeadlessService. */
export const HEADLESS_LABEL = 'service.kubernetes.io/headless'
/** Names the Service of an EndpointSlice. Source: discovery/v1 LabelServiceName. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'

/** Default of sessionAffinityConfig. Source: core/v1 DefaultClientIPServiceAffinitySeconds. */
const AFFINITY_SECONDS = 10_800

const NOTHING: ServiceRules = { frontends: [], localAddresses: [] }

const TRANSPORT: Readonly<Record<string, Transport>> = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' }

/** What a node does for one Service. Source: pkg/proxy/serviceport.go, nftables/proxier.go syncProxyRules. */
export function planService(
  service: Service,
  slices: readonly EndpointSlice[],
  facts: NodeFacts,
): ServiceRules {
  const address = clusterAddress(service)
  if (address === undefined) return NOTHING
  const name = `${service.metadata.namespace}/${service.metadata.name}`
  const endpoints = endpointsByPort(slices.filter(isProxied), facts.nodeName)
  const shared = sharedOf(service, address, facts)
  const frontends = (service.spec?.ports ?? []).flatMap((port) => {
    const protocol = TRANSPORT[port.protocol ?? 'TCP']
    const own = endpoints.get(portPath(port.name, port.protocol)) ?? []
    if (!protocol) return []
    return portFrontends(shared, port, protocol, `${name}:${port.name ?? ''}`, usableEndpoints(own, facts.nodeName))
  })
  const health = healthPort(service, endpoints)
  return { frontends, localAddresses: localAddresses(endpoints), ...(health && { health }) }
}

/** Undefined when no proxy serves the Service: headless, ExternalName, without an IPv4 address. */
function clusterAddress({ metadata, spec }: Service): string | undefined {
  if (!spec || spec.type === 'ExternalName' || spec.clusterIP === 'None') return undefined
  if (!isProxied({ metadata })) return undefined
  return [...(spec.clusterIPs ?? []), spec.clusterIP ?? ''].find(isIpv4)
}

const isProxied = ({ metadata }: Pick<Service, 'metadata'>): boolean =>
  metadata.labels?.[PROXY_NAME_LABEL] === undefined && metadata.labels?.[HEADLESS_LABEL] === undefined

/** What all ports of a Service have in common. */
interface Shared {
  readonly address: string
  readonly externalIps: readonly string[]
  readonly balancerIps: readonly string[]
  readonly sources: readonly string[] | undefined
  readonly affinitySeconds: number | undefined
  readonly internalLocal: boolean
  readonly externalLocal: boolean
}

function sharedOf({ spec, status }: Service, address: string, facts: NodeFacts): Shared {
  // Mode Proxy means that the load balancer wants to be passed through (KEP-1860).
  const balancerIps = (status?.loadBalancer?.ingress ?? [])
    .filter(({ ip, ipMode }) => ip !== undefined && isIpv4(ip) && (ipMode ?? 'VIP') === 'VIP')
    .map(({ ip }) => ip!)
    .slice(0, EXTERNAL_ADDRESSES_MAX)
  const external = spec!.type === 'NodePort' || spec!.type === 'LoadBalancer' || (spec!.externalIPs?.length ?? 0) > 0
  return {
    address,
    externalIps: (spec!.externalIPs ?? []).filter(isIpv4).slice(0, EXTERNAL_ADDRESSES_MAX),
    balancerIps,
    sources: sourceRanges(spec!.loadBalancerSourceRanges ?? [], balancerIps, facts),
    affinitySeconds: affinityOf(spec!),
    internalLocal: spec!.internalTrafficPolicy === 'Local',
    externalLocal: external && spec!.externalTrafficPolicy === 'Local',
  }
}

function affinityOf(spec: NonNullable<Service['spec']>): number | undefined {
  if (spec.sessionAffinity !== 'ClientIP') return undefined
  return Math.trunc(spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS)
}

/** Undefined allows all: no range, or one of everything. IPv6 ranges alone allow no IPv4 client. */
function sourceRanges(
  texts: readonly string[],
  balancerIps: readonly string[],
  { hostIps }: NodeFacts,
): readonly string[] | undefined {
  const ranges = texts.map((text) => parseRange(text.trim())).filter((range) => range !== undefined)
  if (texts.length === 0 || ranges.some(({ bits }) => bits === 0)) return undefined
  const node = hostIps[0]
  // The node's own connections to a balancer's address carry that very address as their source.
  const own = node !== undefined && ranges.some((range) => inRange(range, node)) ? balancerIps : []
  const all = [...ranges, ...own.map((ip) => parseRange(`${ip}/32`)!)]
  return withoutNested(all).map(rangeText)
}

/** A set of ranges takes none that lies in another. */
const withoutNested = (ranges: readonly Ipv4Range[]): Ipv4Range[] =>
  ranges.filter((range, i) =>
    ranges.every((other, j) => {
      const inOther = other.bits <= range.bits && inRange(other, ipv4Text(range.base))
      return i === j || !inOther || (other.bits === range.bits && i < j)
    }),
  )

function portFrontends(
  shared: Shared,
  port: ServicePort,
  protocol: Transport,
  service: string,
  usable: Usable,
): Frontend[] {
  const { affinitySeconds, externalLocal, internalLocal } = shared
  const base = { service, protocol, port: port.port, ...(affinitySeconds !== undefined && { affinitySeconds }) }
  const refusal = usable.any ? ('drop' as const) : ('reject' as const)
  const external = {
    ...base,
    refusal,
    targets: externalLocal ? usable.local : usable.cluster,
    ...(externalLocal && { inside: usable.cluster }),
    masquerade: externalLocal ? ('node' as const) : ('all' as const),
  }
  const inner: Frontend = {
    ...base,
    refusal,
    address: shared.address,
    targets: internalLocal ? usable.local : usable.cluster,
    masquerade: 'off-pod',
  }
  return [
    inner,
    ...shared.externalIps.map((address) => ({ ...external, address })),
    ...shared.balancerIps.map((address) => ({ ...external, address, ...(shared.sources && { sources: shared.sources }) })),
    ...(port.nodePort ? [{ ...external, address: undefined, port: port.nodePort }] : []),
  ]
}

function localAddresses(endpoints: EndpointsByPort): readonly string[] {
  const found = new Set<string>()
  for (const list of endpoints.values())
    for (const each of list) if (each.onThisNode) found.add(each.address)
  return [...found].sort()
}

/** Source: api/service/util.go NeedsHealthCheck; counts distinct ready endpoints of this node. */
function healthPort({ metadata, spec }: Service, endpoints: EndpointsByPort) {
  if (spec?.type !== 'LoadBalancer' || spec.externalTrafficPolicy !== 'Local') return undefined
  if (!spec.healthCheckNodePort) return undefined
  const ready = new Set<string>()
  for (const list of endpoints.values())
    for (const each of list) if (each.onThisNode && each.ready) ready.add(each.address)
  return {
    port: spec.healthCheckNodePort,
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    localEndpoints: ready.size,
  }
}
