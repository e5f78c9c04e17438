import type { Socket } from 'node:net'
import { badRequest, pageNotFound, type Status } from '../../meta/status.ts'
import type { Exchange } from '../exchange.ts'
import { isTrue } from '../request-info.ts'
import { drained } from '../send-pieces.ts'
import type { ResourceRequest } from '../verbs/resource-request.ts'
import type { LogOptions, NodeConnection } from './node-connection.ts'
import { servePortForward } from './port-forward.ts'
import { offered, serveTerminal } from './terminal.ts'
import { acceptWebSocket, WebSocketConnection } from './websocket.ts'

/** GET of pods/log. Source: registry/core/pod/rest/log.go. */
export const podLog =
  (nodes: NodeConnection) =>
  async ({ exchange }: ResourceRequest): Promise<void> => {
    const { info, query, outgoing } = exchange
    const options = logOptions(query)
    if ('kind' in options) return exchange.refuse(options)
    const closed = new AbortController()
    outgoing.once('close', () => closed.abort())
    const ref = { namespace: info.namespace, pod: info.name, container: query.get('container') ?? '' }
    const lines = await nodes.logs(ref, options, closed.signal)
    if (!lines.ok) return exchange.refuse(lines.error)
    outgoing.writeHead(200, exchange.headers({ 'content-type': 'text/plain' }))
    outgoing.flushHeaders()
    for await (const bytes of lines.value) {
      if (outgoing.destroyed) return
      if (!outgoing.write(bytes)) await drained(outgoing)
    }
    outgoing.end()
  }

function logOptions(query: URLSearchParams): LogOptions | Status {
  const number = (name: string): number | undefined => {
    const text = query.get(name)
    return text === null ? undefined : Number(text)
  }
  const [sinceSeconds, tailLines, limitBytes] = ['sinceSeconds', 'tailLines', 'limitBytes'].map(number)
  for (const value of [sinceSeconds, tailLines, limitBytes])
    if (value !== undefined && (!Number.isInteger(value) || value < 0))
      return badRequest(`a log option must be a whole number that is not negative`)
  return {
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    ...(sinceSeconds !== undefined && { sinceSeconds }),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(query.has('sinceTime') && { sinceTime: query.get('sinceTime')! }),
    ...(query.has('stream') && { stream: query.get('stream') as NonNullable<LogOptions['stream']> }),
  }
}

/** exec, attach and port-forward without an upgrade: there is nothing to answer with. */
export const needsUpgrade = async ({ exchange }: ResourceRequest): Promise<void> =>
  exchange.refuse(badRequest('Upgrade request required'))

/** Takes over a connection for pods/exec, pods/attach and pods/portforward. */
export const podUpgrade =
  (nodes: NodeConnection) =>
  async (exchange: Exchange, socket: Socket, head: Buffer): Promise<void> => {
    const { info } = exchange
    const { namespace, name: pod, subresource } = info
    if (info.resource !== 'pods' || info.group !== '') return refuse(socket, pageNotFound())
    if (subresource === 'log') return logOverWebSocket(nodes, exchange, socket, head)
    if (subresource === 'portforward') return servePortForward(exchange, socket, head, { nodes, namespace, pod })
    if (subresource !== 'exec' && subresource !== 'attach') return refuse(socket, pageNotFound())
    const shape = shapeOf(exchange.query)
    if (!shape.stdin && !shape.stdout && !shape.stderr)
      return refuse(socket, badRequest('you must specify at least 1 of stdin, stdout, stderr'))
    const ref = { namespace, pod, container: exchange.query.get('container') ?? '' }
    const options = { ...shape, command: exchange.query.getAll('command') }
    const session = await (subresource === 'exec' ? nodes.exec(ref, options) : nodes.attach(ref, options))
    if (!session.ok) return refuse(socket, session.error)
    await serveTerminal(exchange, socket, head, session.value, shape)
  }

/** Log bytes as binary messages, or as base64 text. Source: apiserver util/wsstream Reader. */
async function logOverWebSocket(nodes: NodeConnection, exchange: Exchange, socket: Socket, head: Buffer): Promise<void> {
  const { info, query } = exchange
  const options = logOptions(query)
  if ('kind' in options) return refuse(socket, options)
  const closed = new AbortController()
  socket.once('close', () => closed.abort())
  const ref = { namespace: info.namespace, pod: info.name, container: query.get('container') ?? '' }
  const lines = await nodes.logs(ref, options, closed.signal)
  if (!lines.ok) return refuse(socket, lines.error)
  const wanted = offered(exchange, 'sec-websocket-protocol')
  const protocol = LOG_PROTOCOLS.find((known) => wanted.includes(known))
  acceptWebSocket(socket, exchange.header('sec-websocket-key') ?? '', protocol)
  const connection = new WebSocketConnection(socket, head)
  for await (const bytes of lines.value) {
    if (connection.ended) return
    await (protocol === 'base64.binary.k8s.io'
      ? connection.sendText(Buffer.from(bytes).toString('base64'))
      : connection.sendBinary(bytes))
  }
  connection.close()
}

const LOG_PROTOCOLS = ['binary.k8s.io', 'base64.binary.k8s.io']

const shapeOf = (query: URLSearchParams) => ({
  stdin: isTrue(query.get('stdin')),
  stdout: isTrue(query.get('stdout')),
  stderr: isTrue(query.get('stderr')) && !isTrue(query.get('tty')),
  tty: isTrue(query.get('tty')),
})

function refuse(socket: Socket, status: Status): void {
  const body = JSON.stringify(status)
  socket.end(
    `HTTP/1.1 ${status.code} ${status.reason ?? 'Error'}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
