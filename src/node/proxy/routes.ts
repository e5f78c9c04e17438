import { err, ok, type Result } from '../../base/result.ts'
import { parseRange } from './ipv4.ts'
import { attribute, NETLINK_ROUTE, NLM_F_ACK, NLM_F_CREATE, NLM_F_REPLACE, openNetlink } from './netlink.ts'

const RTM_NEWROUTE = 24
const RTM_DELROUTE = 25
const RTA_DST = 1
const RTA_OIF = 4
const AF_INET = 2
const TABLE_LOCAL = 255
const SCOPE_HOST = 254
const RTN_LOCAL = 2
/** Marks routes as klio's; free in /etc/iproute2/rt_protos. */
const PROTOCOL_KLIO = 77
/** The loopback interface is the first of every network namespace. */
const LOOPBACK = 1
const ESRCH = 3

/**
 * Makes every address of the ranges the node's own: packets of the node find a route, and whatever no rule
 * translates ends here instead of leaving by the default route (design 6). Source: rtnetlink(7).
 */
export function addLocalRoutes(ranges: readonly string[]): Result<void, string> {
  return each(ranges, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE)
}

/** Takes the routes back; those that are gone already are no error. */
export function removeLocalRoutes(ranges: readonly string[]): Result<void, string> {
  return each(ranges, RTM_DELROUTE, NLM_F_ACK)
}

function each(ranges: readonly string[], type: number, flags: number): Result<void, string> {
  const netlink = openNetlink(NETLINK_ROUTE)
  if (!netlink) return err('the kernel gives no netlink socket for routes')
  try {
    for (const range of ranges) {
      const payload = routeMessage(range)
      if (!payload) return err(`${range} is no IPv4 range`)
      const answer = netlink.ask({ type, payload }, flags)
      if (!answer.ok && !(type === RTM_DELROUTE && answer.error === ESRCH))
        return err(`the route of ${range} was refused with errno ${answer.error}`)
    }
    return ok(undefined)
  } finally {
    netlink.close()
  }
}

function routeMessage(text: string): Buffer | undefined {
  const range = parseRange(text)
  if (!range) return undefined
  const destination = Buffer.alloc(4)
  destination.writeUInt32BE(range.base)
  const device = Buffer.alloc(4)
  device.writeUInt32LE(LOOPBACK)
  const header = Buffer.from([
    AF_INET, range.bits, 0, 0, TABLE_LOCAL, PROTOCOL_KLIO, SCOPE_HOST, RTN_LOCAL, 0, 0, 0, 0,
  ])
  return Buffer.concat([header, attribute(RTA_DST, destination), attribute(RTA_OIF, device)])
}
