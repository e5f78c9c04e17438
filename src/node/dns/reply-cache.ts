import { DNS_CACHE_REPLIES_MAX, DNS_CACHE_SECONDS_MAX } from '../../base/limits.ts'
import { questionEnd } from './exchange.ts'

interface Kept {
  readonly reply: Buffer
  /** Offsets of the records' times to live. */
  readonly ttls: readonly number[]
  readonly sinceMs: number
  readonly untilMs: number
}

/** Replies of other servers, for as long as they allow, with times to live that run down. */
export class ReplyCache {
  readonly #kept = new Map<string, Kept>()

  /** A reply to the same question, under another id. */
  get(key: string, id: number, nowMs: number): Buffer | undefined {
    const kept = this.#kept.get(key)
    if (!kept) return undefined
    if (nowMs >= kept.untilMs) {
      this.#kept.delete(key)
      return undefined
    }
    const reply = Buffer.from(kept.reply)
    reply.writeUInt16BE(id, 0)
    const agedSeconds = Math.floor((nowMs - kept.sinceMs) / 1000)
    for (const at of kept.ttls) reply.writeUInt32BE(Math.max(0, reply.readUInt32BE(at) - agedSeconds), at)
    return reply
  }

  put(key: string, reply: Buffer, nowMs: number): void {
    const code = reply[3]! & 0xf
    const isCut = (reply[2]! & 0x02) !== 0
    // NOERROR and NXDOMAIN are facts; everything else may be different the next time.
    if (isCut || (code !== 0 && code !== 3)) return
    const ttls = ttlOffsets(reply)
    if (!ttls || ttls.length === 0) return
    const seconds = Math.min(DNS_CACHE_SECONDS_MAX, ...ttls.map((at) => reply.readUInt32BE(at)))
    if (seconds <= 0) return
    if (this.#kept.size >= DNS_CACHE_REPLIES_MAX) this.#kept.delete(this.#kept.keys().next().value!)
    this.#kept.set(key, { reply: Buffer.from(reply), ttls, sinceMs: nowMs, untilMs: nowMs + seconds * 1000 })
  }
}

const TYPE_OPT = 41

/** Where the times to live are; undefined for a broken message. OPT has none. */
export function ttlOffsets(message: Buffer): number[] | undefined {
  if (message.length < 12) return undefined
  const records = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10)
  const found: number[] = []
  let at = message.readUInt16BE(4) === 1 ? questionEnd(message) : 12
  for (let i = 0; i < records; i++) {
    at = nameEnd(message, at)
    if (at + 10 > message.length) return undefined
    if (message.readUInt16BE(at) !== TYPE_OPT) found.push(at + 4)
    at += 10 + message.readUInt16BE(at + 8)
    if (at > message.length) return undefined
  }
  return found
}

function nameEnd(message: Buffer, start: number): number {
  let at = start
  while (at < message.length) {
    const length = message[at]!
    if (length === 0) return at + 1
    if (length >= 0xc0) return at + 2
    at += length + 1
  }
  return at
}
