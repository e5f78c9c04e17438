import { connect, constants } from 'node:http2'
import { err, ok, type Result } from '../../base/result.ts'

/**
 * Asks grpc.health.v1.Health/Check over cleartext HTTP/2; an error is the words of a failed probe.
 * Source: pkg/probe/grpc/grpc.go, grpc/doc/health-checking.md.
 */
export function grpcHealth(
  host: string,
  port: number,
  service: string,
  timeoutMs: number,
): Promise<Result<void, string>> {
  return new Promise((resolve) => {
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
    const session = connect(`http://${address}`)
    let connected = false
    const timer = setTimeout(() => finish(err(timeoutText(connected, address, timeoutMs))), timeoutMs)
    const finish = (result: Result<void, string>): void => {
      clearTimeout(timer)
      session.destroy()
      resolve(result)
    }
    session.once('connect', () => void (connected = true))
    session.once('error', (cause: Error) => finish(err(`error: health rpc probe failed: ${cause.message}`)))
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'kube-probe/1.37',
    })
    const parts: Buffer[] = []
    let status = ''
    const noteStatus = (headers: Record<string, unknown>) => {
      if (headers['grpc-status'] !== undefined) status = String(headers['grpc-status'])
    }
    stream.on('response', noteStatus)
    stream.on('trailers', noteStatus)
    stream.on('data', (part: Buffer) => void parts.push(part))
    stream.once('error', (cause: Error) => finish(err(`error: health rpc probe failed: ${cause.message}`)))
    stream.once('end', () => setImmediate(() => finish(verdict(status, Buffer.concat(parts)))))
    stream.end(checkRequest(service))
  })
}

const timeoutText = (connected: boolean, address: string, timeoutMs: number): string =>
  connected
    ? `timeout: health rpc did not complete within ${timeoutMs / 1000}s`
    : `timeout: failed to connect service "${address}" within ${timeoutMs / 1000}s: context deadline exceeded`

const SERVING = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

function verdict(status: string, body: Buffer): Result<void, string> {
  if (status === '12') {
    return err('error: this server does not implement the grpc health protocol (grpc.health.v1.Health)')
  }
  if (status !== '' && status !== '0') return err(`error: health rpc probe failed: code ${status}`)
  // Five bytes of gRPC framing, then field 1 as a varint; an empty message is UNKNOWN.
  const state = SERVING[body.length >= 7 && body[5] === 0x08 ? body[6]! : 0] ?? 'UNKNOWN'
  return state === 'SERVING' ? ok(undefined) : err(`service unhealthy (responded with "${state}")`)
}

function checkRequest(service: string): Buffer {
  const name = Buffer.from(service)
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name])
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) {
      bytes.push(rest)
      return Buffer.from(bytes)
    }
    bytes.push((rest & 0x7f) | 0x80)
  }
}
