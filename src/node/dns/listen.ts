import { createServer, type Socket } from 'node:net'
import { DNS_TCP_BYTES_MAX, DNS_TCP_CONNECTIONS_MAX, DNS_TCP_IDLE_MS } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import type { Carrier } from './exchange.ts'
import { frameReader, framed } from './tcp-frames.ts'

/** Gives the reply to a message, or undefined for silence. */
export type Respond = (message: Uint8Array, carrier: Carrier, from: string) => Promise<Buffer | undefined>

/** One address that is listened on, by UDP and TCP. */
export interface Listener {
  close(): Promise<void>
}

/** An address and port. */
export interface ListenAddress {
  readonly address: string
  readonly port: number
}

/** Listens on both; an error is the system's code, `EADDRINUSE`. */
export async function listen(at: ListenAddress, respond: Respond): Promise<Result<Listener, string>> {
  const udp = await listenUdp(at, respond)
  if (!udp.ok) return udp
  const tcp = await listenTcp(at, respond)
  if (!tcp.ok) {
    await udp.value.close()
    return tcp
  }
  return ok({
    async close() {
      await Promise.all([udp.value.close(), tcp.value.close()])
    },
  })
}

async function listenUdp({ address, port }: ListenAddress, respond: Respond): Promise<Result<Listener, string>> {
  try {
    const socket = await Bun.udpSocket({
      hostname: address,
      port,
      socket: {
        async data(self, data, fromPort, from) {
          // Copied, because a forwarded query outlives the call.
          const reply = await respond(Buffer.from(data), 'udp', from)
          if (reply && !self.closed) self.send(reply, fromPort, from)
        },
        // The client is gone: an ICMP message says so, and nothing is to do.
        error() {},
      },
    })
    return ok({ close: async () => socket.close() })
  } catch (error) {
    return err(codeOf(error))
  }
}

async function listenTcp({ address, port }: ListenAddress, respond: Respond): Promise<Result<Listener, string>> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setTimeout(DNS_TCP_IDLE_MS, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    const from = socket.remoteAddress ?? ''
    socket.on('data', frameReader((frame) => void reply(socket, frame, from, respond), DNS_TCP_BYTES_MAX))
  })
  server.maxConnections = DNS_TCP_CONNECTIONS_MAX
  const problem = await new Promise<string | undefined>((resolve) => {
    server.once('error', (error) => resolve(codeOf(error)))
    server.listen(port, address, () => resolve(undefined))
  })
  if (problem !== undefined) return err(problem)
  return ok({
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  })
}

async function reply(socket: Socket, frame: Buffer, from: string, respond: Respond): Promise<void> {
  const bytes = await respond(frame, 'tcp', from)
  if (!socket.writable) return
  if (bytes) socket.write(framed(bytes))
  else socket.destroy()
}

const codeOf = (error: unknown): string =>
  error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
