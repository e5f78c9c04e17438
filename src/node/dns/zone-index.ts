import type { View, ViewChange } from '../../projections/view.ts'
import type { Service } from '../../resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../resources/generated/discovery.gen.ts'
import { inRange, isIpv4, parseRange } from '../proxy/ipv4.ts'
import { SERVICE_NAME_LABEL } from '../proxy/plan-rules.ts'
import type { AddressOwner, Zone } from './zone.ts'

/** What the DNS reads; `namespaces` as well where the source has them. */
export const DNS_RESOURCES = ['services', 'endpointslices.discovery.k8s.io'] as const

/** What a zone is made from beside the API's objects. */
export interface ZoneFacts {
  readonly domain: string
  readonly dnsAddress: string
  /** Ranges that the cluster gives addresses from. */
  readonly ranges: readonly string[]
}

/**
 * The zone over a live view: objects are read when they are asked for, so that a change shows in the next
 * answer; kept here is only who belongs to whom, for a lookup in constant time.
 */
export class ZoneIndex implements Zone {
  readonly domain: string
  readonly dnsAddress: string
  readonly #view: View
  readonly #ranges
  readonly #slices = new Map<string, Set<string>>()
  readonly #owners = new Map<string, Map<string, AddressOwner>>()

  constructor(view: View, { domain, dnsAddress, ranges }: ZoneFacts) {
    this.#view = view
    this.domain = domain
    this.dnsAddress = dnsAddress
    this.#ranges = ranges.map(parseRange).filter((range) => range !== undefined)
  }

  get serial(): number {
    return this.#view.revision
  }

  hear(change: ViewChange): void {
    const { namespace, name } = change
    if (change.resource === 'services') {
      const owner = { namespace, service: name, slice: undefined }
      this.#forget(serviceAddresses(change.before() as Service | undefined), owner)
      this.#remember(serviceAddresses(change.after() as Service | undefined), owner)
      return
    }
    const before = change.before() as EndpointSlice | undefined
    const after = change.after() as EndpointSlice | undefined
    const [from, to] = [serviceOf(before), serviceOf(after)]
    if (from !== undefined) {
      this.#forget(endpointAddresses(before), { namespace, service: from, slice: name })
      remove(this.#slices, `${namespace}/${from}`, name)
    }
    if (to !== undefined) {
      this.#remember(endpointAddresses(after), { namespace, service: to, slice: name })
      const names = this.#slices.get(`${namespace}/${to}`)
      if (names) names.add(name)
      else this.#slices.set(`${namespace}/${to}`, new Set([name]))
    }
  }

  service(namespace: string, name: string): Service | undefined {
    return this.#view.get<Service>('services', namespace, name)
  }

  slices(namespace: string, service: string): readonly EndpointSlice[] {
    const names = [...(this.#slices.get(`${namespace}/${service}`) ?? [])].sort()
    return names.map((name) => this.slice(namespace, name)).filter((slice) => slice !== undefined)
  }

  slice(namespace: string, name: string): EndpointSlice | undefined {
    return this.#view.get<EndpointSlice>('endpointslices.discovery.k8s.io', namespace, name)
  }

  /** Sources that follow no namespaces let every name pass. */
  hasNamespace(name: string): boolean {
    return this.#view.get('namespaces', '', name) !== undefined || this.#view.count('namespaces') === 0
  }

  owners(address: string): readonly AddressOwner[] {
    return [...(this.#owners.get(address)?.values() ?? [])]
  }

  isOwnAddress(address: string): boolean {
    return isIpv4(address) && this.#ranges.some((range) => inRange(range, address))
  }

  #remember(addresses: readonly string[], owner: AddressOwner): void {
    for (const address of addresses) {
      let owners = this.#owners.get(address)
      if (!owners) this.#owners.set(address, (owners = new Map<string, AddressOwner>()))
      owners.set(pathOf(owner), owner)
    }
  }

  #forget(addresses: readonly string[], owner: AddressOwner): void {
    for (const address of addresses) remove(this.#owners, address, pathOf(owner))
  }
}

const pathOf = ({ namespace, service, slice }: AddressOwner): string => `${namespace}/${service}/${slice ?? ''}`

const serviceAddresses = (service: Service | undefined): readonly string[] =>
  (service?.spec?.clusterIPs ?? [service?.spec?.clusterIP ?? '']).filter(isIpv4)

const endpointAddresses = (slice: EndpointSlice | undefined): readonly string[] =>
  (slice?.endpoints ?? []).flatMap(({ addresses }) => addresses ?? [])

function serviceOf(slice: EndpointSlice | undefined): string | undefined {
  const name = slice?.metadata.labels?.[SERVICE_NAME_LABEL]
  return name === '' ? undefined : name
}

function remove(
  index: Map<string, { delete(name: string): boolean; readonly size: number }>,
  key: string,
  name: string,
): void {
  const names = index.get(key)
  if (names?.delete(name) && names.size === 0) index.delete(key)
}
