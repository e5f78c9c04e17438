/** Transport protocols of Services, in nftables' spelling. */
export type Transport = 'tcp' | 'udp' | 'sctp'

/** Where traffic ends: `10.42.0.7:8080`. */
export type Target = string

/**
 * Whose source address is replaced by the node's on the way to an endpoint: everyone's (the endpoint may
 * be on another node), everyone's but pods', or only the node's own (externalTrafficPolicy Local).
 */
export type Masquerade = 'all' | 'off-pod' | 'node'

/** One address and port that a Service is reached by, and where its traffic goes. */
export interface Frontend {
  /** Namespace, name and port name of the Service: `default/web:http`. */
  readonly service: string
  readonly protocol: Transport
  /** Undefined for a node port, which every address of the node answers. */
  readonly address: string | undefined
  readonly port: number
  /** Endpoints in slot order, without duplicates. */
  readonly targets: readonly Target[]
  /** Endpoints for pods and the node itself, where they differ from everyone else's. */
  readonly inside?: readonly Target[]
  /** What a new connection gets when there is no endpoint for it. */
  readonly refusal: 'reject' | 'drop'
  readonly masquerade: Masquerade
  /** Seconds that a client address keeps its endpoint. */
  readonly affinitySeconds?: number
  /** Client ranges that may connect; undefined allows all. */
  readonly sources?: readonly string[]
}

/** A port that tells a load balancer how many endpoints of a Service are on this node. */
export interface HealthPort {
  readonly port: number
  readonly namespace: string
  readonly name: string
  readonly localEndpoints: number
}

/** Everything one Service asks of the node. */
export interface ServiceRules {
  readonly frontends: readonly Frontend[]
  /** Addresses of endpoints on this node: a pod may reach itself through the Service. */
  readonly localAddresses: readonly string[]
  readonly health?: HealthPort
}

/** Everything the node has to do, by frontend key. */
export type RuleSet = ReadonlyMap<string, Frontend>

/** A frontend's step: made, changed or removed. */
export interface RuleChange {
  readonly key: string
  readonly before: Frontend | undefined
  readonly after: Frontend | undefined
}

/** What rules depend on beside the API's objects; fixed while a node runs. */
export interface NodeFacts {
  readonly nodeName: string
  /** Addresses of the node, the first is the one it is known by. */
  readonly hostIps: readonly string[]
  /** The cluster's pod range: sources outside it are masqueraded. */
  readonly podCidr: string
  readonly serviceCidr: string
  readonly loadBalancerCidr: string
}

/** Identifies a frontend: `tcp 10.43.0.1 443`, `udp * 30053`. */
export const frontendKey = ({ protocol, address, port }: Frontend): string =>
  `${protocol} ${address ?? '*'} ${port}`

/** Splits `10.42.0.7:8080`. */
export function splitTarget(target: Target): { address: string; port: number } {
  const colon = target.lastIndexOf(':')
  return { address: target.slice(0, colon), port: Number(target.slice(colon + 1)) }
}
