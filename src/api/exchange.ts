import type { IncomingMessage, ServerResponse } from 'node:http'
import { REQUEST_BODY_BYTES_MAX } from '../base/limits.ts'
import { err, ok, type Result } from '../base/result.ts'
import { tooLargeBody, type Status } from '../meta/status.ts'
import type { Caller } from '../commands/request-context.ts'
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

  /** The whole body, or 413 above the cap. */
  async body(): Promise<Result<Buffer, Status>> {
    const declared = Number(this.header('content-length') ?? 0)
    if (declared > REQUEST_BODY_BYTES_MAX) return err(tooLarge())
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of this.incoming as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > REQUEST_BODY_BYTES_MAX) return err(tooLarge())
      chunks.push(chunk)
    }
    return ok(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
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
    if (status.code === 401) this.outgoing.setHeader('www-authenticate', 'Bearer realm="klio"')
    this.json(status.code, status)
  }

  /** Headers every answer carries. */
  headers(more: Record<string, string | number>): Record<string, string | number | string[]> {
    const headers: Record<string, string | number | string[]> = {
      'audit-id': this.id,
      'cache-control': 'no-cache, private',
      ...more,
    }
    if (this.#warnings.length > 0)
      headers['warning'] = this.#warnings.map((text) => `299 - ${quoted(text)}`)
    return headers
  }
}

const tooLarge = (): Status =>
  tooLargeBody(`Request entity too large: limit is ${REQUEST_BODY_BYTES_MAX}`)

/** A quoted-string without control characters, at most 256 runes as upstream cuts. */
const quoted = (text: string): string =>
  `"${[...text].filter((c) => c >= ' ' && c !== '\u007f').join('').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
