import { Agent as PlainAgent, request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { rootCertificates } from 'node:tls'
import { LRUCache } from 'lru-cache'
import { WEBHOOK_AGENTS_MAX, WEBHOOK_ANSWER_BYTES_MAX, WEBHOOK_SOCKETS_MAX } from '../../base/limits.ts'
import { err, ok, type Result } from '../../base/result.ts'
import { goQuote } from '../../meta/go-quote.ts'
import type { Json } from '../../meta/object.ts'
import type { View } from '../../projections/view.ts'
import { serviceEndpoint, type Endpoint } from './service-endpoint.ts'

/** Where a webhook is. Source: admissionregistration/v1 and apiextensions/v1 WebhookClientConfig. */
export interface WebhookTarget {
  readonly url?: string
  readonly service?: {
    readonly namespace: string
    readonly name: string
    readonly path?: string
    readonly port?: number
  }
  /** PEM, in base64; the machine's own roots when left out. */
  readonly caBundle?: string
}

/** How a call is made. */
export interface WebhookCall {
  readonly body: Json
  /** Also sent as the query `timeout`, rounded to seconds. */
  readonly timeoutMs: number
  /** Ends the call: whoever asked is gone. */
  readonly signal?: AbortSignal
}

/** Calls webhooks; the error says why there is no answer, in Go's words where they are known. */
export interface WebhookCaller {
  call(target: WebhookTarget, call: WebhookCall): Promise<Result<Json, string>>
  close(): void
}

/** Where a call connects to, and which name its certificate must have. */
interface Route extends Endpoint {
  readonly url: URL
  readonly serverName: string
  readonly ca: string | undefined
}

/**
 * A caller whose connections are kept: Services are found in `view`. Answers are read up to a cap, redirects
 * are not followed, and nothing of the caller's rights is sent along. Source: apiserver util/webhook/client.go.
 */
export function webhookCaller(view: View): WebhookCaller {
  const agents = new LRUCache<string, Agent | PlainAgent>({ max: WEBHOOK_AGENTS_MAX, dispose: (agent) => agent.destroy() })
  const agentOf = ({ url, ca = '' }: Route): Agent | PlainAgent => {
    const key = `${url.protocol} ${url.host} ${ca}`
    const known = agents.get(key)
    if (known) return known
    const options = { keepAlive: true, maxSockets: WEBHOOK_SOCKETS_MAX }
    const made = url.protocol === 'https:' ? new Agent(options) : new PlainAgent(options)
    agents.set(key, made)
    return made
  }
  return {
    async call(target, call) {
      const route = routeOf(view, target, call.timeoutMs)
      return route.ok ? send(route.value, agentOf(route.value), call) : route
    },
    close: () => agents.clear(),
  }
}

/** Connects to a Service's endpoint by the Service's name. */
function routeOf(view: View, { url, service, caBundle }: WebhookTarget, timeoutMs: number): Result<Route, string> {
  const ca = caBundle ? Buffer.from(caBundle, 'base64').toString() : undefined
  const seconds = `timeout=${Math.max(1, Math.round(timeoutMs / 1000))}s`
  if (service) {
    const { namespace, name, path = '', port = 443 } = service
    const serverName = `${name}.${namespace}.svc`
    const to = new URL(`https://${serverName}:${port}/${path.replace(/^\//, '')}`)
    to.search = seconds
    const endpoint = serviceEndpoint(view, { namespace, name, port }, (below) => Math.floor(Math.random() * below))
    if (!endpoint.ok) return err(`Post ${goQuote(to.href)}: ${endpoint.error}`)
    return ok({ ...endpoint.value, url: to, serverName, ca })
  }
  if (url === undefined || !URL.canParse(url)) return err('webhook configuration must have either service or URL')
  const to = new URL(url)
  to.search = to.search === '' ? seconds : `${to.search}&${seconds}`
  const host = to.hostname.replace(/^\[|\]$/g, '')
  return ok({ host, port: Number(to.port) || (to.protocol === 'https:' ? 443 : 80), url: to, serverName: host, ca })
}

function send(route: Route, agent: Agent | PlainAgent, call: WebhookCall): Promise<Result<Json, string>> {
  const { body, timeoutMs, signal } = call
  const { url, host, port, serverName, ca } = route
  const bytes = Buffer.from(JSON.stringify(body))
  return new Promise((resolve) => {
    const failed = (why: string): void => finish(err(`Post ${goQuote(url.href)}: ${why}`))
    const shared = {
      host, port, agent, method: 'POST', path: url.pathname + url.search,
      headers: {
        host: url.host, accept: 'application/json', 'content-type': 'application/json',
        'content-length': bytes.length, 'user-agent': 'kube-apiserver-admission',
      },
    }
    const hear = (answer: IncomingMessage): void => void read(answer).then(finish, (error) => failed(reasonOf(error, route)))
    const outgoing: ClientRequest =
      url.protocol === 'https:'
        ? request({ ...shared, servername: isAddress(serverName) ? '' : serverName, ca: ca ?? [...rootCertificates] }, hear)
        : plainRequest(shared, hear)
    const timer = setTimeout(() => failed('context deadline exceeded'), timeoutMs)
    const abort = (): void => failed('context canceled')
    const finish = (result: Result<Json, string>): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      if (!result.ok) outgoing.destroy()
      resolve(result)
    }
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort, { once: true })
    outgoing.on('error', (error) => failed(reasonOf(error, route)))
    outgoing.end(bytes)
  })
}

const isAddress = (host: string): boolean => host.includes(':') || /^[\d.]+$/.test(host)

/** The answer's JSON; 200 alone is an answer. */
async function read(answer: IncomingMessage): Promise<Result<Json, string>> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > WEBHOOK_ANSWER_BYTES_MAX) {
      answer.destroy()
      return err(`the answer is larger than ${WEBHOOK_ANSWER_BYTES_MAX} bytes`)
    }
    pieces.push(piece)
  }
  const text = Buffer.concat(pieces).toString()
  const code = answer.statusCode ?? 0
  if (code !== 200) return err(statusText(code, text))
  try {
    return ok(JSON.parse(text) as Json)
  } catch {
    return err("couldn't get version/kind; json parse error: invalid JSON")
  }
}

/** Source: client-go rest/request.go and apimachinery errors.NewGenericServerResponse. */
function statusText(code: number, text: string): string {
  if (code === 404) return 'the server could not find the requested resource'
  if (code === 401) return 'the server has asked for the client to provide credentials'
  if (code === 403) return 'forbidden'
  if (code >= 500)
    return `an error on the server (${goQuote(text.slice(0, 2048) || 'unknown')}) has prevented the request from succeeding`
  return `the server rejected our request for an unknown reason (status ${code})`
}

/** Go's words for the usual failures. */
function reasonOf(error: NodeJS.ErrnoException, { host, port }: Route): string {
  const at = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  switch (error.code) {
    case 'ECONNREFUSED':
      return `dial tcp ${at}: connect: connection refused`
    case 'ECONNRESET':
      return 'EOF'
    case 'ENOTFOUND':
      return `dial tcp: lookup ${host}: no such host`
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return 'tls: failed to verify certificate: x509: certificate signed by unknown authority'
    case 'CERT_HAS_EXPIRED':
      return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid'
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `tls: failed to verify certificate: x509: certificate is not valid for ${host}`
    default:
      return error.message
  }
}
