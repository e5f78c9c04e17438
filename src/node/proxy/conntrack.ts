import { ipv4Text } from './ipv4.ts'
import { attribute, attributes, NETLINK_NETFILTER, NLM_F_ACK, NLM_F_DUMP, openNetlink } from './netlink.ts'
import { frontendKey, type Frontend, type RuleChange } from './rules.ts'

const SUBSYSTEM = 1 << 8
const CT_GET = SUBSYSTEM | 1
const CT_DELETE = SUBSYSTEM | 2
const CTA_TUPLE_ORIG = 1
const CTA_TUPLE_REPLY = 2
const CTA_FILTER = 25
const CTA_TUPLE_IP = 1
const CTA_TUPLE_PROTO = 2
const CTA_PROTO_NUM = 1
const FILTER_ORIG_FLAGS = 1
const FILTER_PROTO_NUM = 1 << 3
const AF_INET = 2
const UDP = 17
const NFGENMSG = Buffer.from([AF_INET, 0, 0, 0])

/** One tracked connection: where it was sent first, and who answers. */
interface Flow {
  readonly to: { readonly address: string; readonly port: number }
  readonly from: { readonly address: string; readonly port: number }
  /** The original tuple as the kernel gave it: names the flow for deletion. */
  readonly tuple: Buffer
}

/**
 * Ends tracked UDP flows whose endpoint no longer serves their frontend: UDP has no end of its own, so a
 * client that keeps its port would send to the dead pod for ever. Flows that began before there was an
 * endpoint are ended as well. Gives their number. Source: pkg/proxy/conntrack/cleanup.go; TCP is left
 * alone as there.
 */
export function endStaleFlows(
  changes: readonly RuleChange[],
  nodeAddresses: () => ReadonlySet<string>,
): number {
  const changed = new Map<string, Frontend | undefined>()
  for (const { key, before, after } of changes)
    if ((after ?? before)?.protocol === 'udp') changed.set(key, after)
  if (changed.size === 0) return 0
  const own = nodeAddresses()
  const netlink = openNetlink(NETLINK_NETFILTER)
  if (!netlink) return 0
  try {
    const listed = netlink.ask({ type: CT_GET, payload: Buffer.concat([NFGENMSG, onlyUdp()]) }, NLM_F_DUMP)
    if (!listed.ok) return 0
    let ended = 0
    for (const { payload } of listed.value) {
      const flow = flowOf(payload)
      if (!flow || !isStale(flow, changed, own)) continue
      const named = Buffer.concat([NFGENMSG, attribute(CTA_TUPLE_ORIG, flow.tuple)])
      const answer = netlink.ask({ type: CT_DELETE, payload: named }, NLM_F_ACK)
      if (answer.ok) ended++
    }
    return ended
  } finally {
    netlink.close()
  }
}

/** Whether the flow went through a changed frontend and is answered by none of its endpoints. */
export function isStale(
  { to, from }: Pick<Flow, 'to' | 'from'>,
  changed: ReadonlyMap<string, Frontend | undefined>,
  nodeAddresses: ReadonlySet<string>,
): boolean {
  const own = frontendKey({ protocol: 'udp', address: to.address, port: to.port } as Frontend)
  const nodePort = `udp * ${to.port}`
  const key = changed.has(own) ? own : nodeAddresses.has(to.address) && changed.has(nodePort) ? nodePort : undefined
  if (key === undefined) return false
  const frontend = changed.get(key)
  const target = `${from.address}:${from.port}`
  return !frontend?.targets.includes(target) && !frontend?.inside?.includes(target)
}

/** Asks the kernel for UDP alone; kernels before 5.8 send everything, which is looked at anyway. */
function onlyUdp(): Buffer {
  const flags = Buffer.alloc(4)
  flags.writeUInt32LE(FILTER_PROTO_NUM)
  const tuple = attribute(CTA_TUPLE_PROTO | NESTED, attribute(CTA_PROTO_NUM, Buffer.from([UDP])))
  return Buffer.concat([
    attribute(CTA_TUPLE_ORIG | NESTED, tuple),
    attribute(CTA_FILTER | NESTED, attribute(FILTER_ORIG_FLAGS, flags)),
  ])
}

const NESTED = 0x8000

function flowOf(payload: Buffer): Flow | undefined {
  const all = attributes(payload.subarray(NFGENMSG.length))
  const original = all.get(CTA_TUPLE_ORIG)
  const reply = all.get(CTA_TUPLE_REPLY)
  if (!original || !reply) return undefined
  const to = endOf(original, 'destination')
  const from = endOf(reply, 'source')
  return to && from && { to, from, tuple: original }
}

function endOf(tuple: Buffer, side: 'source' | 'destination') {
  const parts = attributes(tuple)
  const ip = attributes(parts.get(CTA_TUPLE_IP) ?? Buffer.alloc(0))
  const proto = attributes(parts.get(CTA_TUPLE_PROTO) ?? Buffer.alloc(0))
  if (proto.get(CTA_PROTO_NUM)?.[0] !== UDP) return undefined
  // CTA_IP_V4_SRC 1 and _DST 2; CTA_PROTO_SRC_PORT 2 and _DST_PORT 3. Network byte order.
  const address = ip.get(side === 'source' ? 1 : 2)
  const port = proto.get(side === 'source' ? 2 : 3)
  if (address?.length !== 4 || port?.length !== 2) return undefined
  return { address: ipv4Text(address.readUInt32BE()), port: port.readUInt16BE() }
}
