import type { Socket } from 'node:net'
import type { Status } from '../../meta/status.ts'
import type { Exchange } from '../exchange.ts'
import type { TerminalSession } from './node-connection.ts'
import { SpdySession, socketCarrier, type SpdyStream } from './spdy.ts'
import { acceptWebSocket, WebSocketConnection } from './websocket.ts'

/** Channels of the WebSocket subprotocols. Source: apimachinery remotecommand constants, KEP-4006. */
const STDIN = 0
const STDOUT = 1
const STDERR = 2
const ERROR = 3
const RESIZE = 4
const CLOSE = 255

/** Best first. v5 adds half-close of stdin; v4 gives the exit as a Status; older ones as text. */
const WEBSOCKET_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'channel.k8s.io', 'base64.channel.k8s.io']
const SPDY_PROTOCOLS = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io']

/** Which of its streams a terminal uses. */
export interface TerminalShape {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

/** Whether the client wants a WebSocket; else it wants SPDY. */
export const wantsWebSocket = (exchange: Exchange): boolean =>
  (exchange.header('upgrade') ?? '').toLowerCase() === 'websocket'

/** Subprotocols that the client offers, comma-separated or in several headers. */
export function offered(exchange: Exchange, header: string): string[] {
  const raw = exchange.incoming.rawHeaders
  const values: string[] = []
  for (let i = 0; i < raw.length; i += 2)
    if (raw[i]!.toLowerCase() === header) values.push(...raw[i + 1]!.split(',').map((v) => v.trim()))
  return values
}

/** Runs a terminal over whichever protocol the client asks for, until the process ends. */
export async function serveTerminal(
  exchange: Exchange,
  socket: Socket,
  head: Buffer,
  session: TerminalSession,
  shape: TerminalShape,
): Promise<void> {
  socket.once('close', () => session.close())
  await (wantsWebSocket(exchange)
    ? overWebSocket(exchange, socket, head, session)
    : overSpdy(exchange, socket, head, session, shape))
}

async function overWebSocket(exchange: Exchange, socket: Socket, head: Buffer, session: TerminalSession): Promise<void> {
  const wanted = offered(exchange, 'sec-websocket-protocol')
  const protocol = WEBSOCKET_PROTOCOLS.find((p) => wanted.includes(p))
  acceptWebSocket(socket, exchange.header('sec-websocket-key') ?? '', protocol)
  const connection = new WebSocketConnection(socket, head)
  const base64 = protocol?.startsWith('base64') ?? false
  const send = (channel: number, bytes: Uint8Array): Promise<void> =>
    base64
      ? connection.sendText(String(channel) + Buffer.from(bytes).toString('base64'))
      : connection.sendBinary(Uint8Array.of(channel), bytes)
  void readChannels(connection, session, base64)
  for await (const { stream, bytes } of session.output)
    await send(stream === 'stdout' ? STDOUT : STDERR, bytes)
  const status = await session.exit()
  const structured = protocol === 'v4.channel.k8s.io' || protocol === 'v5.channel.k8s.io'
  if (structured || status.status !== 'Success')
    await send(ERROR, Buffer.from(structured ? JSON.stringify(status) : (status.message ?? '')))
  connection.close()
}

async function readChannels(connection: WebSocketConnection, session: TerminalSession, base64: boolean): Promise<void> {
  for await (const { bytes } of connection.messages()) {
    if (bytes.length === 0) continue
    const channel = base64 ? bytes[0]! - 48 : bytes[0]!
    const rest = base64 ? Buffer.from(bytes.subarray(1).toString('latin1'), 'base64') : bytes.subarray(1)
    if (channel === STDIN) await session.write(rest)
    else if (channel === RESIZE) resize(session, rest)
    else if (channel === CLOSE && rest[0] === STDIN) session.closeStdin()
  }
  session.closeStdin()
}

/** `{"Width":80,"Height":24}`; anything else is ignored, as upstream does. */
function resize(session: TerminalSession, bytes: Uint8Array): void {
  try {
    const { Width, Height } = JSON.parse(Buffer.from(bytes).toString()) as { Width?: number; Height?: number }
    if (Width && Height) session.resize(Width, Height)
  } catch {
    // Half a message or nonsense: the next one corrects it.
  }
}

async function overSpdy(
  exchange: Exchange,
  socket: Socket,
  head: Buffer,
  session: TerminalSession,
  shape: TerminalShape,
): Promise<void> {
  const wanted = offered(exchange, 'x-stream-protocol-version')
  const protocol = SPDY_PROTOCOLS.find((p) => wanted.includes(p))
  if (wanted.length > 0 && !protocol) {
    socket.end(`HTTP/1.1 403 Forbidden\r\nX-Accept-Stream-Protocol-Version: ${SPDY_PROTOCOLS.join(', ')}\r\nContent-Length: 0\r\n\r\n`)
    return session.close()
  }
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n' +
      `${protocol ? `X-Stream-Protocol-Version: ${protocol}\r\n` : ''}\r\n`,
  )
  const spdy = new SpdySession(socketCarrier(socket, head))
  const streams = await namedStreams(spdy, shape)
  if (!streams) return session.close()
  void pumpIn(streams.get('stdin'), session)
  void pumpResize(streams.get('resize'), session)
  for await (const { stream, bytes } of session.output) await streams.get(stream)?.write(bytes)
  const status = await session.exit()
  await reportExit(streams.get('error')!, status, protocol === 'v4.channel.k8s.io')
  await Promise.all([...streams.values()].map((stream) => stream.end()))
  spdy.close()
}

/** Waits for all streams that the request promised. */
async function namedStreams(spdy: SpdySession, shape: TerminalShape): Promise<Map<string, SpdyStream> | undefined> {
  const expected =
    1 + Number(shape.stdin) + Number(shape.stdout) + Number(shape.stderr && !shape.tty) + Number(shape.tty)
  const found = new Map<string, SpdyStream>()
  for await (const stream of spdy.streams()) {
    found.set(stream.headers.get('streamtype') ?? '', stream)
    if (found.size === expected) return found
  }
  return undefined
}

async function pumpIn(stream: SpdyStream | undefined, session: TerminalSession): Promise<void> {
  if (!stream) return
  for await (const bytes of stream.incoming()) await session.write(bytes)
  session.closeStdin()
}

async function pumpResize(stream: SpdyStream | undefined, session: TerminalSession): Promise<void> {
  if (!stream) return
  for await (const bytes of stream.incoming()) resize(session, bytes)
}

async function reportExit(stream: SpdyStream, status: Status, structured: boolean): Promise<void> {
  if (structured) await stream.write(Buffer.from(JSON.stringify(status)))
  else if (status.status !== 'Success') await stream.write(Buffer.from(status.message ?? ''))
}
