import { request as plainRequest, type IncomingMessage } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { PROBE_ANSWER_BYTES_MAX, PROBE_REDIRECTS_MAX } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import type {
  Container, EphemeralContainer, HTTPGetAction, HTTPHeader,
} from '../../resources/generated/core.gen.ts'

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number
  readonly body: string
  /** It sent the prober to another host, which is not followed. */
  readonly redirectedAway: boolean
}

/** The port of a probe: a number, or the name of one of the container's ports. */
export function resolvePort(
  port: number | string,
  container: Container | EphemeralContainer,
): Result<number, string> {
  const named = (container.ports ?? []).find((p) => p.name !== undefined && p.name === port)
  const number = named ? named.containerPort : Number(port)
  if (Number.isInteger(number) && number > 0 && number < 65_536) return ok(number)
  return err(`couldn't find port: {"name": "${port}"} in container ${container.name}`)
}

/** Url of a httpGet. Source: pkg/probe/http/request.go formatURL. */
export function actionUrl(
  action: HTTPGetAction,
  container: Container | EphemeralContainer,
  podIp: string,
): Result<URL, string> {
  const port = resolvePort(action.port, container)
  if (!port.ok) return port
  const host = action.host || podIp
  const scheme = (action.scheme ?? 'HTTP').toLowerCase()
  const path = action.path ?? '/'
  try {
    const base = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port.value}`
    return ok(new URL(`${base}${path.startsWith('/') ? '' : '/'}${path}`))
  } catch {
    return err(`invalid URL for ${host}:${port.value}${path}`)
  }
}

/** Headers of a probe or hook; two of one name are both sent. */
export function actionHeaders(
  given: readonly HTTPHeader[] | undefined,
  agent: string,
): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const { name, value } of given ?? []) {
    const known = headers[name.toLowerCase()]
    headers[name.toLowerCase()] = known === undefined ? value : [known, value].flat()
  }
  headers['user-agent'] ??= agent
  headers['accept'] ??= '*/*'
  if (headers['accept'] === '') delete headers['accept']
  return headers
}

/** GET with one deadline for everything; certificates are not checked. Source: pkg/probe/http/http.go. */
export async function httpGet(
  url: URL,
  headers: Record<string, string | string[]>,
  timeoutMs: number,
): Promise<Result<HttpAnswer, string>> {
  const until = Date.now() + timeoutMs
  let at = url
  for (let hops = 0; hops < PROBE_REDIRECTS_MAX; hops++) {
    const left = until - Date.now()
    const answer = left > 0 ? await getOnce(at, headers, left) : err(timeoutText(url))
    if (!answer.ok) return answer
    const { status, location } = answer.value
    if (status < 300 || status >= 400 || location === undefined) {
      return ok({ status, body: answer.value.body, redirectedAway: false })
    }
    const next = new URL(location, at)
    if (next.hostname !== url.hostname) {
      return ok({ status, body: answer.value.body, redirectedAway: true })
    }
    at = next
  }
  return err(`Get "${url}": stopped after ${PROBE_REDIRECTS_MAX} redirects`)
}

const timeoutText = (url: URL): string =>
  `Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`

interface OneAnswer {
  readonly status: number
  readonly location: string | undefined
  readonly body: string
}

function getOnce(
  url: URL,
  headers: Record<string, string | string[]>,
  timeoutMs: number,
): Promise<Result<OneAnswer, string>> {
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? tlsRequest : plainRequest
    const options = { method: 'GET', headers, agent: false as const, rejectUnauthorized: false }
    const request = send(url, options, (response) => void answered(response))
    const timer = setTimeout(() => finish(err(timeoutText(url))), timeoutMs)
    const finish = (result: Result<OneAnswer, string>): void => {
      clearTimeout(timer)
      request.destroy()
      resolve(result)
    }
    const answered = async (response: IncomingMessage): Promise<void> => {
      const body = await readBody(response)
      const { statusCode = 0, headers: got } = response
      finish(ok({ status: statusCode, location: got.location, body }))
    }
    request.once('error', (cause) => finish(err(`Get "${url}": ${dialText(url, cause)}`)))
    request.end()
  })
}

async function readBody(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of response) {
      parts.push(part)
      size += part.length
      if (size >= PROBE_ANSWER_BYTES_MAX) break
    }
  } catch {
    // A body cut short still has a status, which is what counts.
  }
  return Buffer.concat(parts).subarray(0, PROBE_ANSWER_BYTES_MAX).toString()
}

/** Go's words for the commonest failures: people search for them. */
function dialText(url: URL, cause: Error): string {
  const address = `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`
  const code = 'code' in cause ? String(cause.code) : ''
  if (/ECONNREFUSED|ConnectionRefused/.test(code)) return `dial tcp ${address}: connect: connection refused`
  if (code === 'EHOSTUNREACH') return `dial tcp ${address}: connect: no route to host`
  if (/ECONNRESET|ConnectionClosed/.test(code)) return 'EOF'
  return cause.message
}
