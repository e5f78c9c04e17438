import { connect } from 'node:net'
import { DNS_FORWARD_MS, DNS_TCP_BYTES_MAX } from '../../base/limits.ts'
import { frameReader, framed } from './tcp-frames.ts'
import type { Upstream } from './upstreams.ts'

/** How a query travels. */
export type Carrier = 'udp' | 'tcp'

/**
 * Asks one server; undefined when it does not answer in time. A socket of its own with a random port and a
 * random id makes a forged reply improbable (RFC 5452); replies to another question are passed over.
 */
export async function ask(upstream: Upstream, query: Uint8Array, carrier: Carrier): Promise<Buffer | undefined> {
  const sent = Buffer.from(query)
  const id = crypto.getRandomValues(new Uint16Array(1))[0]!
  sent.writeUInt16BE(id, 0)
  const fits = (reply: Buffer): boolean => reply.length >= 12 && reply.readUInt16BE(0) === id && sameQuestion(sent, reply)
  const reply = await (carrier === 'udp' ? overUdp(upstream, sent, fits) : overTcp(upstream, sent, fits))
  reply?.writeUInt16BE(query[0]! * 256 + query[1]!, 0)
  return reply
}

async function overUdp(upstream: Upstream, query: Buffer, fits: (reply: Buffer) => boolean): Promise<Buffer | undefined> {
  const answer = Promise.withResolvers<Buffer | undefined>()
  const timer = setTimeout(() => answer.resolve(undefined), DNS_FORWARD_MS)
  try {
    const socket = await Bun.udpSocket({
      connect: { hostname: upstream.address, port: upstream.port },
      socket: {
        data(_socket, data) {
          const reply = Buffer.from(data)
          if (fits(reply)) answer.resolve(reply)
        },
        error: () => answer.resolve(undefined),
      },
    })
    socket.send(query)
    const reply = await answer.promise
    socket.close()
    return reply
  } catch {
    // No route, no such address family: as good as silence.
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

function overTcp(upstream: Upstream, query: Buffer, fits: (reply: Buffer) => boolean): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect(upstream.port, upstream.address)
    const end = (reply: Buffer | undefined): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reply)
    }
    const timer = setTimeout(() => end(undefined), DNS_FORWARD_MS)
    const read = frameReader((frame) => fits(frame) && end(frame), DNS_TCP_BYTES_MAX)
    socket.on('connect', () => socket.write(framed(query)))
    socket.on('data', read)
    socket.on('error', () => end(undefined))
    socket.on('close', () => end(undefined))
  })
}

/** Compares the question sections; case does not matter. */
function sameQuestion(query: Buffer, reply: Buffer): boolean {
  const end = questionEnd(query)
  if (reply.length < end || reply.readUInt16BE(4) !== 1) return false
  return query.subarray(12, end).toString('latin1').toLowerCase() === reply.subarray(12, end).toString('latin1').toLowerCase()
}

/** Where the first question ends. */
export function questionEnd(message: Uint8Array): number {
  let at = 12
  while (at < message.length && message[at]! > 0) at += message[at]! + 1
  return at + 5
}
