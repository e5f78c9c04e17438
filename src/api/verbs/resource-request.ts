import { err, ok, type Result } from '../../base/result.ts'
import { pageNotFound, methodNotSupported, type Status } from '../../meta/status.ts'
import type { Registry, Served } from '../../resources/registry.ts'
import type { Exchange } from '../exchange.ts'
import type { Encoding, IncludeObject } from '../formats.ts'
import { negotiate, type Format } from '../negotiate.ts'
import type { Reader } from '../../projections/reader.ts'

/** A request about a kind that is served, with where it reads and how it is answered. */
export interface ResourceRequest {
  readonly exchange: Exchange
  readonly served: Served
  readonly reader: Reader
  readonly format: Format
}

/** All verbs a kind has unless its definition says less. */
const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** Verbs of a kind itself, for discovery and for 405. */
export const verbsOf = (served: Served): readonly string[] => served.definition.verbs ?? ALL_VERBS

/** Finds the kind and the answer's form; 404, 405 and 406 as upstream gives them. */
export function resourceRequest(
  exchange: Exchange,
  registry: Registry,
  reader: Reader,
): Result<ResourceRequest, Status> {
  const { info } = exchange
  const served = registry.byPath(info.group, info.version, info.resource)
  if (!served || !placed(served, exchange)) return err(pageNotFound())
  if (info.subresource === '' && !verbsOf(served).includes(info.verb))
    return err(methodNotSupported({ group: info.group, resource: info.resource }, info.verb))
  const format = negotiate(exchange.header('accept'), info.verb !== 'deletecollection')
  if (!format.ok) return format
  return ok({ exchange, served, reader, format: format.value })
}

/** Encoding of the request's answers. */
export const encodingOf = (request: ResourceRequest): Encoding => ({
  definition: request.served.definition,
  served: request.served.version,
  format: request.format,
  includeObject: (request.exchange.query.get('includeObject') ?? 'Metadata') as IncludeObject,
  now: request.reader.now(),
})

/** A namespaced kind needs a namespace for one object; a cluster-scoped one must not have any. */
function placed({ definition }: Served, { info }: Exchange): boolean {
  const own = info.resource === 'namespaces'
  if (definition.namespaced) {
    return info.namespace !== '' || (info.name === '' && ['list', 'watch', 'create'].includes(info.verb))
  }
  return info.namespace === '' || own
}
