import { err, ok, type Result } from '../../base/result.ts'
import type { Command } from '../../commands/command.ts'
import type { Cause } from '../../events/log-event.ts'
import { apiVersionOf } from '../../meta/kind.ts'
import type { JsonObject, KubeObject } from '../../meta/object.ts'
import { internalError, serviceUnavailable, type Status } from '../../meta/status.ts'
import type { ResourceDefinition } from '../../resources/define.ts'
import type { Registry } from '../../resources/registry.ts'
import type { CommandSink, Outcome } from './ports.ts'

/** Where an API is and who asks. */
export interface ApiAddress {
  /** `https://127.0.0.1:6443`. */
  readonly url: string
  readonly token: string
  /** PEM of the authority that signed the API's certificate. */
  readonly authority: string
  readonly agent: string
}

/** Waiting longer than this for an ordinary answer means the API is away. */
const ANSWER_MS_MAX = 30_000

const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const

/** The API over HTTP, as any client uses it. */
export class HttpClient implements CommandSink {
  readonly #address: ApiAddress
  readonly #registry: Registry

  constructor(address: ApiAddress, registry: Registry) {
    this.#address = address
    this.#registry = registry
  }

  /** One request; the caller reads the body. Rejects only when the connection fails. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const { url, token, authority, agent } = this.#address
    return fetch(`${url}${path}`, {
      ...init,
      // A node is near its API: zipping would cost both more than the bytes.
      headers: { authorization: `Bearer ${token}`, 'user-agent': agent, 'accept-encoding': 'identity', ...init.headers },
      tls: { ca: authority },
    } as RequestInit)
  }

  /** One request with a JSON answer; refusals are their Status. */
  async json(path: string, init: RequestInit = {}): Promise<Result<JsonObject, Status>> {
    try {
      const response = await this.fetch(path, { signal: AbortSignal.timeout(ANSWER_MS_MAX), ...init })
      const body = (await response.json()) as JsonObject
      return response.ok ? ok(body) : err(body as unknown as Status)
    } catch (away) {
      return err(serviceUnavailable(away instanceof Error ? away.message : String(away)))
    }
  }

  /** Sends a command with its cause in a header that the API reads from klio's own components. */
  async send(command: Command, cause: Cause): Promise<Result<Outcome, Status>> {
    const definition = this.#registry.byResource(command.resource)
    if (!definition) return err(internalError(`no resource ${command.resource}`))
    const { method, body, type } = wire(command)
    const noted = command.why === undefined ? cause : { ...cause, note: command.why }
    const answer = await this.json(`${pathOf(definition, command)}${queryOf(command)}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { 'content-type': type, accept: 'application/json', 'klio-cause': JSON.stringify(noted) },
    })
    if (!answer.ok) return answer
    const object = answer.value as unknown as KubeObject
    return ok({ object, revision: Number(object.metadata?.resourceVersion ?? 0) })
  }
}

function wire(command: Command): { method: string; body: unknown; type: string } {
  switch (command.verb) {
    case 'create':
      return { method: 'POST', body: command.object, type: 'application/json' }
    case 'update':
      return { method: 'PUT', body: command.object, type: 'application/json' }
    case 'patch': {
      const body = command.uid === undefined ? command.patch : withUid(command.patch, command.uid)
      return { method: 'PATCH', body, type: PATCH_TYPES[command.patchType] }
    }
    case 'delete':
      return { method: 'DELETE', body: command.options, type: 'application/json' }
  }
}

/** A patch that names the uid conflicts when the object is another one of the same name. */
const withUid = (patch: unknown, uid: string): unknown => {
  const { metadata, ...rest } = patch as JsonObject
  return { ...rest, metadata: { ...(metadata as JsonObject | undefined), uid } }
}

/** Path of a collection: `/api/v1/namespaces/default/pods`. */
export function collectionPath(definition: ResourceDefinition, namespace: string): string {
  const gv = definition.served[0]!
  const root = gv.group === '' ? `/api/${gv.version}` : `/apis/${apiVersionOf(gv)}`
  const inside = definition.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${inside}/${definition.plural}`
}

function pathOf(definition: ResourceDefinition, command: Command): string {
  const collection = collectionPath(definition, command.namespace)
  const { name, subresource } = command
  if (name === '' || (command.verb === 'create' && !subresource)) return collection
  return `${collection}/${encodeURIComponent(name)}${subresource ? `/${subresource}` : ''}`
}

function queryOf(command: Command): string {
  const query = new URLSearchParams()
  if (command.fieldManager) query.set('fieldManager', command.fieldManager)
  if (command.dryRun) query.set('dryRun', 'All')
  if (command.verb === 'patch' && command.force) query.set('force', 'true')
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
