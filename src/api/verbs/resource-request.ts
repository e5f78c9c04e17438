import { err, ok, type Result } from '../../base/result.ts'
import { goQuote } from '../../meta/go-quote.ts'
import { badRequest, pageNotFound, methodNotSupported, type Status } from '../../meta/status.ts'
import type { Registry, Served } from '../../resources/registry.ts'
import type { Exchange } from '../exchange.ts'
import type { Encoding, IncludeObject } from '../formats.ts'
import { negotiate, type AnswerForms, type Format } from '../negotiate.ts'
import type { RequestInfo } from '../request-info.ts'
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
  if (served.version.deprecation !== undefined) exchange.warn([served.version.deprecation])
  if (info.subresource === '' && !hasMethod(served, exchange)) return err(methodNotSupported())
  const format = negotiate(exchange.header('accept'), formsOf(info, served))
  if (!format.ok) return format
  const include = exchange.query.get('includeObject') ?? ''
  if (format.value.as === 'Table' && !INCLUDES.includes(include))
    return err(
      badRequest(
        `Unable to convert to Table as requested: includeObject: Invalid value: ${goQuote(include)}: must be 'Metadata', 'Object', 'None', or empty`,
      ),
    )
  return ok({ exchange, served, reader, format: format.value })
}

const INCLUDES = ['', 'Metadata', 'Object', 'None']

/** Which forms an answer can take, and what Go calls what is answered. */
const formsOf = ({ verb }: RequestInfo, { definition }: Served): AnswerForms => ({
  stream: verb === 'watch',
  list: verb === 'list' || verb === 'deletecollection',
  ...(definition.custom && { custom: true }),
  type: `*${definition.served[0]!.group.split('.')[0] || 'core'}.${definition.kind}`,
})

/** Encoding of the request's answers. */
export const encodingOf = (request: ResourceRequest): Encoding => ({
  definition: request.served.definition,
  served: request.served.version,
  format: request.format,
  includeObject: (request.exchange.query.get('includeObject') || 'Metadata') as IncludeObject,
  now: request.reader.now(),
})

/** A namespaced kind needs a namespace for one object; a cluster-scoped one must not have any. */
function placed({ definition }: Served, { info }: Exchange): boolean {
  if (definition.namespaced) return info.namespace !== '' || info.name === ''
  return info.namespace === '' || (info.resource === 'namespaces' && info.name === info.namespace)
}

const COLLECTION_VERBS = ['create', 'deletecollection', 'list', 'watch']

/** Whether the path takes the method: collections and single objects take different ones. */
function hasMethod(served: Served, { info, incoming }: Exchange): boolean {
  if (incoming.method === 'HEAD' || !verbsOf(served).includes(info.verb)) return false
  if (info.name !== '') return info.verb !== 'create'
  const everywhere = served.definition.namespaced && info.namespace === ''
  return everywhere ? info.verb === 'list' || info.verb === 'watch' : COLLECTION_VERBS.includes(info.verb)
}
