import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A daemon that answers as a test wants, on a unix socket. */
export interface FakeDaemon {
  socketPath: string
  /** Paths asked for, in order. */
  asked: string[]
  close(): Promise<void>
}

/** What it answers to. `/version` is answered unless `answer` says it did so itself. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => boolean | void

/** Starts one; `upgrade` gets the bare connection of a hijacking request. */
export async function fakeDaemon(
  answer: Answer,
  upgrade?: (request: IncomingMessage, socket: Socket) => void,
): Promise<FakeDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'klio-daemon-'))
  const socketPath = join(folder, 'docker.sock')
  const asked: string[] = []
  const open = new Set<Socket>()
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (answer(request, response) === true) return
    if (request.url === '/version')
      response.end(
        JSON.stringify({
          Version: 'fake',
          ApiVersion: '1.44',
          MinAPIVersion: '1.24',
          Os: 'linux',
          Arch: 'amd64',
        }),
      )
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.on('upgrade', (request, socket) => {
    asked.push(request.url ?? '')
    upgrade?.(request, socket as Socket)
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    socketPath,
    asked,
    close: async () => {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
