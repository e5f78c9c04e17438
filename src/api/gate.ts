import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { FAIRNESS_RETRY_SECONDS } from '../base/limits.ts'
import { requestId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import { badRequest, internalError, serviceUnavailable, unauthorized, type Status } from '../meta/status.ts'
import { isComponent, type Caller } from '../commands/request-context.ts'
import { ANONYMOUS, type Authenticator } from './authenticate.ts'
import type { Attributes, Authorizer } from '../rights/attributes.ts'
import { isOpenPath } from '../rights/own-rights.ts'
import { attributesOf, forbiddenFor } from './authorize.ts'
import { Exchange } from './exchange.ts'
import type { Fairness } from './fairness/fairness.ts'
import type { Refused } from './fairness/level.ts'
import { impersonate } from './impersonate.ts'
import { requestInfo } from './request-info.ts'
import type { UpgradeHandler } from './server.ts'

/** Told of every request that ended, for the log of requests and for metrics. */
export interface RequestObserver {
  /** A request was let in; `left` is told when it is no longer handled. */
  began?(exchange: Exchange): void
  left?(exchange: Exchange): void
  /** A request that was answered; `code` is its HTTP status. */
  ended(exchange: Exchange, code: number): void
  /** A refusal before anybody was authenticated: counted, never stored one by one. */
  refused(address: string, code: number): void
  /** An answer is about to leave: what it must wait for, if anything. */
  answering?(exchange: Exchange, code: number, reason: string | undefined): Promise<void> | undefined
  /** A stream is about to be opened; false when it could not be put on record. */
  opens?(exchange: Exchange): Promise<boolean>
}

/** A client that asks one thing after another is seen as waiting for this long after each answer. */
const CLIENT_PAUSE_MS = 20

const isClient = ({ caller, info }: Exchange): boolean => info.verb !== 'watch' && !isComponent(caller)

const AS_OF = /^\/asof\/([^/]+)(\/.*)$/

/** Everything a request passes before a handler sees it: who, what, may it, is there room. */
export class Gate {
  readonly #authenticator: Authenticator
  readonly #authorizer: Authorizer
  readonly #observer: RequestObserver
  readonly #log: Log
  readonly #fairness: Fairness | undefined
  #open = true
  #inFlight = 0
  #clients = 0
  #clientSeenMs = Number.NEGATIVE_INFINITY

  constructor(parts: {
    authenticator: Authenticator
    authorizer: Authorizer
    observer: RequestObserver
    log: Log
    /** Left out: nobody waits. */
    fairness?: Fairness
  }) {
    this.#fairness = parts.fairness
    this.#authenticator = parts.authenticator
    this.#authorizer = parts.authorizer
    this.#observer = parts.observer
    this.#log = parts.log
  }

  /** Requests that are being handled, watches and streams among them. */
  get inFlight(): number {
    return this.#inFlight
  }

  /**
   * Whether people's requests are being answered, or were a moment ago: between two requests of one
   * connection there is no time to fill with a reconciler's slice. Watches and klio's own do not count.
   */
  clientsWait(): boolean {
    return this.#clients > 0 || performance.now() - this.#clientSeenMs < CLIENT_PAUSE_MS
  }

  /** From now on requests are refused: the process is about to end. */
  shut(): void {
    this.#open = false
  }

  /** The exchange to handle, or undefined when it was refused here. */
  async admit(incoming: IncomingMessage, outgoing: ServerResponse): Promise<Exchange | undefined> {
    const exchange = parse(incoming, outgoing)
    if (!exchange) {
      outgoing.writeHead(400, { 'content-type': 'application/json' })
      outgoing.end(`${JSON.stringify(badRequest('the request path is not valid'))}\n`)
      return undefined
    }
    exchange.beforeAnswer = this.#observer.answering?.bind(this.#observer)
    const passed = await this.#pass(exchange)
    if ('status' in passed) {
      exchange.refuse(passed.status)
      this.#observer.ended(exchange, passed.status.code)
      return undefined
    }
    const wait = this.#fairness?.enter(passed.exchange)
    const refusal = wait && (await wait)
    if (refusal) {
      turnAway(passed.exchange, refusal)
      this.#observer.ended(exchange, 429)
      return undefined
    }
    this.#inFlight++
    if (isClient(passed.exchange)) this.#clients++
    this.#observer.began?.(passed.exchange)
    return passed.exchange
  }

  /** The same for a connection that wants to become something else than HTTP. */
  async upgrade(
    incoming: IncomingMessage,
    socket: Socket,
    head: Buffer,
    handler: UpgradeHandler,
  ): Promise<void> {
    const exchange = parse(incoming, undefined as never)
    const passed = exchange ? await this.#pass(exchange) : { status: badRequest('the request path is not valid') }
    if ('status' in passed) {
      if (exchange) {
        await this.#observer.answering?.(exchange, passed.status.code, passed.status.reason)
        this.#observer.ended(exchange, passed.status.code)
      }
      return refuseRaw(socket, passed.status)
    }
    const kept = (await this.#observer.opens?.(passed.exchange)) ?? true
    if (!kept) return refuseRaw(socket, serviceUnavailable('the request could not be put on record, so it is not served; try again'))
    this.#inFlight++
    this.#observer.began?.(passed.exchange)
    socket.once('close', () => this.done(passed.exchange))
    try {
      await handler(passed.exchange, socket, head)
    } catch (bug) {
      this.bug(passed.exchange, bug)
      refuseRaw(socket, internalError('the stream could not be opened'))
    }
  }

  done(exchange: Exchange): void {
    this.#inFlight--
    if (exchange.outgoing && isClient(exchange)) {
      this.#clients--
      this.#clientSeenMs = performance.now()
    }
    this.#fairness?.leave(exchange)
    this.#observer.left?.(exchange)
    this.#observer.ended(exchange, exchange.outgoing?.statusCode ?? 101)
  }

  bug(exchange: Exchange, bug: unknown): void {
    this.#log.error('a handler failed', { path: exchange.path, verb: exchange.info.verb, bug })
  }

  async #pass(exchange: Exchange): Promise<{ exchange: Exchange } | { status: Status }> {
    if (!this.#open) return { status: serviceUnavailable('klio is shutting down') }
    const credential = exchange.header('authorization') ?? tokenOf(exchange)
    const caller = await this.#authenticator.authenticate(credential, exchange.incoming.socket)
    const address = exchange.incoming.socket?.remoteAddress ?? ''
    if (!caller) {
      this.#observer.refused(address, 401)
      return { status: unauthorized() }
    }
    exchange.caller = caller
    if (caller === ANONYMOUS && !isOpenPath(exchange.path)) {
      this.#observer.refused(address, 401)
      return { status: unauthorized() }
    }
    const acting = impersonate(exchange, caller, this.#authorizer)
    if ('status' in acting) return acting
    exchange.caller = acting.caller
    const attributes = attributesOf(exchange)
    const refused = this.#refused(acting.caller, attributes) ?? this.#refusedPast(exchange, attributes)
    return refused ? { status: refused } : { exchange }
  }

  #refused(caller: Caller, attributes: Attributes): Status | undefined {
    if (this.#authorizer.allows(caller, attributes)) return undefined
    return forbiddenFor(caller, attributes, this.#authorizer.judge(caller, attributes).reason)
  }

  /** Rights are today's, also for the past. */
  #refusedPast({ asOf, caller }: Exchange, attributes: Attributes): Status | undefined {
    // Reviews are creates and are answered; any other is refused there.
    if (asOf === undefined || !attributes.isResource || attributes.verb === 'create') return undefined
    return this.#refused(caller, { ...attributes, verb: 'get', group: HISTORY, subresource: '' })
  }
}

/** Source: apiserver server/filters/priority-and-fairness.go tooManyRequests. */
function turnAway(exchange: Exchange, refusal: Refused): void {
  if (refusal === 'cancelled') return
  exchange.outgoing.setHeader('retry-after', String(FAIRNESS_RETRY_SECONDS))
  exchange.send(429, 'text/plain; charset=utf-8', 'Too many requests, please try again later.\n')
}

/** The right to see how something was, beside the right to see it now (design 8.7). */
const HISTORY = 'history.klio.dev'

function parse(incoming: IncomingMessage, outgoing: ServerResponse): Exchange | undefined {
  const url = incoming.url ?? '/'
  const cut = url.indexOf('?')
  const full = cut < 0 ? url : url.slice(0, cut)
  const rawQuery = cut < 0 ? '' : url.slice(cut + 1)
  const past = full.startsWith('/asof/') ? AS_OF.exec(full) : null
  const path = past ? past[2]! : full
  const query = new URLSearchParams(rawQuery)
  const info = requestInfo(incoming.method ?? 'GET', path, query)
  if (!info) return undefined
  return new Exchange({
    incoming, outgoing, id: requestId(), path, rawQuery, query, info,
    receivedAt: Math.floor((performance.timeOrigin + performance.now()) * 1000),
    caller: ANONYMOUS,
    ...(past && { asOf: decodeURIComponent(past[1]!) }),
  })
}

const PROTOCOL_TOKEN = 'base64url.bearer.authorization.k8s.io.'

/** Browsers cannot set headers on a WebSocket: the token rides in the subprotocol. Source: KEP websocket auth. */
function tokenOf(exchange: Exchange): string | undefined {
  const protocols = exchange.header('sec-websocket-protocol')
  const found = protocols?.split(',').map((p) => p.trim()).find((p) => p.startsWith(PROTOCOL_TOKEN))
  return found && `Bearer ${Buffer.from(found.slice(PROTOCOL_TOKEN.length), 'base64url').toString()}`
}

function refuseRaw(socket: Socket, status: Status): void {
  const body = JSON.stringify(status)
  socket.end(
    `HTTP/1.1 ${status.code} ${status.reason}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
