import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { makeAuthority, makeServing } from '../../src/api/certificates.ts'
import type { Json, JsonObject } from '../../src/meta/object.ts'

/** A server of admission webhooks; what it answers is said by the path that it is called with. */
export interface WebhookServer {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string
  /** Its authority, in base64, as clientConfig.caBundle wants it. */
  readonly caBundle: string
  /** Reviews that came, by path. */
  readonly heard: { readonly path: string; readonly review: JsonObject }[]
  close(): void
}

type Behaviour = (request: JsonObject) => JsonObject | undefined

const patch = (...operations: JsonObject[]): JsonObject => ({
  allowed: true, patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
})

const annotations = (request: JsonObject): Record<string, string> =>
  ((request['object'] as JsonObject)['metadata'] as { annotations?: Record<string, string> }).annotations ?? {}

/** Adds an annotation, on top of those that are there. */
const annotated = (request: JsonObject, key: string, value: string): JsonObject =>
  patch({ op: 'add', path: '/metadata/annotations', value: { ...annotations(request), [key]: value } })

/** What of a request two servers show alike. */
function comparable(request: JsonObject): Json {
  const { uid: _, object, oldObject, userInfo: __, ...rest } = request
  const shape = (value: Json | undefined): Json => (value === null || value === undefined ? null : Object.keys(value as JsonObject).sort())
  return { ...rest, object: shape(object), oldObject: shape(oldObject) }
}

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  '/allow': () => ({ allowed: true }),
  '/deny': () => ({ allowed: false }),
  '/deny-message': () => ({ allowed: false, status: { message: 'because' } }),
  '/deny-reason': () => ({ allowed: false, status: { reason: 'NotThis' } }),
  '/deny-code': () => ({ allowed: false, status: { code: 402, message: 'pay', reason: 'Poor', details: { causes: [{ message: 'x' }] } } }),
  '/deny-success': () => ({ allowed: false, status: { status: 'Success', code: 200, message: 'odd' } }),
  '/warn': () => ({ allowed: true, warnings: ['first', 'second'] }),
  '/deny-warn': () => ({ allowed: false, warnings: ['beware'] }),
  '/echo': (request) => request['operation'] === 'DELETE' ? { allowed: true } : annotated(request, 'echo', JSON.stringify(comparable(request))),
  '/mark-a': (request) => annotated(request, 'a', `${annotations(request)['a'] ?? ''}+`),
  '/mark-b': (request) => annotated(request, 'b', `${annotations(request)['b'] ?? ''}+`),
  '/label': () => patch({ op: 'add', path: '/metadata/labels', value: { hooked: 'yes' } }),
  '/rename': () => patch({ op: 'add', path: '/metadata/name', value: 'renamed' }),
  '/spoil': () => patch({ op: 'add', path: '/data', value: { 'a b': 'c' } }),
  '/unknown-field': () => patch({ op: 'add', path: '/nonsense', value: { a: 1 } }),
  '/container': () => patch({ op: 'add', path: '/spec/containers/-', value: { name: 'side', image: 'side' } }),
  '/bad-path': () => patch({ op: 'remove', path: '/data/absent' }),
  '/no-patch': () => patch(),
  '/patch-no-type': () => ({ allowed: true, patch: Buffer.from('[]').toString('base64') }),
  '/type-no-patch': () => ({ allowed: true, patchType: 'JSONPatch' }),
  '/other-type': () => ({ allowed: true, patchType: 'Merge', patch: Buffer.from('{}').toString('base64') }),
  '/undecodable': () => ({ allowed: true, patchType: 'JSONPatch', patch: Buffer.from('{').toString('base64') }),
  '/other-uid': () => ({ allowed: true, uid: 'other' }),
  '/absent': () => undefined,
}

/** Starts one on a port of its own. */
export async function webhookServer(): Promise<WebhookServer> {
  const authority = await makeAuthority('hooks', Date.now())
  const { certificate, privateKey } = await makeServing(authority, ['127.0.0.1'], Date.now())
  const heard: WebhookServer['heard'] = []
  const server = createServer({ key: privateKey, cert: certificate }, (incoming, outgoing) => {
    let body = ''
    incoming.on('data', (piece: Buffer) => (body += piece.toString()))
    incoming.on('end', () => {
      const path = new URL(incoming.url!, 'https://x').pathname
      const review = JSON.parse(body) as JsonObject
      heard.push({ path, review })
      if (path === '/hang') return
      const behaviour = BEHAVIOURS[path]
      if (!behaviour) return void outgoing.writeHead(500).end('no')
      const request = review['request'] as JsonObject
      const response = behaviour(request)
      outgoing.setHeader('content-type', 'application/json')
      outgoing.end(JSON.stringify({
        kind: 'AdmissionReview', apiVersion: review['apiVersion'],
        ...(response && { response: { uid: request['uid'], ...response } }),
      }))
    })
  })
  server.unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `https://127.0.0.1:${port}`, caBundle: Buffer.from(authority.certificate).toString('base64'), heard,
    close: () => void (server.closeAllConnections(), server.close()),
  }
}
