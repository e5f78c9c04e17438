import type { Socket } from 'bun'
import { err, ok, type Result } from '../base/result.ts'
import {
  DOCKER_CALL_TIMEOUT_MS,
  DOCKER_HEAD_BYTES_MAX,
  DOCKER_UNREAD_BYTES_MAX,
  DOCKER_UNSENT_WRITES_MAX,
} from '../base/limits.ts'
import { type Deadline, deadline } from './deadline.ts'
import type { CallOptions, Incoming, Reply } from './engine.ts'
import { type DockerError, dockerError } from './errors.ts'
import { incoming, textOf } from './incoming.ts'
import { type Address, type Request, addressText, refusal } from './request.ts'

/** The bare connection after the daemon switched protocols. */
export interface RawStream extends Incoming<Uint8Array> {
  /** Resolves when the bytes were handed to the kernel; false when the connection is gone. */
  write(bytes: Uint8Array): Promise<boolean>
  closeWrite(): void
}

/**
 * Sends a request whose answer turns the connection into a raw one. By Bun.connect, because
 * undici's upgrade does not work on Bun (design 6). A refusal of the daemon is an ordinary error.
 */
export async function hijack(
  address: Address,
  request: Request,
  call?: CallOptions,
): Reply<RawStream> {
  const limit = deadline(call, request.timeoutMs ?? DOCKER_CALL_TIMEOUT_MS)
  if (limit.signal.aborted) return err(limit.refusal(request.call))
  const stream = new HijackedSocket(request.call, limit)
  limit.signal.addEventListener('abort', () => stream.abort(), { once: true })
  try {
    await connect(address, stream)
  } catch (cause) {
    limit.done()
    const message = `no answer from ${addressText(address)}: ${textOf(cause)}`
    return err(dockerError('unavailable', 0, message, request.call))
  }
  void stream.write(Buffer.from(requestText(request)))
  const answer = await stream.head
  if (!answer.ok) {
    limit.done()
    return answer
  }
  limit.stop()
  void stream.stream.ended.then(() => limit.done())
  return ok(stream.stream)
}

function connect(address: Address, stream: HijackedSocket): Promise<unknown> {
  const socket = {
    binaryType: 'uint8array' as const,
    open: (opened: Socket) => stream.opened(opened),
    data: (_: Socket, bytes: Uint8Array) => stream.received(bytes),
    drain: () => stream.drained(),
    end: () => stream.peerEnded(),
    close: (_: Socket, cause?: Error) => stream.closed(cause),
    error: (_: Socket, cause: Error) => stream.closed(cause),
  }
  // Half-open, so that closing our side leaves the daemon's open, and the other way round.
  return 'socketPath' in address
    ? Bun.connect({ unix: address.socketPath, socket, allowHalfOpen: true })
    : Bun.connect({ hostname: address.hostname, port: address.port, socket, allowHalfOpen: true })
}

function requestText(request: Request): string {
  const body = request.json === undefined ? '' : JSON.stringify(request.json)
  return [
    `${request.method} ${request.path} HTTP/1.1`,
    'Host: docker',
    'Connection: Upgrade',
    'Upgrade: tcp',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

/** One socket with its unread bytes, its unsent bytes and the state of its head. */
class HijackedSocket {
  readonly head: Promise<Result<void, DockerError>>
  readonly stream: RawStream
  readonly #settleHead: (head: Result<void, DockerError>) => void
  readonly #call: string
  readonly #limit: Deadline
  #socket: Socket | undefined
  #headBytes: Buffer | undefined = Buffer.alloc(0)
  #unread: Uint8Array[] = []
  #unreadBytes = 0
  #paused = false
  #wakeReader: (() => void) | undefined
  #unsent: { bytes: Uint8Array; sent: (arrived: boolean) => void }[] = []
  #writeClosed = false
  #ended = false
  #gone = false
  #cause: Error | undefined

  constructor(call: string, limit: Deadline) {
    this.#call = call
    this.#limit = limit
    const head = Promise.withResolvers<Result<void, DockerError>>()
    this.head = head.promise
    this.#settleHead = head.resolve
    const body = incoming(
      {
        items: this.#items(),
        destroy: () => this.#drop(),
        signal: limit.signal,
        refusal: (cause) => this.#refusal(cause),
      },
      call,
    )
    this.stream = Object.assign(body, {
      write: (bytes: Uint8Array) => this.write(bytes),
      closeWrite: () => this.closeWrite(),
    })
  }

  opened(socket: Socket): void {
    this.#socket = socket
    if (this.#limit.signal.aborted) this.#drop()
  }

  received(bytes: Uint8Array): void {
    if (this.#headBytes !== undefined) return this.#receivedHead(this.#headBytes, bytes)
    this.#unread.push(bytes)
    this.#unreadBytes += bytes.length
    if (this.#unreadBytes >= DOCKER_UNREAD_BYTES_MAX && !this.#paused) {
      this.#paused = true
      this.#socket?.pause()
    }
    this.#wakeReader?.()
  }

  drained(): void {
    while (this.#unsent.length > 0) {
      const first = this.#unsent[0]!
      const count = this.#gone ? -1 : (this.#socket?.write(first.bytes) ?? -1)
      if (count < 0) return this.#failWrites()
      if (count < first.bytes.length) {
        first.bytes = first.bytes.subarray(count)
        return
      }
      this.#unsent.shift()
      first.sent(true)
    }
    if (this.#writeClosed) this.#socket?.shutdown()
  }

  write(bytes: Uint8Array): Promise<boolean> {
    const full = this.#unsent.length >= DOCKER_UNSENT_WRITES_MAX
    if (full || this.#gone || this.#writeClosed) return Promise.resolve(false)
    return new Promise((sent) => {
      this.#unsent.push({ bytes, sent })
      if (this.#unsent.length === 1) this.drained()
    })
  }

  closeWrite(): void {
    if (this.#writeClosed || this.#gone) return
    this.#writeClosed = true
    if (this.#unsent.length === 0) this.#socket?.shutdown()
  }

  peerEnded(): void {
    this.#ended = true
    if (this.#headBytes !== undefined) this.#finishRefusal(this.#headBytes)
    this.#wakeReader?.()
  }

  closed(cause?: Error): void {
    if (this.#gone) return
    this.#gone = true
    this.#cause ??= cause
    if (this.#headBytes !== undefined) this.#finishRefusal(this.#headBytes)
    this.#failWrites()
    this.#wakeReader?.()
  }

  abort(): void {
    this.#cause ??= new Error('cancelled')
    this.#settleHead(err(this.#limit.refusal(this.#call)))
    this.#drop()
  }

  async *#items(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.#unread.shift()
      if (next !== undefined) {
        this.#unreadBytes -= next.length
        this.#resumeWhenLow()
        yield next
        continue
      }
      if (this.#cause) throw this.#cause
      if (this.#ended || this.#gone) return
      await new Promise<void>((wake) => (this.#wakeReader = wake))
      this.#wakeReader = undefined
    }
  }

  #resumeWhenLow(): void {
    if (!this.#paused || this.#unreadBytes > DOCKER_UNREAD_BYTES_MAX / 2) return
    this.#paused = false
    this.#socket?.resume()
  }

  #receivedHead(before: Buffer, bytes: Uint8Array): void {
    const all = Buffer.concat([before, bytes])
    const end = all.indexOf('\r\n\r\n')
    if (end < 0) {
      this.#headBytes = all
      if (all.length > DOCKER_HEAD_BYTES_MAX) this.abort()
      return
    }
    const status = Number(all.toString('latin1', 9, 12))
    // 200 is how Podman and old daemons say that the connection is raw from here.
    if (status === 101 || status === 200) {
      this.#headBytes = undefined
      this.#settleHead(ok(undefined))
      if (all.length > end + 4) this.received(all.subarray(end + 4))
      return
    }
    this.#headBytes = all
    const length = /\r\ncontent-length: *(\d+)/i.exec(all.toString('latin1', 0, end))
    if (all.length - end - 4 >= Number(length?.[1] ?? Infinity)) this.#finishRefusal(all)
  }

  #finishRefusal(all: Buffer): void {
    const end = all.indexOf('\r\n\r\n')
    const error =
      end < 0
        ? dockerError(
            'unavailable',
            0,
            `connection lost: ${textOf(this.#cause ?? 'no answer')}`,
            this.#call,
          )
        : refusal(Number(all.toString('latin1', 9, 12)), all.toString('utf8', end + 4), this.#call)
    this.#settleHead(err(error))
    this.#drop()
  }

  #refusal(cause: unknown): DockerError {
    if (this.#limit.signal.aborted) return this.#limit.refusal(this.#call)
    return dockerError('unavailable', 0, `connection lost: ${textOf(cause)}`, this.#call)
  }

  #failWrites(): void {
    for (const { sent } of this.#unsent.splice(0)) sent(false)
  }

  #drop(): void {
    this.#gone = true
    this.#socket?.terminate()
    this.#failWrites()
    this.#wakeReader?.()
  }
}
