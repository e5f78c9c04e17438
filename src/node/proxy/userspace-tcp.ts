import { connect, createServer, type Server, type Socket } from 'node:net'
import { USERSPACE_CONNECT_MS, USERSPACE_CONNECTIONS_MAX, USERSPACE_TARGETS_TRIED_MAX } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import type { Chooser } from './choose-target.ts'
import type { Forwarder } from './forwarder.ts'
import { splitTarget, type Target } from './rules.ts'

/** Listens on an address and carries every connection to an endpoint, half-closes included. */
export async function forwardTcp(host: string, port: number, chooser: Chooser): Promise<Result<Forwarder, string>> {
  const sockets = new Set<Socket>()
  const track = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    track(client)
    client.on('error', () => client.destroy())
    carry(client, chooser, track, new Set())
  })
  server.maxConnections = USERSPACE_CONNECTIONS_MAX
  const problem = await listening(server, host, port)
  if (problem !== undefined) return err(problem)
  return ok({
    chooser,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  })
}

function listening(server: Server, host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      server.on('error', () => {})
      resolve(undefined)
    })
  })
}

/** Endpoints that do not answer are passed over, as the connection is still the client's first. */
function carry(client: Socket, chooser: Chooser, track: (socket: Socket) => void, silent: Set<Target>): void {
  const target = silent.size < USERSPACE_TARGETS_TRIED_MAX ? chooser.choose(client.remoteAddress ?? '', silent) : undefined
  if (target === undefined) return void client.resetAndDestroy()
  const to = splitTarget(target)
  const upstream = connect({ host: to.address, port: to.port, allowHalfOpen: true })
  track(upstream)
  const timer = setTimeout(() => upstream.destroy(new Error('no answer')), USERSPACE_CONNECT_MS)
  let joined = false
  upstream.once('connect', () => {
    joined = true
    clearTimeout(timer)
    client.pipe(upstream)
    upstream.pipe(client)
  })
  upstream.on('error', () => {
    clearTimeout(timer)
    upstream.destroy()
    if (joined || client.destroyed) return void client.resetAndDestroy()
    carry(client, chooser, track, silent.add(target))
  })
  client.once('close', () => upstream.destroy())
}
