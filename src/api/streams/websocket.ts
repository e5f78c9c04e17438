import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { WEBSOCKET_MESSAGE_BYTES_MAX } from '../../base/limits.ts'

const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const TEXT = 1
const BINARY = 2
const CLOSE = 8
const PING = 9
const PONG = 10

/** One whole message of a client. */
export interface WebSocketMessage {
  readonly binary: boolean
  readonly bytes: Buffer
}

/** Answers the handshake. Source: RFC 6455 4.2.2. */
export function acceptWebSocket(socket: Socket, key: string, protocol: string | undefined): void {
  const accept = createHash('sha1').update(key + ACCEPT_GUID).digest('base64')
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n${protocol ? `Sec-WebSocket-Protocol: ${protocol}\r\n` : ''}\r\n`,
  )
}

/**
 * The server's side of a WebSocket on a raw socket (Bun.serve's own needs Bun.serve, which cannot speak
 * SPDY on the same port). Messages are bounded; a client that breaks the protocol is closed with 1002.
 */
export class WebSocketConnection {
  readonly #socket: Socket
  readonly #waiting: WebSocketMessage[] = []
  #wake: (() => void) | undefined
  #buffer: Buffer
  #parts: Buffer[] = []
  #partsBytes = 0
  #opcode = 0
  #ended = false

  constructor(socket: Socket, head: Buffer) {
    this.#socket = socket
    this.#buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => this.#received(chunk))
    socket.on('close', () => this.#end())
    socket.on('error', () => this.#end())
    if (head.length > 0) this.#received(head)
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Bytes accepted and not yet sent. */
  get unsentBytes(): number {
    return this.#socket.writableLength
  }

  /** Whole messages until the connection ends. */
  async *messages(): AsyncGenerator<WebSocketMessage> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next) {
        if (this.#waiting.length === 0) this.#socket.resume()
        yield next
      } else if (this.#ended) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  sendBinary(...parts: Uint8Array[]): Promise<void> {
    return this.#send(BINARY, parts)
  }

  sendText(text: string): Promise<void> {
    return this.#send(TEXT, [Buffer.from(text)])
  }

  /** Says goodbye and ends. Source: RFC 6455 7.4.1. */
  close(code = 1000): void {
    if (this.#ended) return
    const body = Buffer.alloc(2)
    body.writeUInt16BE(code)
    this.#socket.end(frame(CLOSE, [body]))
    this.#end()
  }

  onClose(listener: () => void): void {
    this.#socket.once('close', listener)
  }

  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('drain', resolve)
      this.#socket.once('close', resolve)
    })
  }

  async #send(opcode: number, parts: readonly Uint8Array[]): Promise<void> {
    if (this.#ended) return
    if (!this.#socket.write(frame(opcode, parts))) await this.drained()
  }

  #received(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk])
    for (;;) {
      const read = readFrame(this.#buffer)
      if (read === 'more') return
      if (read === 'broken') return this.close(1002)
      this.#buffer = this.#buffer.subarray(read.size)
      this.#frame(read)
    }
  }

  #frame({ opcode, final, payload }: ReadFrame): void {
    if (opcode === PING) return void this.#socket.write(frame(PONG, [payload]))
    if (opcode === CLOSE) return this.close()
    if (opcode === PONG) return
    if (opcode !== 0) this.#opcode = opcode
    this.#parts.push(payload)
    this.#partsBytes += payload.length
    if (this.#partsBytes > WEBSOCKET_MESSAGE_BYTES_MAX) return this.close(1009)
    if (!final) return
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts)
    this.#parts = []
    this.#partsBytes = 0
    this.#waiting.push({ binary: this.#opcode === BINARY, bytes })
    // A slow reader holds the sender back by TCP instead of filling memory.
    if (this.#waiting.length > 64) this.#socket.pause()
    this.#wake?.()
  }

  #end(): void {
    this.#ended = true
    this.#wake?.()
  }
}

interface ReadFrame {
  readonly opcode: number
  readonly final: boolean
  readonly payload: Buffer
  /** Bytes the frame took. */
  readonly size: number
}

/** Reads one frame. Clients must mask. Source: RFC 6455 5.2. */
function readFrame(buffer: Buffer): ReadFrame | 'more' | 'broken' {
  if (buffer.length < 2) return 'more'
  const [first, second] = [buffer[0]!, buffer[1]!]
  if ((first & 0x70) !== 0 || (second & 0x80) === 0) return 'broken'
  let length = second & 0x7f
  let at = 2
  if (length === 126) {
    if (buffer.length < 4) return 'more'
    length = buffer.readUInt16BE(2)
    at = 4
  } else if (length === 127) {
    if (buffer.length < 10) return 'more'
    const long = buffer.readBigUInt64BE(2)
    if (long > BigInt(WEBSOCKET_MESSAGE_BYTES_MAX)) return 'broken'
    length = Number(long)
    at = 10
  }
  if (buffer.length < at + 4 + length) return 'more'
  const mask = buffer.subarray(at, at + 4)
  const payload = Buffer.from(buffer.subarray(at + 4, at + 4 + length))
  for (let i = 0; i < payload.length; i++) payload[i]! ^= mask[i & 3]!
  return { opcode: first & 0x0f, final: (first & 0x80) !== 0, payload, size: at + 4 + length }
}

function frame(opcode: number, parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  head[0] = 0x80 | opcode
  if (length < 126) head[1] = length
  else if (length < 65_536) {
    head[1] = 126
    head.writeUInt16BE(length, 2)
  } else {
    head[1] = 127
    head.writeBigUInt64BE(BigInt(length), 2)
  }
  return Buffer.concat([head, ...parts])
}
