import { Readable } from 'node:stream'
import { Pool, type Dispatcher } from 'undici/index.js'
import { err, ok } from '../base/result.ts'
import {
  DOCKER_ANSWER_BYTES_MAX,
  DOCKER_CALLS_MAX,
  DOCKER_CALL_CONNECTIONS_MAX,
  DOCKER_CALL_TIMEOUT_MS,
  DOCKER_HIJACKS_MAX,
  DOCKER_KEEP_ALIVE_MS,
  DOCKER_STREAMS_MAX,
} from '../base/limits.ts'
import { type Deadline, deadline } from './deadline.ts'
import type { CallOptions, Incoming, Reply } from './engine.ts'
import { type DockerError, dockerError } from './errors.ts'
import { hijack, type RawStream } from './hijack.ts'
import { incoming, textOf } from './incoming.ts'
import { type Address, type Request, addressText, queryText, refusal } from './request.ts'

/** An answer's head, and its body as it arrives. */
export interface StreamAnswer {
  headers: Record<string, string>
  body: Incoming<Uint8Array>
}

/** Requests over one socket: short ones share a pool, long ones have connections of their own. */
export interface Transport {
  /** The answer's JSON; statuses from 400 on are errors. 304 gives undefined. */
  json<T>(request: Request, call?: CallOptions): Reply<T>
  /** The status only. */
  send(request: Request, call?: CallOptions): Reply<number>
  /** A body that arrives over time. */
  stream(request: Request, call?: CallOptions): Reply<StreamAnswer>
  /** Both directions of the bare connection, after the daemon switched protocols. */
  hijack(request: Request, call?: CallOptions): Reply<RawStream>
  /** Prefixes every path from now on, such as `/v1.41`. */
  useVersion(prefix: string): void
  close(): Promise<void>
}

/** Opens nothing yet; connections are made on demand and closed when idle. */
export function openTransport(address: Address): Transport {
  return new PooledTransport(address)
}

class PooledTransport implements Transport {
  readonly #address: Address
  readonly #calls: Pool
  readonly #streams: Pool
  readonly #closing = new AbortController()
  #prefix = ''
  #callCount = 0
  #streamCount = 0
  #hijackCount = 0

  constructor(address: Address) {
    this.#address = address
    this.#calls = poolFor(address, DOCKER_CALL_CONNECTIONS_MAX)
    this.#streams = poolFor(address, DOCKER_STREAMS_MAX)
  }

  useVersion(prefix: string): void {
    this.#prefix = prefix
  }

  async json<T>(request: Request, call?: CallOptions): Reply<T> {
    const answer = await this.#short(request, call)
    if (!answer.ok) return answer
    if (answer.value.text === '') return ok(undefined as T)
    try {
      return ok(JSON.parse(answer.value.text) as T)
    } catch {
      return err(dockerError('fatal', answer.value.status, 'the answer is not JSON', request.call))
    }
  }

  async send(request: Request, call?: CallOptions): Reply<number> {
    const answer = await this.#short(request, call)
    return answer.ok ? ok(answer.value.status) : answer
  }

  async stream(request: Request, call?: CallOptions): Reply<StreamAnswer> {
    if (this.#streamCount >= DOCKER_STREAMS_MAX) return err(full(request.call, 'streams'))
    this.#streamCount++
    const limit = deadline(this.#joined(call), request.timeoutMs ?? DOCKER_CALL_TIMEOUT_MS)
    const release = () => {
      this.#streamCount--
      limit.done()
    }
    const head = await this.#dispatch(this.#streams, request, limit)
    if (!head.ok) {
      release()
      return head
    }
    if (request.bounds === undefined || request.bounds === 'head') limit.stop()
    const source = bodySource(head.value, limit, request)
    const body = incoming(source, request.call)
    void body.ended.then(release)
    return ok({ headers: flatten(head.value.headers), body })
  }

  async hijack(request: Request, call?: CallOptions): Reply<RawStream> {
    if (this.#closing.signal.aborted) return err(closed(request.call))
    if (this.#hijackCount >= DOCKER_HIJACKS_MAX)
      return err(full(request.call, 'exec and attach streams'))
    this.#hijackCount++
    const path = this.#prefix + request.path + queryText(request.query)
    const answer = await hijack(this.#address, { ...request, path }, this.#joined(call))
    if (answer.ok) void answer.value.ended.then(() => this.#hijackCount--)
    else this.#hijackCount--
    return answer
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([this.#calls.destroy(), this.#streams.destroy()])
  }

  /** The caller's options with our own end of life joined to its signal. */
  #joined(call: CallOptions | undefined): CallOptions {
    const own = this.#closing.signal
    return { ...call, signal: call?.signal ? AbortSignal.any([call.signal, own]) : own }
  }

  async #short(request: Request, call?: CallOptions): Reply<{ status: number; text: string }> {
    if (this.#callCount >= DOCKER_CALLS_MAX) return err(full(request.call, 'calls'))
    this.#callCount++
    const limit = deadline(call, request.timeoutMs ?? DOCKER_CALL_TIMEOUT_MS)
    try {
      const head = await this.#dispatch(this.#calls, request, limit)
      if (!head.ok) return head
      const text = await boundedText(head.value.body)
      return ok({ status: head.value.statusCode, text })
    } catch (cause) {
      return err(this.#failure(cause, limit, request.call))
    } finally {
      this.#callCount--
      limit.done()
    }
  }

  async #dispatch(pool: Pool, request: Request, limit: Deadline): Reply<Dispatcher.ResponseData> {
    try {
      const head = await pool.request({
        method: request.method,
        path: this.#prefix + request.path + queryText(request.query),
        headers: headersOf(request),
        body: bodyOf(request),
        signal: limit.signal,
      })
      if (head.statusCode < 400) return ok(head)
      return err(refusal(head.statusCode, await boundedText(head.body), request.call))
    } catch (cause) {
      return err(this.#failure(cause, limit, request.call))
    }
  }

  #failure(cause: unknown, limit: Deadline, call: string): DockerError {
    if (this.#closing.signal.aborted) return closed(call)
    if (limit.signal.aborted) return limit.refusal(call)
    return dockerError(
      'unavailable',
      0,
      `no answer from ${addressText(this.#address)}: ${textOf(cause)}`,
      call,
    )
  }
}

function poolFor(address: Address, connections: number): Pool {
  const options = {
    connections,
    pipelining: 1,
    keepAliveTimeout: DOCKER_KEEP_ALIVE_MS,
    keepAliveMaxTimeout: DOCKER_KEEP_ALIVE_MS,
    // Each call carries its own deadline; undici's would end quiet streams after five minutes.
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  return 'socketPath' in address
    ? new Pool('http://docker', { ...options, socketPath: address.socketPath })
    : new Pool(`http://${address.hostname}:${address.port}`, options)
}

function headersOf(request: Request): Record<string, string> {
  const headers: Record<string, string> = { ...request.headers }
  if (request.json !== undefined) headers['content-type'] = 'application/json'
  if (request.tar !== undefined) headers['content-type'] = 'application/x-tar'
  return headers
}

function bodyOf(request: Request): Dispatcher.DispatchOptions['body'] {
  if (request.json !== undefined) return JSON.stringify(request.json)
  if (request.tar === undefined) return null
  return request.tar instanceof Uint8Array ? request.tar : Readable.from(request.tar)
}

async function boundedText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > DOCKER_ANSWER_BYTES_MAX)
      throw new Error(`the answer exceeds ${DOCKER_ANSWER_BYTES_MAX} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function bodySource(head: Dispatcher.ResponseData, limit: Deadline, { bounds, call }: Request) {
  const pieces = head.body as AsyncIterable<Uint8Array>
  return {
    items: bounds === 'silence' ? touched(pieces, limit) : pieces,
    destroy: () => void head.body.destroy(),
    signal: limit.signal,
    refusal: (cause: unknown) =>
      limit.signal.aborted
        ? limit.refusal(call)
        : dockerError('unavailable', 0, `connection lost: ${textOf(cause)}`, call),
  }
}

async function* touched(pieces: AsyncIterable<Uint8Array>, limit: Deadline) {
  for await (const piece of pieces) {
    limit.extend()
    yield piece
  }
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined)
      flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}

const closed = (call: string): DockerError =>
  dockerError('unavailable', 0, 'the client is closed', call)

const full = (call: string, what: string): DockerError =>
  dockerError('retry', 0, `too many ${what} are under way`, call)
