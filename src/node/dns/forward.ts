import type { Clock } from '../../base/clock.ts'
import { DNS_FORWARD_TRIES_MAX, DNS_FORWARDS_MAX } from '../../base/limits.ts'
import { ask, questionEnd, type Carrier } from './exchange.ts'
import { ReplyCache } from './reply-cache.ts'
import type { Upstreams } from './upstreams.ts'

/** Asks the machine's resolvers what the cluster does not know. */
export interface Forwarder {
  /** The reply as it came, under the query's id; undefined when nobody answered. */
  forward(query: Uint8Array, carrier: Carrier): Promise<Buffer | undefined>
}

/**
 * Forwards with a small cache; the same question under way is asked once. Above DNS_FORWARDS_MAX nothing
 * is forwarded, so that a flood costs no memory.
 */
export function forwarderOf(upstreams: Upstreams, clock: Clock): Forwarder {
  const cache = new ReplyCache()
  const underWay = new Map<string, Promise<Buffer | undefined>>()
  const askAll = async (query: Uint8Array, carrier: Carrier, key: string): Promise<Buffer | undefined> => {
    for (const upstream of upstreams.available().slice(0, DNS_FORWARD_TRIES_MAX)) {
      const reply = await ask(upstream, query, carrier)
      if (reply) {
        upstreams.answered(upstream)
        cache.put(key, reply, clock.monotonicMs())
        return reply
      }
      upstreams.failed(upstream)
    }
    return undefined
  }
  return {
    async forward(query, carrier) {
      const id = query[0]! * 256 + query[1]!
      const key = `${carrier} ${keyOf(query)}`
      const kept = cache.get(key, id, clock.monotonicMs())
      if (kept) return kept
      const same = underWay.get(key)
      if (!same && underWay.size >= DNS_FORWARDS_MAX) return undefined
      const asking = same ?? askAll(query, carrier, key).finally(() => underWay.delete(key))
      if (!same) underWay.set(key, asking)
      const reply = await asking
      if (!reply) return undefined
      const own = Buffer.from(reply)
      own.writeUInt16BE(id, 0)
      return own
    },
  }
}

/** All that a reply depends on: everything behind the id but the case of the name. */
function keyOf(query: Uint8Array): string {
  const bytes = Buffer.from(query.buffer, query.byteOffset, query.byteLength)
  const end = questionEnd(bytes)
  return bytes.toString('latin1', 2, end).toLowerCase() + bytes.toString('latin1', end)
}
