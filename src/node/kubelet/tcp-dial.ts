import { connect } from 'node:net'
import { err, ok, type Result } from '../../base/result.ts'

/** Opens and closes a TCP connection; an error is Go's words for why not. Source: pkg/probe/tcp. */
export function tcpDial(host: string, port: number, timeoutMs: number): Promise<Result<void, string>> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const finish = (result: Result<void, string>): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(result)
    }
    const timer = setTimeout(() => finish(err(`dial tcp ${host}:${port}: i/o timeout`)), timeoutMs)
    socket.once('connect', () => finish(ok(undefined)))
    socket.once('error', (cause: Error) => {
      const refused = 'code' in cause && cause.code === 'ECONNREFUSED'
      finish(err(`dial tcp ${host}:${port}: ${refused ? 'connect: connection refused' : cause.message}`))
    })
  })
}
