import { connect } from 'node:net'
import { frameReader, framed } from '../../../src/node/dns/tcp-frames.ts'

const TYPES: Record<string, number> = { A: 1, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, NAPTR: 35 }

/** A query's bytes; EDNS with so many bytes for one datagram when given. */
export function queryBytes(name: string, type: string, { id = 7, edns }: { id?: number; edns?: number } = {}): Buffer {
  const labels = name === '' ? [] : name.split('.')
  const question = Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0, 0, TYPES[type]!, 0, 1]),
  ])
  const header = Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, edns === undefined ? 0 : 1])
  const option = edns === undefined ? [] : [Buffer.from([0, 0, 41, edns >> 8, edns & 255, 0, 0, 0, 0, 0, 0])]
  return Buffer.concat([header, question, ...option])
}

/** Sends bytes to a server by UDP and gives the reply; undefined after a second of silence. */
export async function overUdp(port: number, bytes: Uint8Array, waitMs = 1000): Promise<Buffer | undefined> {
  const reply = Promise.withResolvers<Buffer | undefined>()
  const timer = setTimeout(() => reply.resolve(undefined), waitMs)
  const socket = await Bun.udpSocket({
    connect: { hostname: '127.0.0.1', port },
    socket: { data: (_socket, data) => reply.resolve(Buffer.from(data)) },
  })
  socket.send(bytes)
  const found = await reply.promise
  clearTimeout(timer)
  socket.close()
  return found
}

/** The same by TCP, the message cut into pieces. */
export function overTcp(port: number, bytes: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', reject)
    socket.on('data', frameReader((frame) => { socket.destroy(); resolve(frame) }, 65_535))
    socket.on('connect', () => {
      const message = framed(bytes)
      socket.write(message.subarray(0, 5))
      setImmediate(() => socket.write(message.subarray(5)))
    })
  })
}
