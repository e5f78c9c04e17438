import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { badRequest, notFound, serviceUnavailable, type Status } from '../meta/status.ts'
import type { View } from '../projections/view.ts'
import type { EndpointSlice } from '../resources/generated/discovery.gen.ts'
import type { Pod, Service } from '../resources/generated/core.gen.ts'
import type { ResourceRequest } from './verbs/resource-request.ts'

/** Longest wait for the first byte of a proxied answer. */
const PROXY_ANSWER_MS = 30_000

/** Where a proxied request goes. */
interface ProxyTarget {
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly port: number
}

/** Headers that belong to one hop. Source: RFC 9110 7.6.1. */
const HOP = ['connection', 'keep-alive', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade']

/**
 * pods/NAME/proxy and services/NAME/proxy. The destination comes from the object's own addresses, the
 * answer is never followed anywhere (a redirect is the client's to see) and the caller's token stays
 * here. Source: apimachinery util/proxy, registry/core/{pod,service}/rest/proxy.go.
 */
export const objectProxy =
  (view: View) =>
  async (request: ResourceRequest): Promise<void> => {
    const { exchange, served } = request
    const { info } = exchange
    const { scheme, name, port } = splitName(info.name)
    const target =
      served.definition.resource === 'pods'
        ? podTarget(view, info.namespace, name, port, scheme)
        : serviceTarget(view, info.namespace, name, port, scheme)
    if ('status' in target) return exchange.refuse(target.status)
    await forward(request, target)
  }

/** `https:web:8443`, `web:8443`, `web`. Source: utilnet.SplitSchemeNamePort. */
export function splitName(text: string): { scheme: 'http' | 'https'; name: string; port: string } {
  const parts = text.split(':')
  if (parts.length === 3)
    return { scheme: parts[0] === 'https' ? 'https' : 'http', name: parts[1]!, port: parts[2]! }
  return { scheme: 'http', name: parts[0]!, port: parts[1] ?? '' }
}

type Found = ProxyTarget | { status: Status }

function podTarget(view: View, namespace: string, name: string, port: string, scheme: 'http' | 'https'): Found {
  const pod = view.get<Pod>('pods', namespace, name)
  if (!pod) return { status: notFound({ group: '', resource: 'pods' }, name) }
  const host = pod.status?.podIP
  if (!host) return { status: badRequest('address not allowed') }
  const named = pod.spec?.containers.flatMap((c) => c.ports ?? []).find((p) => p.name === port)
  const first = pod.spec?.containers.flatMap((c) => c.ports ?? [])[0]?.containerPort ?? 80
  return { scheme, host, port: named?.containerPort ?? (port === '' ? first : Number(port)) }
}

function serviceTarget(view: View, namespace: string, name: string, port: string, scheme: 'http' | 'https'): Found {
  const service = view.get<Service>('services', namespace, name)
  if (!service) return { status: notFound({ group: '', resource: 'services' }, name) }
  const ports = service.spec?.ports ?? []
  const wanted = port === '' ? ports[0] : ports.find((p) => p.name === port || String(p.port) === port)
  if (!wanted)
    return { status: serviceUnavailable(`no service port ${JSON.stringify(port)} found for service ${JSON.stringify(name)}`) }
  const slices = view
    .list<EndpointSlice>('endpointslices.discovery.k8s.io', namespace)
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === name)
  for (const slice of slices) {
    const slicePort = slice.ports?.find((p) => (p.name ?? '') === (wanted.name ?? ''))
    const ready = slice.endpoints?.filter((e) => e.conditions?.ready !== false) ?? []
    if (slicePort?.port && ready.length > 0) {
      const chosen = ready[Math.floor(Math.random() * ready.length)]!
      return { scheme, host: chosen.addresses[0]!, port: slicePort.port }
    }
  }
  return { status: serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`) }
}

function forward({ exchange }: ResourceRequest, { scheme, host, port }: ProxyTarget): Promise<void> {
  const { incoming, outgoing, info, rawQuery } = exchange
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined && !HOP.includes(name) && name !== 'authorization' && name !== 'host') headers[name] = value
  headers['x-forwarded-uri'] = exchange.path
  const slash = exchange.path.endsWith('/') && info.rest !== '' ? '/' : ''
  const query = rawQuery ? `?${rawQuery}` : ''
  const path = `${encodeURI(info.rest === '' ? '/' : info.rest)}${slash}${query}`
  const send = scheme === 'https' ? httpsRequest : httpRequest
  // A Pod's certificate is its own: upstream's proxy does not check it either.
  const options: RequestOptions = {
    host, port, path, method: incoming.method, headers, timeout: PROXY_ANSWER_MS, rejectUnauthorized: false,
  }
  return new Promise((resolve) => {
    const upstream = send(options, (answer: IncomingMessage) => {
      const kept = Object.entries(answer.headers).filter(([name]) => !HOP.includes(name))
      outgoing.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept) as Record<string, string>)
      answer.pipe(outgoing)
      outgoing.once('close', resolve)
    })
    upstream.once('timeout', () => upstream.destroy(new Error('no answer in time')))
    upstream.once('error', (error) => {
      if (outgoing.headersSent) outgoing.destroy()
      else exchange.refuse(serviceUnavailable(`error trying to reach service: ${error.message}`))
      resolve()
    })
    incoming.pipe(upstream)
  })
}
