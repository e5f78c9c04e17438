import type { IncomingMessage, ServerResponse } from 'node:http'
import { REQUEST_BODY_BYTES_MAX, REQUEST_TIMEOUT_MS } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { KubeObject } from '../meta/object.ts'
import { badRequest, timedOut, tooLargeBody, type Status } from '../meta/status.ts'
import type { Caller } from '../commands/request-context.ts'
import type { Seat } from './fairness/fairness.ts'
import { protobufOf } from './formats.ts'
import type { RequestInfo } from './request-info.ts'

/** One request and its answer. Handlers write here; nothing else touches the response. */
export class Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly id: string
  readonly path: string
  readonly query: URLSearchParams
  readonly rawQuery: string
  readonly receivedAt: number
  /** Set once by the gate, before any handler runs. */
  caller: Caller
  readonly info: RequestInfo
  /** Seats that the request holds while it is handled; undefined before, and for what needs none. */
  seat: Seat | undefined
  /** Instant of a request under /asof, as typed; undefined for the present. */
  readonly asOf: string | undefined
  /** This request has its row in the log, or gets it with its event. */
  onRecord = false
  /** Set by the gate: what an answer with this code must wait for. */
  beforeAnswer: ((exchange: Exchange, code: number, reason: string | undefined) => Promise<void> | undefined) | undefined
  /** Resolves when an answer that had to wait has left. */
  held: Promise<void> | undefined
  #reason: string | undefined
  readonly #warnings: string[] = []

  constructor(parts: {
    incoming: IncomingMessage
    outgoing: ServerResponse
    id: string
    path: string
    rawQuery: string
    query: URLSearchParams
    receivedAt: number
    caller: Caller
    info: RequestInfo
    asOf?: string
  }) {
    this.incoming = parts.incoming
    this.outgoing = parts.outgoing
    this.id = parts.id
    this.path = parts.path
    this.rawQuery = parts.rawQuery
    this.query = parts.query
    this.receivedAt = parts.receivedAt
    this.caller = parts.caller
    this.info = parts.info
    this.asOf = parts.asOf
  }

  header(name: string): string | undefined {
    const value = this.incoming.headers[name]
    return Array.isArray(value) ? value[0] : value
  }

  get agent(): string {
    return this.header('user-agent') ?? ''
  }

  /** Adds a `Warning: 299` header to the answer. Source: RFC 7234 5.5, apiserver warning/context.go. */
  warn(texts: readonly string[]): void {
    for (const text of texts) if (!this.#warnings.includes(text)) this.#warnings.push(text)
  }

  /** The whole body; 413 above the cap, 504 when it takes longer than a request may. */
  body(timeoutMs = REQUEST_TIMEOUT_MS): Promise<Result<Buffer, Status>> {
    const declared = Number(this.header('content-length') ?? 0)
    if (declared > REQUEST_BODY_BYTES_MAX) return Promise.resolve(err(tooLarge()))
    const { incoming } = this
    return new Promise((resolve) => {
      const chunks: Buffer[] = []
      let size = 0
      const finish = (result: Result<Buffer, Status>): void => {
        clearTimeout(timer)
        incoming.removeAllListeners('data')
        resolve(result)
      }
      const timer = setTimeout(() => finish(err(slow())), timeoutMs)
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > REQUEST_BODY_BYTES_MAX) return finish(err(tooLarge()))
        chunks.push(chunk)
      })
      incoming.once('end', () => finish(ok(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))))
      incoming.once('error', () => finish(err(cutOff())))
      incoming.once('close', () => finish(err(cutOff())))
    })
  }

  /** Answers bytes of a media type, after what the answer must wait for. */
  send(code: number, type: string, body: Uint8Array | string): void {
    const wait = this.beforeAnswer?.(this, code, this.#reason)
    if (wait) this.held = wait.finally(() => this.#write(code, type, body))
    else this.#write(code, type, body)
  }

  #write(code: number, type: string, body: Uint8Array | string): void {
    if (this.outgoing.destroyed) return
    this.outgoing.writeHead(code, this.headers({
      'content-type': type,
      'content-length': typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength,
    }))
    this.outgoing.end(body)
  }

  /** Answers a value as JSON with the newline that upstream's encoder adds. */
  json(code: number, value: unknown): void {
    this.send(code, 'application/json', `${JSON.stringify(value)}\n`)
  }

  /** Answers a Status. */
  refuse(status: Status): void {
    if (this.outgoing.headersSent) return void this.outgoing.end()
    const wait = status.details?.retryAfterSeconds
    if (wait !== undefined) this.outgoing.setHeader('retry-after', String(wait))
    this.#reason = status.reason
    // What is left of such a request is not worth reading.
    if (status.code === 413 || status.code === 504) this.outgoing.setHeader('connection', 'close')
    if (status.code === 401) this.outgoing.setHeader('www-authenticate', 'Bearer realm="klio"')
    if (wantsProtobuf(this.header('accept'))) this.send(status.code, PROTOBUF, protobufOf(status as unknown as KubeObject))
    else this.json(status.code, status)
  }

  /** 404 for a path that no API is behind: upstream's is a line of text. */
  plainNotFound(): void {
    this.send(404, 'text/plain; charset=utf-8', '404 page not found\n')
  }

  /** Headers every answer carries. */
  headers(more: Record<string, string | number>): Record<string, string | number | string[]> {
    const headers: Record<string, string | number | string[]> = {
      'audit-id': this.id,
      'cache-control': 'no-cache, private',
      ...more,
    }
    if (this.seat) {
      headers['x-kubernetes-pf-flowschema-uid'] = this.seat.flow.schemaUid
      headers['x-kubernetes-pf-prioritylevel-uid'] = this.seat.flow.level.uid
    }
    if (this.#warnings.length > 0)
      headers['warning'] = this.#warnings.map((text) => `299 - ${quoted(text)}`)
    return headers
  }
}

const PROTOBUF = 'application/vnd.kubernetes.protobuf'

/** A client that takes nothing else; JSON is what all others read. A transformation is of no Status. */
const wantsProtobuf = (accept: string | undefined): boolean =>
  accept !== undefined && accept.includes(PROTOBUF) && !accept.includes('application/json') && !accept.includes('*/*') &&
  accept.split(',').some((clause) => clause.trim().startsWith(PROTOBUF) && !clause.includes('as='))

const tooLarge = (): Status =>
  tooLargeBody(`Request entity too large: limit is ${REQUEST_BODY_BYTES_MAX}`)

const slow = (): Status =>
  timedOut('Timeout: request did not complete within the allotted timeout', 0)

/** Nobody hears this: the client is gone. */
const cutOff = (): Status => badRequest('the body ended before its time')

/** A quoted-string without control characters, at most 256 runes as upstream cuts. */
const quoted = (text: string): string =>
  `"${[...text].filter((c) => c >= ' ' && c !== '\u007f').join('').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
