import { addressAt, DNS_OFFSET } from './commands/admission/service-address.ts'
import type { Clock } from './base/clock.ts'
import type { Log as Logger } from './base/log.ts'
import type { Result } from './base/result.ts'
import type { Identity } from './identity.ts'
import { startDns, type Dns } from './node/dns/server.ts'
import { startProxy, type Proxy } from './node/proxy/proxy.ts'
import type { Frontend, Transport } from './node/proxy/rules.ts'
import type { ViewSource } from './reconcilers/runtime/ports.ts'
import type { NodeGround } from './run-node.ts'

const DNS_PORT = 53

/** Services and names of a node. */
export interface NodeNetworking {
  readonly proxy: Proxy
  readonly dns: Dns
  /** What is not ready yet, for people; undefined when both answer. */
  problem(): string | undefined
  close(): Promise<void>
}

/** What networking is made from. */
export interface NetworkParts {
  readonly ground: NodeGround
  readonly identity: Identity
  readonly source: ViewSource
  readonly clock: Clock
  readonly logger: Logger
}

/** Starts the Service proxy and the cluster DNS of this node. */
export async function runNetwork(parts: NetworkParts): Promise<Result<NodeNetworking, string>> {
  const { ground, identity, source, clock, logger } = parts
  const { podCidr, serviceCidr, loadBalancerCidr } = identity
  const gateway = ground.network.gateway
  const dnsAddress = addressAt(serviceCidr, DNS_OFFSET)
  const proxy = await startProxy({
    source, clock, log: logger,
    clusterUid: identity.uid,
    facts: { nodeName: identity.nodeName, hostIps: [gateway], podCidr, serviceCidr, loadBalancerCidr },
    bridge: ground.network.bridge,
    builtIn: (['udp', 'tcp'] as const).map((protocol) => dnsFrontend(protocol, dnsAddress, gateway)),
  })
  if (!proxy.ok) return proxy
  const dns = startDns({
    source, clock, log: logger,
    zone: { domain: 'cluster.local', dnsAddress, ranges: [podCidr, serviceCidr] },
    listen: [{ address: gateway, port: DNS_PORT }],
  })
  return {
    ok: true,
    value: {
      proxy: proxy.value,
      dns,
      problem: () =>
        (proxy.value.ready() ? undefined : (proxy.value.problem() ?? 'the proxy is loading its rules')) ??
        (dns.ready() ? undefined : (dns.problem() ?? 'DNS is starting')),
      async close() {
        await dns.close()
        await proxy.value.close()
      },
    },
  }
}

/** The cluster DNS answers before any Service object names it. */
const dnsFrontend = (protocol: Transport, address: string, gateway: string): Frontend => ({
  service: `kube-system/kube-dns:dns-${protocol}`,
  protocol, address,
  port: DNS_PORT,
  targets: [`${gateway}:${DNS_PORT}`],
  refusal: 'reject',
  masquerade: 'off-pod',
})
