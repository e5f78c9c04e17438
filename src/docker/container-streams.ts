import { err, ok } from '../base/result.ts'
import { DOCKER_UPLOAD_TIMEOUT_MS } from '../base/limits.ts'
import type { Containers, Incoming } from './engine.ts'
import { dockerError } from './errors.ts'
import { mapIncoming } from './incoming.ts'
import { framesOf, ioStream } from './io-stream.ts'
import { jsonLines } from './json-lines.ts'
import { segment } from './query.ts'
import type { Request } from './request.ts'
import type { Transport } from './transport.ts'
import type { PathStat, StatsSample, WaitResult } from './types.ts'

type Streams = Pick<Containers, 'wait' | 'logs' | 'attach' | 'statsStream'> & Archives
type Archives = Pick<Containers, 'putArchive' | 'getArchive'>

/** The calls on containers whose body takes its time, or goes both ways. */
export function containerStreams(transport: Transport): Streams {
  return {
    async wait(id, until, call) {
      const request = below('POST', id, 'wait', { condition: until })
      const answer = await transport.stream(
        { ...request, timeoutMs: Infinity, bounds: 'whole' },
        call,
      )
      if (!answer.ok) return answer
      return firstJson<WaitResult>(answer.value.body, request.call)
    },

    async logs(id, options, call) {
      const request = below('GET', id, 'logs', {
        follow: options.follow ?? false,
        stdout: options.stdout ?? true,
        stderr: options.stderr ?? true,
        timestamps: options.timestamps ?? false,
        tail: options.tailLines ?? 'all',
        since: options.since,
        until: options.until,
      })
      const answer = await transport.stream(request, call)
      return answer.ok
        ? ok(framesOf(answer.value.body, options.tty ?? false, request.call))
        : answer
    },

    async attach(id, options, call) {
      const request = below('POST', id, 'attach', {
        stream: true,
        logs: options.logs ?? false,
        stdin: options.stdin ?? false,
        stdout: options.stdout ?? true,
        stderr: options.stderr ?? true,
      })
      const answer = await transport.hijack(request, call)
      return answer.ok ? ok(ioStream(answer.value, options.tty ?? false, request.call)) : answer
    },

    async statsStream(id, call) {
      const request = below('GET', id, 'stats', { stream: true })
      const answer = await transport.stream(request, call)
      if (!answer.ok) return answer
      const lines = jsonLines((line) => JSON.parse(line) as StatsSample)
      return ok(mapIncoming(answer.value.body, (bytes) => lines.push(bytes), request.call))
    },

    ...archivesOf(transport),
  }
}

function archivesOf(transport: Transport): Archives {
  return {
    async putArchive(id, path, tar, call) {
      const request = below('PUT', id, 'archive', { path })
      const answer = await transport.send(
        { ...request, tar, timeoutMs: DOCKER_UPLOAD_TIMEOUT_MS },
        call,
      )
      return answer.ok ? ok(undefined) : answer
    },

    async getArchive(id, path, call) {
      const request = below('GET', id, 'archive', { path })
      const answer = await transport.stream(request, call)
      if (!answer.ok) return answer
      const head = answer.value.headers['x-docker-container-path-stat']
      if (head === undefined)
        return err(dockerError('fatal', 200, 'the archive has no path stat', request.call))
      const stat = JSON.parse(Buffer.from(head, 'base64').toString('utf8')) as PathStat
      return ok({ stat, tar: answer.value.body })
    },
  }
}

/** Gathers a body that holds one JSON value. */
export async function firstJson<T>(body: Incoming<Uint8Array>, call: string) {
  const lines = jsonLines((line) => JSON.parse(line) as T)
  for await (const bytes of body) {
    const [first] = lines.push(bytes)
    if (first !== undefined) return ok(first)
  }
  const end = await body.ended
  return end.ok ? err(dockerError('unavailable', 0, 'the answer ended early', call)) : end
}

const below = (
  method: Request['method'],
  id: string,
  what: string,
  query: Request['query'],
): Request => ({
  method,
  path: `/containers/${segment(id)}/${what}`,
  call: `${method} /containers/ID/${what}`,
  query,
})
