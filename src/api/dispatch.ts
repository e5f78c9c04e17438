import { methodNotSupported, pageNotFound, type Status } from '../meta/status.ts'
import type { Registry } from '../resources/registry.ts'
import { discover } from './discovery.ts'
import type { Exchange } from './exchange.ts'
import type { PageCache } from './page-cache.ts'
import type { RequestInfo } from './request-info.ts'
import type { Reader } from '../projections/reader.ts'
import { get } from './verbs/get.ts'
import { list } from './verbs/list.ts'
import { resourceRequest, type ResourceRequest } from './verbs/resource-request.ts'
import { watch } from './verbs/watch.ts'
import type { WatchSource } from './watch-source.ts'
import { create, patch, remove, removeCollection, update, type Writer } from './verbs/write.ts'

/** Handles a subresource that is no part of the object: log, token, proxy... */
export type SubresourceHandler = (request: ResourceRequest) => Promise<void>

/** What the Kubernetes paths are served with. */
export interface ApiParts {
  readonly registry: Registry
  readonly reader: Reader
  readonly writer: Writer
  readonly watches: WatchSource
  readonly pages: PageCache
  /** By `resource/subresource` and verb: `pods/log get`. */
  readonly subresources: ReadonlyMap<string, SubresourceHandler>
  /** Resources that are answered and not stored: access reviews. By `group/version/resource`. */
  readonly virtual: ReadonlyMap<string, (exchange: Exchange) => Promise<void>>
}

/** Everything under /api and /apis. */
export async function dispatch(exchange: Exchange, parts: ApiParts): Promise<void> {
  const { info } = exchange
  if (!info.isResource) return discover(exchange, parts.registry)
  const virtual = parts.virtual.get(`${info.group}/${info.version}/${info.resource}`)
  if (virtual)
    return info.verb === 'create'
      ? virtual(exchange)
      : exchange.refuse(methodNotSupported())
  if (!isGroupServed(parts.registry, info)) return exchange.plainNotFound()
  const request = resourceRequest(exchange, parts.registry, parts.reader)
  if (!request.ok) return exchange.refuse(request.error)
  if (request.value.served.definition.ending && info.verb === 'create') return exchange.refuse(endingKind(info.verb))
  return info.subresource === '' ? ownVerb(request.value, parts) : subresourceVerb(request.value, parts)
}

function ownVerb(request: ResourceRequest, parts: ApiParts): Promise<void> | void {
  const { exchange } = request
  switch (exchange.info.verb) {
    case 'get':
      return get(request)
    case 'list':
      return list(request, parts.pages)
    case 'watch':
      return watch(request, parts.watches)
    case 'create':
      return create(request, parts.writer)
    case 'update':
      return update(request, parts.writer)
    case 'patch':
      return patch(request, parts.writer)
    case 'delete':
      return remove(request, parts.writer)
    case 'deletecollection':
      return removeCollection(request, parts.writer)
    default:
      return exchange.refuse(methodNotSupported())
  }
}

function subresourceVerb(request: ResourceRequest, parts: ApiParts): Promise<void> | void {
  const { exchange, served } = request
  const { info } = exchange
  const { definition } = served
  if (info.rest !== '' && info.subresource !== 'proxy') return exchange.refuse(pageNotFound())
  const verbs = definition.subresources?.[info.subresource]?.verbs
  if (verbs && (!verbs.includes(info.verb) || exchange.incoming.method === 'HEAD'))
    return exchange.refuse(methodNotSupported())
  const own = parts.subresources.get(`${info.resource}/${info.subresource}`)
  if (own) return own(request)
  const part =
    (info.subresource === 'status' && definition.status) ||
    (info.subresource === 'scale' && definition.scale) ||
    definition.parts?.[info.subresource]
  if (part) {
    if (info.verb === 'get') return get(request)
    if (info.verb === 'update') return update(request, parts.writer)
    if (info.verb === 'patch') return patch(request, parts.writer)
  }
  const action = info.subresource === 'eviction' || definition.actions?.[info.subresource]
  if (action && info.verb === 'create' && definition.subresources?.[info.subresource])
    return create(request, parts.writer)
  if (part || action)
    return exchange.refuse(methodNotSupported())
  return exchange.refuse(pageNotFound())
}

/** Source: apiextensions-apiserver customresource_handler.go. */
const endingKind = (verb: string): Status => ({
  ...methodNotSupported(),
  message: `${verb} not allowed while custom resource definition is terminating`,
})

/** Upstream's router has no path for a group that is not served: its answer is no Status. */
const isGroupServed = ({ groups }: Registry, { group }: RequestInfo): boolean => group === '' || groups.has(group)
