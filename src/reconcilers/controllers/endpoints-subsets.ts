import { ENDPOINTS_ADDRESSES_MAX } from '../../base/limits.ts'
import type {
  EndpointAddress,
  EndpointPort,
  EndpointSubset,
} from '../../resources/generated/core.gen.ts'

/** One pod behind one port. */
export interface PortAddress {
  readonly address: EndpointAddress
  /** Undefined for a headless Service without ports. */
  readonly port: EndpointPort | undefined
  readonly ready: boolean
}

interface Entry {
  readonly address: EndpointAddress
  ready: boolean
}

/**
 * The canonical form: ports that the very same addresses serve share a subset, all sorted. An
 * address that is not ready for one look is not ready. Source: pkg/api/v1/endpoints RepackSubsets.
 */
export function packSubsets(items: readonly PortAddress[]): EndpointSubset[] {
  const byPort = new Map<string, { port: EndpointPort | undefined; entries: Map<string, Entry> }>()
  for (const { address, port, ready } of items) {
    const portKey = JSON.stringify(port ?? null)
    const group = byPort.get(portKey) ?? { port, entries: new Map<string, Entry>() }
    byPort.set(portKey, group)
    const key = addressKey(address)
    const known = group.entries.get(key)
    if (known) known.ready &&= ready
    else group.entries.set(key, { address, ready })
  }
  const byAddresses = new Map<string, { entries: Entry[]; ports: EndpointPort[] }>()
  for (const { port, entries } of byPort.values()) {
    const sorted = [...entries.values()].sort((a, b) =>
      compare(addressKey(a.address), addressKey(b.address)),
    )
    const key = JSON.stringify(sorted.map(({ address, ready }) => [addressKey(address), ready]))
    const group = byAddresses.get(key) ?? { entries: sorted, ports: [] }
    byAddresses.set(key, group)
    if (port) group.ports.push(port)
  }
  return [...byAddresses.values()]
    .map(subsetOf)
    .sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)))
}

/** The same subsets in the canonical form, whoever wrote them. */
export const repacked = (subsets: readonly EndpointSubset[]): EndpointSubset[] =>
  packSubsets(
    subsets.flatMap((subset) => {
      const ports = subset.ports && subset.ports.length > 0 ? subset.ports : [undefined]
      return ports.flatMap((port) => [
        ...(subset.addresses ?? []).map((address) => ({ address, port, ready: true })),
        ...(subset.notReadyAddresses ?? []).map((address) => ({ address, port, ready: false })),
      ])
    }),
  )

/**
 * At most ENDPOINTS_ADDRESSES_MAX addresses, ready ones first, in proportion over the subsets.
 * Undefined when nothing had to go. Source: endpoints_controller.go truncateEndpoints.
 */
export function truncated(subsets: readonly EndpointSubset[]): EndpointSubset[] | undefined {
  const sum = (list: 'addresses' | 'notReadyAddresses') =>
    subsets.reduce((total, subset) => total + (subset[list]?.length ?? 0), 0)
  const [ready, notReady] = [sum('addresses'), sum('notReadyAddresses')]
  if (ready + notReady <= ENDPOINTS_ADDRESSES_MAX) return undefined
  const cutReady = ready > ENDPOINTS_ADDRESSES_MAX
  const room = cutReady ? ENDPOINTS_ADDRESSES_MAX : ENDPOINTS_ADDRESSES_MAX - ready
  const total = cutReady ? ready : notReady
  let left = room
  return subsets.map((subset) => {
    const { addresses = [], notReadyAddresses = [] } = subset
    const list = cutReady ? addresses : notReadyAddresses
    const share = Math.min(left, Math.ceil((list.length / total) * room))
    left -= Math.min(share, list.length)
    const kept = list.slice(0, share)
    return cutReady
      ? withAddresses(kept, [], subset.ports)
      : withAddresses(addresses, kept, subset.ports)
  })
}

const subsetOf = ({
  entries,
  ports,
}: {
  entries: Entry[]
  ports: EndpointPort[]
}): EndpointSubset =>
  withAddresses(
    entries.filter((entry) => entry.ready).map((entry) => entry.address),
    entries.filter((entry) => !entry.ready).map((entry) => entry.address),
    ports.sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b))),
  )

const withAddresses = (
  addresses: EndpointAddress[],
  notReadyAddresses: EndpointAddress[],
  ports: EndpointPort[] | undefined,
): EndpointSubset => ({
  ...(addresses.length > 0 && { addresses }),
  ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
  ...(ports && ports.length > 0 && { ports }),
})

const addressKey = (address: EndpointAddress): string =>
  `${address.ip} ${address.targetRef?.uid ?? ''}`
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
