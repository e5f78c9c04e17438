import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { USERSPACE_UDP_FLOWS_MAX, USERSPACE_UDP_IDLE_MS } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import type { Chooser } from './choose-target.ts'
import type { Forwarder } from './forwarder.ts'
import { splitTarget, type Target } from './rules.ts'

interface Flow {
  readonly socket: Socket
  readonly target: Target
  timer: Timer
}

/**
 * Listens on an address and gives each client address and port a socket of its own towards an endpoint,
 * until nothing passed for USERSPACE_UDP_IDLE_MS. Beyond the cap the oldest flow ends.
 */
export async function forwardUdp(host: string, port: number, chooser: Chooser): Promise<Result<Forwarder, string>> {
  const flows = new Map<string, Flow>()
  const server = createSocket('udp4')
  const end = (key: string): void => {
    const flow = flows.get(key)
    if (!flow) return
    flows.delete(key)
    clearTimeout(flow.timer)
    flow.socket.close()
  }
  server.on('message', (data, from) => {
    const flow = flowOf(flows, server, chooser, from, end)
    if (!flow) return
    const to = splitTarget(flow.target)
    flow.socket.send(data, to.port, to.address)
  })
  const problem = await new Promise<string | undefined>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.bind(port, host, () => resolve(undefined))
  })
  if (problem !== undefined) return err(problem)
  server.removeAllListeners('error')
  server.on('error', () => {})
  return ok({
    chooser,
    async close() {
      for (const key of [...flows.keys()]) end(key)
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
}

function flowOf(
  flows: Map<string, Flow>,
  server: Socket,
  chooser: Chooser,
  from: RemoteInfo,
  end: (key: string) => void,
): Flow | undefined {
  const key = `${from.address}:${from.port}`
  const known = flows.get(key)
  const { inside, targets } = chooser.frontend
  if (known && (targets.includes(known.target) || inside?.includes(known.target))) {
    known.timer.refresh()
    return known
  }
  end(key)
  const target = chooser.choose(from.address)
  if (target === undefined) return undefined
  if (flows.size >= USERSPACE_UDP_FLOWS_MAX) end(flows.keys().next().value!)
  const socket = createSocket('udp4')
  const flow: Flow = { socket, target, timer: setTimeout(() => end(key), USERSPACE_UDP_IDLE_MS) }
  socket.on('error', () => end(key))
  socket.on('message', (data) => {
    flow.timer.refresh()
    server.send(data, from.port, from.address)
  })
  flows.set(key, flow)
  return flow
}
