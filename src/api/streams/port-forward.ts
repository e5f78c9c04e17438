import type { Socket } from 'node:net'
import type { Exchange } from '../exchange.ts'
import type { NodeConnection, PortConnection } from './node-connection.ts'
import { SpdySession, socketCarrier, type ByteCarrier, type SpdyStream } from './spdy.ts'
import { offered, wantsWebSocket } from './terminal.ts'
import { acceptWebSocket, WebSocketConnection } from './websocket.ts'

const TUNNELED = 'SPDY/3.1+portforward.k8s.io'
const PROTOCOL = 'portforward.k8s.io'

/** Where forwarded connections go. */
export interface ForwardTarget {
  readonly nodes: NodeConnection
  readonly namespace: string
  readonly pod: string
}

/** Serves port-forward: SPDY on the socket, or SPDY inside WebSocket messages (KEP-4006). */
export async function servePortForward(
  exchange: Exchange,
  socket: Socket,
  head: Buffer,
  target: ForwardTarget,
): Promise<void> {
  const carrier = wantsWebSocket(exchange)
    ? tunnel(exchange, socket, head)
    : plain(socket, head)
  const spdy = new SpdySession(carrier)
  const pairs = new Map<string, { error?: SpdyStream; data?: SpdyStream }>()
  for await (const stream of spdy.streams()) {
    const id = stream.headers.get('requestid') ?? stream.headers.get('port') ?? ''
    const pair = pairs.get(id) ?? {}
    pairs.set(id, pair)
    if (stream.headers.get('streamtype') === 'error') pair.error = stream
    else pair.data = stream
    if (!pair.error || !pair.data) continue
    pairs.delete(id)
    void carry(pair.error, pair.data, target)
  }
}

function plain(socket: Socket, head: Buffer): ByteCarrier {
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n' +
      `X-Stream-Protocol-Version: ${PROTOCOL}\r\n\r\n`,
  )
  return socketCarrier(socket, head)
}

function tunnel(exchange: Exchange, socket: Socket, head: Buffer): ByteCarrier {
  const protocol = offered(exchange, 'sec-websocket-protocol').includes(TUNNELED) ? TUNNELED : undefined
  acceptWebSocket(socket, exchange.header('sec-websocket-key') ?? '', protocol)
  const connection = new WebSocketConnection(socket, head)
  return {
    write: (bytes) => connection.sendBinary(bytes),
    incoming: messageBytes(connection),
    close: () => connection.close(),
  }
}

async function* messageBytes(connection: WebSocketConnection): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of connection.messages()) yield bytes
}

/** One forwarded connection: what goes wrong is told on the error stream. */
async function carry(error: SpdyStream, data: SpdyStream, { nodes, namespace, pod }: ForwardTarget): Promise<void> {
  const port = Number(data.headers.get('port'))
  const dialed = await nodes.dial(namespace, pod, port)
  if (!dialed.ok) {
    await error.write(Buffer.from(`error forwarding port ${port} to pod ${pod}, uid : ${dialed.error.message}`))
    await Promise.all([error.end(), data.end()])
    return
  }
  const connection = dialed.value
  await Promise.all([inward(data, connection), outward(connection, data)])
  await error.end()
  connection.close()
}

async function inward(data: SpdyStream, connection: PortConnection): Promise<void> {
  for await (const bytes of data.incoming()) await connection.write(bytes)
  connection.closeWrite()
}

async function outward(connection: PortConnection, data: SpdyStream): Promise<void> {
  for await (const bytes of connection.incoming) await data.write(bytes)
  await data.end()
}
