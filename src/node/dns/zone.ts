import type { Service } from '../../resources/generated/core.gen.ts'
import type { EndpointSlice } from '../../resources/generated/discovery.gen.ts'

/** Who an address belongs to: a Service, or one of its endpoints. */
export interface AddressOwner {
  readonly namespace: string
  readonly service: string
  /** Name of the slice that holds the endpoint; undefined for a Service's own address. */
  readonly slice: string | undefined
}

/** What answers are made from: the cluster as it is now. */
export interface Zone {
  /** `cluster.local`. */
  readonly domain: string
  /** Address of the cluster DNS itself. */
  readonly dnsAddress: string
  /** Rises with every change. */
  readonly serial: number
  service(namespace: string, name: string): Service | undefined
  slices(namespace: string, service: string): readonly EndpointSlice[]
  slice(namespace: string, name: string): EndpointSlice | undefined
  hasNamespace(name: string): boolean
  owners(address: string): readonly AddressOwner[]
  /** Whether the cluster gave out the address, so that nobody else knows its name. */
  isOwnAddress(address: string): boolean
}
