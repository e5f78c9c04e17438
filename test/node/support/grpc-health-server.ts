import { constants, createServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'

/** What a server answers for a service: a state of grpc.health.v1, a gRPC status, or nothing ever. */
export type HealthAnswer = { readonly state: number } | { readonly status: number } | 'silence'

/** A gRPC server over cleartext HTTP/2 that knows grpc.health.v1.Health/Check alone. */
export interface HealthServer {
  readonly port: number
  /** Names of the services that were asked for, oldest first. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** Serves these answers by the service's name on a port of its own; an unknown name is NOT_FOUND. */
export async function serveHealth(answers: Readonly<Record<string, HealthAnswer>>, host = '127.0.0.1'): Promise<HealthServer> {
  const asked: string[] = []
  const server = createServer()
  const sessions = new Set<{ destroy(): void }>()
  server.on('session', (session) => void sessions.add(session))
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const parts: Buffer[] = []
    stream.on('error', () => undefined)
    stream.on('data', (part: Buffer) => void parts.push(part))
    stream.on('end', () => {
      const name = nameIn(Buffer.concat(parts))
      asked.push(name)
      const known = headers[constants.HTTP2_HEADER_PATH] === '/grpc.health.v1.Health/Check'
      const answer = !known ? { status: 12 } : Object.hasOwn(answers, name) ? answers[name]! : { status: 5 }
      if (answer === 'silence') return
      if ('status' in answer) return void stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': answer.status }, { endStream: true })
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(Buffer.from([0, 0, 0, 0, 2, 0x08, answer.state]))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: () => {
      for (const session of sessions) session.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** The service's name: five bytes of framing, then field 1 as a string, which is not there when empty. */
const nameIn = (body: Buffer): string => (body.length > 7 ? body.subarray(7, 7 + body[6]!).toString() : '')
