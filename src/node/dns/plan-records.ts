import { parseIp } from '../../resources/ip.ts'
import type { Service } from '../../resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../resources/generated/discovery.gen.ts'

/** A named port of a Service or of its endpoints. */
export interface NamedPort {
  readonly name: string
  /** `tcp`, `udp`, `sctp`. */
  readonly protocol: string
  readonly port: number
}

/** An address that a headless Service's name leads to. */
export interface HeadlessEndpoint {
  readonly address: string
  /** First label of the endpoint's own name. */
  readonly host: string
  readonly ports: readonly NamedPort[]
}

/** What a Service says to DNS. Source: kubernetes/dns specification 1.1.0. */
export type ServiceRecords =
  | { readonly kind: 'alias'; readonly target: string }
  | { readonly kind: 'cluster'; readonly addresses: readonly string[]; readonly ports: readonly NamedPort[] }
  | { readonly kind: 'headless' }

/** What the names of one Service stand for. */
export function serviceRecords({ spec }: Service): ServiceRecords {
  if (spec?.type === 'ExternalName')
    return { kind: 'alias', target: (spec.externalName ?? '').replace(/\.$/, '') }
  const addresses = (spec?.clusterIPs ?? [spec?.clusterIP ?? '']).filter((ip) => ip !== '' && ip !== 'None')
  if (addresses.length === 0) return { kind: 'headless' }
  const ports = (spec?.ports ?? []).map(({ name = '', protocol = 'TCP', port }) => ({
    name, protocol: protocol.toLowerCase(), port,
  }))
  return { kind: 'cluster', addresses, ports }
}

/** Ready endpoints of a Service, each address once. Source: CoreDNS kubernetes plugin, endpointHostname. */
export function endpointRecords(slices: readonly EndpointSlice[]): HeadlessEndpoint[] {
  const found = new Map<string, HeadlessEndpoint & { ports: NamedPort[] }>()
  for (const slice of slices) {
    const ports = (slice.ports ?? []).flatMap(({ name = '', protocol = 'TCP', port }) =>
      port ? [{ name, protocol: protocol.toLowerCase(), port }] : [],
    )
    for (const endpoint of slice.endpoints ?? []) {
      if (endpoint.conditions?.ready === false) continue
      for (const address of endpoint.addresses ?? []) {
        // Slices of type FQDN hold names, which no address record can carry.
        if (!parseIp(address)) continue
        const known = found.get(address)
        if (known) known.ports.push(...ports)
        else found.set(address, { address, host: endpoint.hostname || dashed(address), ports: [...ports] })
      }
    }
  }
  return [...found.values()]
}

/** `10.42.0.7` as a label: `10-42-0-7`. */
export const dashed = (address: string): string => address.replace(/[.:]/g, '-')

/** The address in a label, or undefined when it is none. */
export function undashed(label: string): string | undefined {
  const isFour = /^[0-9]{1,3}(?:-[0-9]{1,3}){3}$/.test(label)
  const address = label.replaceAll('-', isFour ? '.' : ':')
  return parseIp(address) ? address : undefined
}
