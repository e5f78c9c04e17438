import { err, ok, type Result } from '../base/result.ts'
import type { Engine } from '../docker/engine.ts'
import type { DockerError } from '../docker/errors.ts'
import type { NetworkInspect, NetworkSpec } from '../docker/types.ts'
import { LABEL, ownershipLabels, type Ownership } from './kubelet/labels.ts'

/** A node's own network. */
export interface NetworkWish {
  readonly owner: Ownership
  /** Name of the cluster: also names the network. */
  readonly cluster: string
  /** The node's part of the pod range, `10.42.1.0/24`. */
  readonly podCidr: string
}

/** A network that is there. */
export interface NodeNetwork {
  readonly id: string
  readonly name: string
  /** The host's address in it. */
  readonly gateway: string
  /** The bridge's interface on the host. */
  readonly bridge: string
}

/** Name of the node's network; a second node of the cluster on one daemon has its own. */
export const networkName = ({ cluster, owner }: NetworkWish): string => `klio-${cluster}-${owner.nodeName}`

/** The first address of a range is the host's: `10.42.1.0/24` gives `10.42.1.1`. */
export function gatewayOf(cidr: string): string {
  const bytes = cidr.split('/')[0]!.split('.').map(Number)
  return [...bytes.slice(0, 3), bytes[3]! + 1].join('.')
}

/** Interfaces have at most 15 characters: `kl` and a part of the cluster's uid. */
export const bridgeName = (owner: Ownership): string =>
  `kl${owner.clusterUid.replaceAll('-', '').slice(0, 8)}${hash(owner.nodeName)}`

/** Makes the node's network, or finds it. An error says what stands in the way. */
export async function ensureNetwork(
  engine: Engine,
  wish: NetworkWish,
): Promise<Result<NodeNetwork, DockerError>> {
  const name = networkName(wish)
  const found = await findOwn(engine, wish, name)
  if (!found.ok) return found
  if (found.value) return ok(described(found.value, wish))
  const created = await engine.networks.create(networkSpec(wish, name))
  if (created.ok) {
    const gateway = gatewayOf(wish.podCidr)
    return ok({ id: created.value.Id, name, gateway, bridge: bridgeName(wish.owner) })
  }
  if (created.error.kind !== 'conflict') return created
  const again = await findOwn(engine, wish, name)
  return again.ok && again.value ? ok(described(again.value, wish)) : created
}

async function findOwn(
  engine: Engine,
  wish: NetworkWish,
  name: string,
): Promise<Result<NetworkInspect | undefined, DockerError>> {
  const listed = await engine.networks.list({ names: [name] })
  if (!listed.ok) return listed
  const same = listed.value.find((n) => n.Name === name)
  if (!same) return ok(undefined)
  if (same.Labels?.[LABEL.cluster] === wish.owner.clusterUid) return ok(same)
  const message = `a Docker network named ${name} belongs to something else; remove it or choose another --name`
  return err({ kind: 'fatal', status: 409, message, call: 'GET /networks' })
}

function described(network: NetworkInspect, wish: NetworkWish): NodeNetwork {
  const pool = network.IPAM.Config?.[0]
  return {
    id: network.Id,
    name: network.Name,
    gateway: pool?.Gateway ?? gatewayOf(pool?.Subnet ?? wish.podCidr),
    bridge: network.Options?.['com.docker.network.bridge.name'] ?? bridgeName(wish.owner),
  }
}

function networkSpec(wish: NetworkWish, name: string): NetworkSpec {
  return {
    Name: name,
    Driver: 'bridge',
    CheckDuplicate: true,
    IPAM: { Config: [{ Subnet: wish.podCidr, Gateway: gatewayOf(wish.podCidr) }] },
    Options: {
      'com.docker.network.bridge.name': bridgeName(wish.owner),
      'com.docker.network.bridge.enable_icc': 'true',
      'com.docker.network.bridge.enable_ip_masquerade': 'true',
    },
    Labels: { ...ownershipLabels(wish.owner), [LABEL.role]: 'network' },
  }
}

/** Five characters that tell nodes of one cluster apart. */
function hash(text: string): string {
  let value = 2166136261
  for (const char of text) value = Math.imul(value ^ char.codePointAt(0)!, 16777619) >>> 0
  return value.toString(36).padStart(5, '0').slice(-5)
}
