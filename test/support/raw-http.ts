import { connect, type TLSSocket } from 'node:tls'

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly code: number
  /** All values of a header, lower-case names. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: Buffer
}

/** A connection that sends what it is told, byte for byte: fetch would clean up paths and headers. */
export class RawConnection {
  readonly socket: TLSSocket
  #buffer: Buffer = Buffer.alloc(0)
  #wake: (() => void) | undefined
  #closed = false

  private constructor(socket: TLSSocket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk])
      this.#wake?.()
    })
    const closed = () => {
      this.#closed = true
      this.#wake?.()
    }
    socket.on('close', closed)
    socket.on('end', closed)
    socket.on('error', closed)
  }

  static open(port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
      socket.once('secureConnect', () => resolve(new RawConnection(socket)))
      socket.once('error', reject)
    })
  }

  get closed(): boolean {
    return this.#closed
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes)
  }

  /** The next whole answer; undefined when the connection ended before it. */
  async answer(method = 'GET'): Promise<RawAnswer | undefined> {
    const end = await this.#until(() => this.#buffer.indexOf('\r\n\r\n'))
    if (end === undefined) return undefined
    const head = this.#take(end + 4).toString('latin1').trimEnd().split('\r\n')
    const code = Number(head[0]!.split(' ')[1])
    const headers = new Map<string, string[]>()
    for (const line of head.slice(1)) {
      const cut = line.indexOf(':')
      const name = line.slice(0, cut).toLowerCase()
      headers.set(name, [...(headers.get(name) ?? []), line.slice(cut + 1).trim()])
    }
    if (code === 100) return this.answer(method)
    if (code === 101 || code === 304 || method === 'HEAD') return { code, headers, body: Buffer.alloc(0) }
    const body = await this.#body(headers)
    return body && { code, headers, body }
  }

  /** Bytes that came and were not read yet; waits for some. Undefined at the end. */
  async chunk(): Promise<Buffer | undefined> {
    const found = await this.#until(() => (this.#buffer.length > 0 ? 0 : -1))
    return found === undefined ? undefined : this.#take(this.#buffer.length)
  }

  /** Exactly so many bytes; undefined when the connection ended before them. */
  async take(length: number): Promise<Buffer | undefined> {
    const found = await this.#until(() => (this.#buffer.length >= length ? 0 : -1))
    return found === undefined ? undefined : this.#take(length)
  }

  /** Resolves when the other side has ended the connection. */
  async ended(): Promise<void> {
    await this.#until(() => -1)
  }

  close(): void {
    this.socket.destroy()
  }

  async #body(headers: Map<string, string[]>): Promise<Buffer | undefined> {
    const length = headers.get('content-length')?.[0]
    if (length !== undefined) return this.take(Number(length))
    if (headers.get('transfer-encoding')?.[0] !== 'chunked') {
      await this.ended()
      return this.#take(this.#buffer.length)
    }
    const parts: Buffer[] = []
    for (;;) {
      const part = await this.httpChunk()
      if (part === undefined) return undefined
      if (part.length === 0) return Buffer.concat(parts)
      parts.push(part)
    }
  }

  /** One chunk of a chunked body; empty at its end. */
  async httpChunk(): Promise<Buffer | undefined> {
    const line = await this.#until(() => this.#buffer.indexOf('\r\n'))
    if (line === undefined) return undefined
    const size = Number.parseInt(this.#take(line + 2).toString('latin1'), 16)
    const bytes = await this.take(size + 2)
    return bytes?.subarray(0, size)
  }

  /** The head of an answer whose body is read on by httpChunk(). */
  async head(): Promise<string | undefined> {
    const end = await this.#until(() => this.#buffer.indexOf('\r\n\r\n'))
    return end === undefined ? undefined : this.#take(end + 4).toString('latin1')
  }

  #take(length: number): Buffer {
    const taken = this.#buffer.subarray(0, length)
    this.#buffer = this.#buffer.subarray(length)
    return taken
  }

  async #until(find: () => number): Promise<number | undefined> {
    for (;;) {
      const at = find()
      if (at >= 0) return at
      if (this.#closed) return undefined
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

/** One request to send. */
export interface RawRequest {
  readonly method?: string
  /** As it goes over the wire, query and all. */
  readonly path: string
  readonly token?: string
  readonly type?: string
  readonly accept?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** The bytes of a request. */
export function requestBytes({ method = 'GET', path, token, type, accept, headers, body }: RawRequest): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', 'user-agent: differential/1']
  if (token) lines.push(`authorization: Bearer ${token}`)
  if (accept) lines.push(`accept: ${accept}`)
  if (type) lines.push(`content-type: ${type}`)
  for (const [name, value] of Object.entries(headers ?? {})) lines.push(`${name}: ${value}`)
  const bytes = body === undefined ? undefined : Buffer.from(body as string)
  if (bytes) lines.push(`content-length: ${bytes.length}`)
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes ?? Buffer.alloc(0)])
}

/** One request on a connection of its own. */
export async function rawRequest(port: number, request: RawRequest): Promise<RawAnswer> {
  const connection = await RawConnection.open(port)
  try {
    connection.send(requestBytes(request))
    const answer = await connection.answer(request.method)
    if (!answer) throw new Error(`no answer to ${request.method ?? 'GET'} ${request.path.slice(0, 200)}`)
    return answer
  } finally {
    connection.close()
  }
}
