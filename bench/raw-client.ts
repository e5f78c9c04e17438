import { connect, type TLSSocket } from 'node:tls'

/** One keep-alive connection that asks one thing after another, with as little work as a load generator can do. */
export interface RawClient {
  /** Sends a request and waits for its answer's end. */
  ask(method: string, path: string, body?: string): Promise<RawAnswer>
  close(): void
}

/** A whole answer; `body` is only kept as bytes. */
export interface RawAnswer {
  readonly code: number
  readonly body: Buffer
}

const LAST_CHUNK = Buffer.from('0\r\n\r\n')
const HEAD_END = Buffer.from('\r\n\r\n')

/** Opens a connection; answers name their length or come in chunks. */
export async function rawClient(url: URL, token: string): Promise<RawClient> {
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    const opened = connect({ host: url.hostname, port: Number(url.port), rejectUnauthorized: false }, () => resolve(opened))
    opened.once('error', reject)
  })
  let waiting: ((answer: RawAnswer) => void) | undefined
  let failed: (why: Error) => void = () => {}
  socket.once('close', () => failed(new Error('the connection was closed')))
  let held: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    const answer = whole(held)
    if (!answer || !waiting) return
    held = Buffer.alloc(0)
    const resolve = waiting
    waiting = undefined
    resolve(answer)
  })
  const common = `Host: ${url.host}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`
  return {
    ask(method, path, body = '') {
      socket.write(`${method} ${path} HTTP/1.1\r\n${common}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
      return new Promise((resolve, reject) => {
        waiting = resolve
        failed = reject
      })
    },
    close: () => socket.destroy(),
  }
}

function whole(bytes: Buffer): RawAnswer | undefined {
  const end = bytes.indexOf(HEAD_END)
  if (end < 0) return undefined
  const head = bytes.subarray(0, end).toString('latin1')
  const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
  const from = end + HEAD_END.length
  const code = Number(head.slice(9, 12))
  // The chunks of a longer answer are left as they are: only its end matters.
  if (/transfer-encoding: *chunked/i.test(head))
    return bytes.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK) ? { code, body: bytes.subarray(from) } : undefined
  if (bytes.length < from + length) return undefined
  return { code, body: bytes.subarray(from, from + length) }
}
