import { createServer } from 'node:net'
import { makeAuthority, makeServing, makeSigningKey, signingKeys } from '../../src/api/certificates.ts'
import { bootstrapObjects, ensureRights } from '../../src/bootstrap-rights.ts'
import type { NodeConnection } from '../../src/api/streams/node-connection.ts'
import { systemClock } from '../../src/base/clock.ts'
import { err } from '../../src/base/result.ts'
import { lineLog } from '../../src/base/log.ts'
import { openCore, micros, type Core } from '../../src/control-plane.ts'
import type { LeaderLock } from '../../src/events/leader-lock.ts'
import type { Log } from '../../src/events/log.ts'
import { mainLog } from '../../src/events/log-id.ts'
import { memoryLockDomain } from '../../src/events/memory-lock.ts'
import { memoryLog } from '../../src/events/memory-log.ts'
import type { Identity } from '../../src/identity.ts'
import type { JsonObject, KubeObject } from '../../src/meta/object.ts'
import { serviceUnavailable } from '../../src/meta/status.ts'
import { serveApi, type ServedApi, type ServeParts } from '../../src/serve-api.ts'
import { RawConnection, rawRequest, type RawAnswer, type RawRequest } from './raw-http.ts'

/** The whole API over HTTP on a log in memory, without controllers and nodes. */
export interface TestApi {
  readonly port: number
  readonly core: Core
  readonly api: ServedApi
  readonly identity: Identity
  /** What was logged, one JSON line each. */
  readonly lines: string[]
  /** One request as the administrator; `json` is its parsed answer. */
  call(method: string, path: string, body?: unknown, more?: Partial<RawRequest>): Promise<Answer>
  open(): Promise<RawConnection>
  close(): Promise<void>
}

/** An answer with its parsed body. */
export interface Answer extends RawAnswer {
  readonly json: JsonObject
}

/** What a test wants otherwise. */
export interface TestApiOptions extends Partial<Pick<ServeParts, 'observer' | 'live' | 'ready' | 'more' | 'nodes'>> {
  readonly log?: Log
  readonly lock?: LeaderLock
  readonly port?: number
  /** False: without the roles and bindings that every cluster has. */
  readonly rights?: boolean
}

const identity: Identity = {
  name: 'test', uid: 'c0ffee', podCidr: '10.1.0.0/16', serviceCidr: '10.96.0.0/16', loadBalancerCidr: '10.3.0.0/24',
  port: 0, nodeName: 'node-1', adminToken: 'admintoken', nodeToken: 'nodetoken', createdAt: '2026-01-01T00:00:00Z',
}

const away = async () => err(serviceUnavailable('there is no node'))
const noNode: NodeConnection = { logs: away, exec: away, attach: away, dial: away }

/** Keys are the same for every API of a test process: making them takes longer than most tests. */
let keys: Promise<ServeParts['pki']> | undefined

/** The keys of every API that tests start. */
export const sharedKeys = (): Promise<ServeParts['pki']> => (keys ??= makeKeys())

async function makeKeys(): Promise<ServeParts['pki']> {
  const authority = await makeAuthority('test', Date.now())
  return {
    authority,
    serving: await makeServing(authority, ['localhost', '127.0.0.1'], Date.now()),
    accounts: await signingKeys(await makeSigningKey()),
    idKey: new Uint8Array(32),
  }
}

/** Starts an API with the namespaces and service accounts that every cluster has. */
export async function testApi(options: TestApiOptions = {}): Promise<TestApi> {
  const lines: string[] = []
  const logger = lineLog((line) => lines.push(line), 'warn')
  const pki = await sharedKeys()
  const stop = new AbortController()
  const core = await openCore({
    log: options.log ?? memoryLog(mainLog('test')),
    lock: options.lock ?? memoryLockDomain().lock('test'),
    clock: systemClock, logger, identity, idKey: pki.idKey, signal: stop.signal,
  })
  const api = serveApi({
    core, identity, pki, clock: systemClock, logger,
    observer: options.observer ?? { ended() {}, refused() {} },
    live: options.live ?? [], ready: options.ready ?? [],
    nodes: options.nodes ?? noNode,
    more: options.more ?? [],
  })
  const port = options.port ?? (await freePort())
  await api.listen(port, '127.0.0.1')
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    // A log that was given may have them already.
    if (core.view.get('namespaces', '', name)) continue
    await createAs(core, 'namespaces', '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    await createAs(core, 'serviceaccounts', name, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } })
  }
  if (options.rights !== false) await ensureRights(core, logger, bootstrapObjects())
  return {
    port, core, api, identity, lines,
    call: async (method, path, body, more = {}) => answerOf(await rawRequest(port, request(method, path, body, more))),
    open: () => RawConnection.open(port),
    close: async () => {
      stop.abort()
      await api.close()
      await core.sequencer.close()
    },
  }
}

/** A request of the administrator. */
export const request = (method: string, path: string, body?: unknown, more: Partial<RawRequest> = {}): RawRequest => ({
  method, path, token: identity.adminToken,
  ...(body !== undefined && {
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    type: method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
  }),
  ...more,
})

/** An answer with its body parsed where it is JSON. */
export function answerOf(answer: RawAnswer): Answer {
  let json: JsonObject = {}
  try {
    json = JSON.parse(answer.body.toString()) as JsonObject
  } catch {
    // Not JSON: the test looks at the body itself.
  }
  return { ...answer, json }
}

/** Creates an object as klio's own API server does, past authorization. */
export async function createAs(core: Core, resource: string, namespace: string, object: KubeObject): Promise<KubeObject> {
  const definition = core.registry.byResource(resource)!
  const made = await core.commands.execute(
    {
      command: { verb: 'create', resource, namespace, name: object.metadata.name ?? '', object },
      definition, served: definition.served[0]!,
    },
    {
      id: Bun.randomUUIDv7(), caller: { name: 'system:apiserver', groups: [] }, agent: 'klio', address: '', path: '',
      query: '', receivedAt: micros(), fieldManager: 'klio', changeSet: 'start',
    },
  )
  if (!made.ok) throw new Error(made.error.message)
  return made.value.object
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
