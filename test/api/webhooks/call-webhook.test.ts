import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { makeAuthority, makeServing, type KeyPair } from '../../../src/api/certificates.ts'
import { webhookCaller, type WebhookTarget } from '../../../src/api/webhooks/call-webhook.ts'
import type { KubeObject } from '../../../src/meta/object.ts'
import type { View } from '../../../src/projections/view.ts'
import { MemoryView } from '../../support/memory-view.ts'

let authority: KeyPair
let other: KeyPair
let server: Server
let port: number
let heard: { path?: string; host?: string; body: string }[] = []

beforeAll(async () => {
  ;[authority, other] = [await makeAuthority('hooks', Date.now()), await makeAuthority('others', Date.now())]
  const { certificate, privateKey } = await makeServing(authority, ['hook.default.svc', '127.0.0.1'], Date.now())
  server = createServer({ key: privateKey, cert: certificate }, (incoming, outgoing) => {
    let body = ''
    incoming.on('data', (piece: Buffer) => (body += piece.toString()))
    incoming.on('end', () => {
      heard.push({ path: incoming.url, host: incoming.headers.host, body })
      const { pathname } = new URL(incoming.url!, 'https://x')
      if (pathname === '/hangs') return
      if (pathname === '/breaks') return void incoming.socket.destroy()
      if (pathname === '/redirects') return void outgoing.writeHead(302, { location: '/ok' }).end()
      if (pathname === '/fails') return void outgoing.writeHead(500).end('no')
      if (pathname === '/floods') return void outgoing.end('x'.repeat(64 * 1024 * 1024))
      outgoing.end(pathname === '/odd' ? '{' : JSON.stringify({ echo: JSON.parse(body) }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void (server.closeAllConnections(), server.close()))

const bundle = (pair: KeyPair): string => Buffer.from(pair.certificate).toString('base64')

function viewWithService(): View {
  const view = new MemoryView()
  const add = (resource: string, object: object): void => {
    const { namespace, name } = (object as KubeObject).metadata
    view.table(resource).set(`${namespace}/${name}`, object as KubeObject)
  }
  add('services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'hook', namespace: 'default' }, spec: { ports: [{ port: 443 }] } })
  add('services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'lonely', namespace: 'default' }, spec: { ports: [{ port: 443 }] } })
  add('endpointslices.discovery.k8s.io', {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
    metadata: { name: 'hook-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'hook' } },
    ports: [{ port }], endpoints: [{ addresses: ['127.0.0.1'] }, { addresses: ['127.0.0.2'], conditions: { ready: false } }],
  })
  return view
}

const call = async (target: WebhookTarget, timeoutMs = 5_000, signal?: AbortSignal) => {
  const caller = webhookCaller(viewWithService())
  try {
    return await caller.call(target, { body: { a: 1 }, timeoutMs, ...(signal && { signal }) })
  } finally {
    caller.close()
  }
}

const at = (path: string) => ({ url: `https://127.0.0.1:${port}${path}`, caBundle: bundle(authority) })
const service = (name: string, more: object = {}) => ({
  service: { namespace: 'default', name, path: '/ok', ...more }, caBundle: bundle(authority),
})

describe('a webhook', () => {
  test('is called by its URL, and by its Service at a ready endpoint under the name of the Service', async () => {
    heard = []
    expect(await call(at('/ok?x=1'))).toEqual({ ok: true, value: { echo: { a: 1 } } })
    expect(await call(service('hook'), 12_000)).toEqual({ ok: true, value: { echo: { a: 1 } } })
    expect(heard).toEqual([
      { path: '/ok?x=1&timeout=5s', host: `127.0.0.1:${port}`, body: '{"a":1}' },
      { path: '/ok?timeout=12s', host: 'hook.default.svc', body: '{"a":1}' },
    ])
  })

  const failures: [string, () => WebhookTarget, string][] = [
    ['that is not there', () => ({ url: 'https://127.0.0.1:1/' }), 'Post "https://127.0.0.1:1/?timeout=5s": dial tcp 127.0.0.1:1: connect: connection refused'],
    ['of another authority', () => ({ ...at('/ok'), caBundle: bundle(other) }), 'tls: failed to verify certificate: x509: certificate signed by unknown authority'],
    ['that is not for this name', () => ({ url: `https://localhost:${port}/ok`, caBundle: bundle(authority) }), 'x509: certificate is not valid for localhost'],
    ['that fails', () => at('/fails'), 'an error on the server ("no") has prevented the request from succeeding'],
    ['that leads elsewhere', () => at('/redirects'), 'the server rejected our request for an unknown reason (status 302)'],
    ['that answers no JSON', () => at('/odd'), "couldn't get version/kind; json parse error"],
    ['that floods', () => at('/floods'), 'the answer is larger than'],
    ['that hangs up', () => at('/breaks'), 'EOF'],
    ['whose Service is not there', () => service('absent'), 'Post "https://absent.default.svc/ok?timeout=5s": service "absent" not found'],
    ['whose Service has no endpoints', () => service('lonely'), 'no endpoints available for service "lonely"'],
    ['whose Service has not this port', () => service('hook', { port: 8443 }), 'Post "https://hook.default.svc:8443/ok?timeout=5s": no service port 8443 found for service "hook"'],
    ['that says nothing', () => ({}), 'webhook configuration must have either service or URL'],
  ]
  test.each(failures)('%s is told as upstream tells it', async (_, target, why) => {
    const answer = await call(target())
    expect(answer.ok).toBe(false)
    expect(!answer.ok && answer.error).toContain(why)
  })

  test('that hangs is left in time, and when nobody waits any more', async () => {
    expect(await call(at('/hangs'), 50)).toEqual({ ok: false, error: `Post "https://127.0.0.1:${port}/hangs?timeout=1s": context deadline exceeded` })
    const stop = new AbortController()
    const answer = call(at('/hangs'), 60_000, stop.signal)
    stop.abort()
    expect(await answer).toMatchObject({ ok: false })
  })
})
