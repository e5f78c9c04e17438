import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib'
import type { Socket } from 'node:net'
import { SPDY_FRAME_BYTES_MAX, SPDY_STREAMS_MAX } from '../../base/limits.ts'
import { SPDY_DICTIONARY } from './spdy-dictionary.ts'

const SYN_STREAM = 1
const SYN_REPLY = 2
const RST_STREAM = 3
const PING = 6
const GOAWAY = 7
const FIN = 1

/** What a SPDY session runs on: a raw socket, or binary messages of a WebSocket (port-forward v2). */
export interface ByteCarrier {
  write(bytes: Buffer): Promise<void>
  /** Bytes as they come, in any cut. */
  readonly incoming: AsyncIterable<Uint8Array>
  close(): void
}

/** One stream of a session, opened by the client. */
export class SpdyStream {
  readonly id: number
  readonly headers: ReadonlyMap<string, string>
  readonly #session: SpdySession
  readonly #waiting: Buffer[] = []
  #wake: (() => void) | undefined
  #remoteEnded = false
  #localEnded = false

  constructor(session: SpdySession, id: number, headers: ReadonlyMap<string, string>) {
    this.#session = session
    this.id = id
    this.headers = headers
  }

  /** Data until the client half-closes. */
  async *incoming(): AsyncGenerator<Buffer> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next) yield next
      else if (this.#remoteEnded) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#localEnded) await this.#session.sendData(this.id, bytes, false)
  }

  /** Half-closes; the client may still send. */
  async end(): Promise<void> {
    if (this.#localEnded) return
    this.#localEnded = true
    await this.#session.sendData(this.id, new Uint8Array(), true)
  }

  async reset(): Promise<void> {
    this.#localEnded = true
    await this.#session.sendReset(this.id)
    this.ended()
  }

  /** @internal */
  received(bytes: Buffer): void {
    this.#waiting.push(bytes)
    this.#wake?.()
  }

  /** @internal */
  ended(): void {
    this.#remoteEnded = true
    this.#wake?.()
  }
}

/**
 * The server's side of SPDY/3.1 as Kubernetes uses it: streams opened by the client, no flow control
 * beyond TCP's, no push. Source: moby/spdystream, apimachinery util/httpstream/spdy.
 */
export class SpdySession {
  readonly #carrier: ByteCarrier
  readonly #streams = new Map<number, SpdyStream>()
  readonly #inflate: Inflate
  readonly #deflate: Deflate
  readonly #opened: SpdyStream[] = []
  #wake: (() => void) | undefined
  #ended = false

  constructor(carrier: ByteCarrier) {
    this.#carrier = carrier
    this.#inflate = createInflate({ dictionary: SPDY_DICTIONARY })
    this.#deflate = createDeflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH })
    void this.#run()
  }

  /** Streams in the order the client opened them; ends with the session. */
  async *streams(): AsyncGenerator<SpdyStream> {
    for (;;) {
      const next = this.#opened.shift()
      if (next) yield next
      else if (this.#ended) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  get ended(): boolean {
    return this.#ended
  }

  close(): void {
    this.#carrier.close()
    this.#end()
  }

  /** @internal */
  async sendData(id: number, bytes: Uint8Array, last: boolean): Promise<void> {
    if (this.#ended) return
    let at = 0
    do {
      const piece = bytes.subarray(at, at + 65_536)
      at += piece.length
      const head = Buffer.alloc(8)
      head.writeUInt32BE(id)
      head.writeUInt32BE(piece.length, 4)
      if (last && at >= bytes.length) head[4] = FIN
      await this.#carrier.write(Buffer.concat([head, piece]))
    } while (at < bytes.length)
  }

  /** @internal */
  async sendReset(id: number): Promise<void> {
    const body = Buffer.alloc(8)
    body.writeUInt32BE(id)
    body.writeUInt32BE(5, 4)
    await this.#control(RST_STREAM, 0, body)
  }

  async #run(): Promise<void> {
    try {
      let buffer: Buffer = Buffer.alloc(0)
      for await (const chunk of this.#carrier.incoming) {
        buffer = buffer.length === 0 ? Buffer.from(chunk) : Buffer.concat([buffer, chunk])
        while (buffer.length >= 8) {
          const length = buffer.readUInt32BE(4) & 0xffffff
          if (length > SPDY_FRAME_BYTES_MAX) return this.close()
          if (buffer.length < 8 + length) break
          await this.#frame(buffer.subarray(0, 8), buffer.subarray(8, 8 + length))
          buffer = buffer.subarray(8 + length)
        }
      }
    } catch {
      // The connection broke, or the client's header blocks do not inflate: the session is over.
      this.#carrier.close()
    } finally {
      this.#end()
    }
  }

  async #frame(head: Buffer, body: Buffer): Promise<void> {
    const last = (head[4]! & FIN) !== 0
    if ((head[0]! & 0x80) === 0) {
      const stream = this.#streams.get(head.readUInt32BE() & 0x7fffffff)
      if (body.length > 0) stream?.received(Buffer.from(body))
      if (last) stream?.ended()
      return
    }
    const type = head.readUInt16BE(2)
    if (type === SYN_STREAM) await this.#open(body, last)
    else if (type === PING) await this.#control(PING, 0, body)
    else if (type === RST_STREAM) this.#streams.get(body.readUInt32BE() & 0x7fffffff)?.ended()
    else if (type === GOAWAY) this.#end()
  }

  async #open(body: Buffer, last: boolean): Promise<void> {
    const id = body.readUInt32BE() & 0x7fffffff
    const headers = readHeaders(await this.#inflated(body.subarray(10)))
    if (this.#streams.size >= SPDY_STREAMS_MAX) return this.sendReset(id)
    const stream = new SpdyStream(this, id, headers)
    this.#streams.set(id, stream)
    const reply = Buffer.alloc(4)
    reply.writeUInt32BE(id)
    await this.#control(SYN_REPLY, 0, Buffer.concat([reply, await this.#deflated(NO_HEADERS)]))
    if (last) stream.ended()
    this.#opened.push(stream)
    this.#wake?.()
  }

  async #control(type: number, flags: number, body: Buffer): Promise<void> {
    const head = Buffer.alloc(8)
    head.writeUInt16BE(0x8003)
    head.writeUInt16BE(type, 2)
    head.writeUInt32BE(body.length, 4)
    head[4] = flags
    await this.#carrier.write(Buffer.concat([head, body]))
  }

  #inflated(bytes: Buffer): Promise<Buffer> {
    return through(this.#inflate, bytes)
  }

  #deflated(bytes: Buffer): Promise<Buffer> {
    return through(this.#deflate, bytes)
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const stream of this.#streams.values()) stream.ended()
    this.#wake?.()
  }
}

/** A header block with no header. */
const NO_HEADERS = Buffer.alloc(4)

/** Name and value pairs with 32-bit lengths. Source: SPDY 3.1, 2.6.10. */
function readHeaders(block: Buffer): Map<string, string> {
  const headers = new Map<string, string>()
  let at = 4
  const text = (): string => {
    const length = block.readUInt32BE(at)
    at += 4 + length
    return block.toString('utf8', at - length, at)
  }
  for (let left = block.readUInt32BE(); left > 0; left--) {
    const name = text()
    headers.set(name.toLowerCase(), text())
  }
  return headers
}

/** All blocks of a session share one zlib stream, flushed after each. */
function through(stream: Inflate | Deflate, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const take = (chunk: Buffer) => chunks.push(chunk)
    const fail = (error: Error) => reject(error)
    stream.on('data', take)
    stream.once('error', fail)
    stream.write(bytes, () =>
      stream.flush(constants.Z_SYNC_FLUSH, () => {
        stream.off('data', take)
        stream.off('error', fail)
        resolve(Buffer.concat(chunks))
      }),
    )
  })
}

/** A raw socket as a carrier. */
export const socketCarrier = (socket: Socket, head: Buffer): ByteCarrier => ({
  write: (bytes) =>
    new Promise((resolve) => {
      if (socket.destroyed) return resolve()
      if (socket.write(bytes)) return resolve()
      socket.once('drain', resolve)
      socket.once('close', resolve)
    }),
  incoming: incomingOf(socket, head),
  close: () => socket.end(),
})

/** What a socket receives, beginning with what came along with the upgrade. */
async function* incomingOf(socket: Socket, head: Buffer): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head
  const waiting: Buffer[] = []
  let wake: (() => void) | undefined
  let over = false
  const done = () => {
    over = true
    wake?.()
  }
  socket.on('data', (chunk: Buffer) => {
    waiting.push(chunk)
    wake?.()
  })
  socket.once('close', done)
  socket.once('end', done)
  socket.once('error', done)
  for (;;) {
    const next = waiting.shift()
    if (next) yield next
    else if (over) return
    else await new Promise<void>((resolve) => (wake = resolve))
  }
}
