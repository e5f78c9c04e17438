import { PROXY_SLOTS_MAX } from '../../base/limits.ts'
import type { EndpointSlice } from '../../resources/generated/discovery.gen.ts'
import { isIpv4 } from './ipv4.ts'
import type { Target } from './rules.ts'

/** An endpoint of one Service port. */
export interface Endpoint {
  readonly address: string
  readonly port: number
  readonly onThisNode: boolean
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
}

/** Endpoints of a Service by `portPath`. */
export type EndpointsByPort = ReadonlyMap<string, readonly Endpoint[]>

/** Names a port of a Service: the port's name and protocol. */
export const portPath = (name: string | undefined, protocol: string | undefined): string =>
  `${name ?? ''}/${protocol ?? 'TCP'}`

/**
 * Endpoints of all IPv4 slices of one Service. The same address may be in two slices for a moment; the one
 * that does not terminate wins. Source: pkg/proxy/endpointslicecache.go addEndpoints.
 */
export function endpointsByPort(slices: readonly EndpointSlice[], nodeName: string): EndpointsByPort {
  const found = new Map<string, Map<string, Endpoint>>()
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue
    for (const port of slice.ports ?? []) {
      if (!port.port) continue
      const path = portPath(port.name, port.protocol)
      let known = found.get(path)
      if (!known) found.set(path, (known = new Map<string, Endpoint>()))
      for (const endpoint of slice.endpoints ?? []) {
        const one = endpointOf(endpoint, port.port, nodeName)
        if (!one) continue
        const target = targetOf(one)
        if (!known.has(target) || !one.terminating) known.set(target, one)
      }
    }
  }
  return new Map([...found].map(([path, known]) => [path, [...known.values()]]))
}

function endpointOf(
  { addresses, conditions, nodeName }: NonNullable<EndpointSlice['endpoints']>[number],
  port: number,
  thisNode: string,
): Endpoint | undefined {
  const [address] = addresses ?? []
  if (address === undefined || !isIpv4(address)) return undefined
  return {
    address,
    port,
    onThisNode: nodeName === thisNode,
    ready: conditions?.ready ?? true,
    serving: conditions?.serving ?? true,
    terminating: conditions?.terminating ?? false,
  }
}

/** Endpoints under each traffic policy. */
export interface Usable {
  /** For policy Cluster. */
  readonly cluster: readonly Target[]
  /** For policy Local. */
  readonly local: readonly Target[]
  /** Whether any node has a usable endpoint. */
  readonly any: boolean
}

/**
 * Ready endpoints, or, where there is none, those that still serve while they terminate, for each policy
 * on its own. Source: pkg/proxy/topology.go CategorizeEndpoints (KEP-1669); topology hints are not read.
 */
export function usableEndpoints(endpoints: readonly Endpoint[], seed: string): Usable {
  const local = readyOrServing(endpoints.filter((each) => each.onThisNode))
  const cluster = readyOrServing(endpoints)
  return {
    cluster: fit(cluster.map(targetOf), seed),
    local: fit(local.map(targetOf), seed),
    any: cluster.length > 0,
  }
}

function readyOrServing(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const ready = endpoints.filter((each) => each.ready)
  return ready.length > 0 ? ready : endpoints.filter((each) => each.serving && each.terminating)
}

const targetOf = ({ address, port }: Endpoint): Target => `${address}:${port}`

/**
 * Sorted; of more than PROXY_SLOTS_MAX a subset that differs from node to node, so that all endpoints of
 * a large Service get their share over all nodes.
 */
function fit(targets: readonly Target[], seed: string): readonly Target[] {
  if (targets.length <= PROXY_SLOTS_MAX) return [...targets].sort()
  const ranked = targets.map((target) => ({ target, rank: hash(`${seed} ${target}`) }))
  ranked.sort((a, b) => a.rank - b.rank || (a.target < b.target ? -1 : 1))
  return ranked.slice(0, PROXY_SLOTS_MAX).map(({ target }) => target).sort()
}

/** FNV-1a with a final mix, 32 bits. Source: draft-eastlake-fnv; the mix is MurmurHash3's. */
function hash(text: string): number {
  let value = 2166136261
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return (value ^ (value >>> 13)) >>> 0
}
