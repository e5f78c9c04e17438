import { err, ok } from '../base/result.ts'
import { DOCKER_PULL_IDLE_MS, DOCKER_UPLOAD_TIMEOUT_MS } from '../base/limits.ts'
import { nothing } from './containers.ts'
import type { CallOptions, Images, PullOptions, Reply } from './engine.ts'
import { type DockerError, dockerError, kindOfAnswer } from './errors.ts'
import { jsonLines } from './json-lines.ts'
import { filterText, referencePath } from './query.ts'
import type { Request } from './request.ts'
import type { Transport } from './transport.ts'
import type { ImageSummary, PullProgress, RegistryAuth } from './types.ts'

/** Images over one transport. Source: Engine API, section Image. */
export function imagesOf(transport: Transport): Images {
  return {
    inspect: (reference, call) =>
      transport.json(
        {
          method: 'GET',
          path: `/images/${referencePath(reference)}/json`,
          call: 'GET /images/NAME/json',
        },
        call,
      ),
    list: (filter, call) =>
      transport.json<ImageSummary[]>(
        {
          method: 'GET',
          path: '/images/json',
          call: 'GET /images/json',
          query: { filters: filterText({ label: filter?.labels, reference: filter?.references }) },
        },
        call,
      ),
    pull: (reference, options, call) => pull(transport, reference, options ?? {}, call),
    importTar: (tar, target, call) => importTar(transport, tar, target, call),
    async load(tar, call) {
      const request: Request = {
        method: 'POST',
        path: '/images/load',
        call: 'POST /images/load',
        query: { quiet: true },
        tar,
        timeoutMs: DOCKER_UPLOAD_TIMEOUT_MS,
      }
      const answer = await progress(transport, request, call)
      return answer.ok ? ok(undefined) : answer
    },
    tag(source, target, call) {
      const { repository, tag } = splitReference(target)
      return nothing(
        transport.send(
          {
            method: 'POST',
            path: `/images/${referencePath(source)}/tag`,
            call: 'POST /images/NAME/tag',
            query: { repo: repository, tag: tag ?? 'latest' },
          },
          call,
        ),
      )
    },
    remove: (reference, how, call) =>
      nothing(
        transport.send(
          {
            method: 'DELETE',
            path: `/images/${referencePath(reference)}`,
            call: 'DELETE /images/NAME',
            query: { force: how?.force ?? false, noprune: how?.noPrune ?? false },
          },
          call,
        ),
      ),
  }
}

/** Takes `host:port/repo:tag` and `repo@sha256:...` apart; a digest counts as tag. */
export function splitReference(reference: string): { repository: string; tag?: string } {
  const at = reference.indexOf('@')
  if (at >= 0) return { repository: reference.slice(0, at), tag: reference.slice(at + 1) }
  const colon = reference.lastIndexOf(':')
  if (colon <= reference.lastIndexOf('/')) return { repository: reference }
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) }
}

/** The X-Registry-Auth header. Source: Engine API, "Authentication": base64url of JSON. */
export const authHeader = (auth: RegistryAuth): string =>
  Buffer.from(JSON.stringify(auth)).toString('base64url')

async function pull(
  transport: Transport,
  reference: string,
  options: PullOptions,
  call?: CallOptions,
): Reply<void> {
  const { repository, tag } = splitReference(reference)
  const request: Request = {
    method: 'POST',
    path: '/images/create',
    call: 'POST /images/create',
    query: { fromImage: repository, tag: tag ?? 'latest', platform: options.platform },
    headers: options.auth ? { 'x-registry-auth': authHeader(options.auth) } : {},
    timeoutMs: DOCKER_PULL_IDLE_MS,
  }
  const answer = await progress(transport, request, call, options.onProgress)
  return answer.ok ? ok(undefined) : answer
}

async function importTar(
  transport: Transport,
  tar: Parameters<Images['importTar']>[0],
  target: Parameters<Images['importTar']>[1],
  call?: CallOptions,
): Reply<string> {
  const { repository, tag } = splitReference(target.reference)
  const query = new URLSearchParams({ fromSrc: '-', repo: repository, tag: tag ?? 'latest' })
  if (target.platform) query.set('platform', target.platform)
  for (const change of target.changes ?? []) query.append('changes', change)
  const request: Request = {
    method: 'POST',
    path: `/images/create?${query.toString()}`,
    call: 'POST /images/create',
    tar,
    timeoutMs: DOCKER_UPLOAD_TIMEOUT_MS,
  }
  const answer = await progress(transport, request, call)
  if (!answer.ok) return answer
  const id = answer.value
  return id ? ok(id) : err(dockerError('fatal', 200, 'the daemon named no image', request.call))
}

/** Follows progress to its end; an error within it fails the call. Returns the last status line. */
async function progress(
  transport: Transport,
  request: Request,
  call?: CallOptions,
  onProgress?: (line: PullProgress) => void,
): Reply<string> {
  const answer = await transport.stream({ ...request, bounds: 'silence' }, call)
  if (!answer.ok) return answer
  const lines = jsonLines((line) => JSON.parse(line) as PullProgress)
  let last = ''
  for await (const bytes of answer.value.body) {
    for (const line of lines.push(bytes)) {
      onProgress?.(line)
      if (line.error !== undefined) return err(refusalIn(line, request.call))
      last = line.status ?? last
    }
  }
  const end = await answer.value.body.ended
  return end.ok ? ok(last) : end
}

/** A failure that the daemon found after it had answered 200. */
function refusalIn(line: PullProgress, call: string): DockerError {
  const message = line.errorDetail?.message ?? line.error ?? 'failed'
  const status = line.errorDetail?.code ?? 500
  return dockerError(kindOfAnswer(status, message), status, message, call)
}
