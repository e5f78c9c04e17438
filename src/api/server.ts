import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer } from 'node:https'
import type { Server as NetServer, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { internalError } from '../meta/status.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import type { KeyPair } from './certificates.ts'

/** Handles one admitted request; it writes the answer itself. */
export type Handler = (exchange: Exchange) => Promise<void> | void

/** Takes over a connection: exec, attach, port-forward, WebSocket watches. */
export type UpgradeHandler = (exchange: Exchange, socket: Socket, head: Buffer) => Promise<void>

/** What is served: longest prefix first. */
export interface Routes {
  /**
   * Everything under /api/ and /apis/. These paths go to our own table of kinds, so they skip Hono's
   * router, Request and Response (measured: 19 us of 71 for a GET over TLS).
   */
  readonly kubernetes: Handler
  /** Exact paths and prefixes ending in `/*`, in Hono's words. */
  readonly handlers: readonly (readonly [path: string, handler: Handler])[]
  readonly upgrade: UpgradeHandler
}

/** The API's one port: HTTP/1.1, WebSocket and SPDY over TLS (design 7: Bun.serve hands out no socket). */
export class ApiServer {
  readonly #server: HttpServer
  /** What listens: the server itself, or the TLS in front of it that asks for certificates. */
  readonly #front: NetServer
  readonly #sockets = new Set<Socket>()

  /** With an authority (PEM), clients may show a certificate that it signed; none is asked for otherwise. */
  constructor(tls: KeyPair, gate: Gate, routes: Routes, clientAuthority?: string) {
    const app = new Hono<{ Bindings: HttpBindings }>()
    for (const [path, handler] of routes.handlers)
      app.all(path, async (c) => {
        await admitAndHandle(gate, c.env, handler)
        return RESPONSE_ALREADY_SENT
      })
    const listener = getRequestListener(app.fetch as never, { overrideGlobalObjects: false })
    const answer = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
      if (isKubernetes(incoming.url ?? '')) void admitAndHandle(gate, { incoming, outgoing }, routes.kubernetes)
      else void listener(incoming, outgoing)
    }
    const options = { cert: tls.certificate, key: tls.privateKey, minVersion: 'TLSv1.2' } as const
    if (clientAuthority === undefined) this.#front = this.#server = createServer(options, answer)
    else {
      // Bun's node:https shows no certificates; its node:tls does.
      const server = (this.#server = createHttpServer(answer))
      this.#front = createTlsServer(
        { ...options, ca: clientAuthority, requestCert: true, rejectUnauthorized: false },
        (socket) => void server.emit('connection', socket),
      )
    }
    // Watches and slow readers live long; idle connections of clients are theirs to end.
    this.#server.keepAliveTimeout = 0
    this.#server.requestTimeout = 0
    this.#server.timeout = 0
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
      void gate.upgrade(incoming, socket, head, routes.upgrade)
    })
  }

  /** Starts to listen; rejects with the system's error when the port is taken. */
  listen(port: number, host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#front.once('error', reject)
      this.#front.listen(port, host, () => {
        this.#front.off('error', reject)
        resolve()
      })
    })
  }

  /** Takes no new connections and ends those that are left. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#front.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

const isKubernetes = (url: string): boolean => url.startsWith('/api/') || url.startsWith('/apis/')

async function admitAndHandle(gate: Gate, env: HttpBindings, handler: Handler): Promise<void> {
  const exchange = await gate.admit(env.incoming, env.outgoing)
  if (!exchange) return
  try {
    await handler(exchange)
  } catch (bug) {
    gate.bug(exchange, bug)
    exchange.refuse(internalError('an error on the server has prevented the request from succeeding'))
  } finally {
    await exchange.held
    gate.done(exchange)
  }
}
