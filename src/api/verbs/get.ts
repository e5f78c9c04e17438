import { notFound, pageNotFound } from '../../meta/status.ts'
import { scaleOf } from '../../commands/scale.ts'
import { contentType, encodeEntry, encodeValue } from '../formats.ts'
import { encodingOf, type ResourceRequest } from './resource-request.ts'

/** GET of one object, or of its status or scale. */
export async function get(request: ResourceRequest): Promise<void> {
  const { exchange, served, reader, format } = request
  const { info } = exchange
  const { definition } = served
  if (!readable(request)) return exchange.refuse(pageNotFound())
  const found = await reader.entry(definition.resource, definition.namespaced ? info.namespace : '', info.name)
  if (!found.ok) return exchange.refuse(found.error)
  const gr = { group: served.version.group, resource: definition.plural }
  if (!found.value) return exchange.refuse(notFound(gr, info.name))
  const encoding = encodingOf(request)
  const body =
    info.subresource === 'scale'
      ? encodeValue(encoding, scaleOf({ definition }, found.value))
      : encodeEntry(encoding, found.value)
  exchange.send(200, contentType(format), body)
}

function readable({ exchange, served }: ResourceRequest): boolean {
  const { subresource } = exchange.info
  const { definition } = served
  return (
    subresource === '' ||
    (subresource === 'status' && definition.status !== undefined) ||
    (subresource === 'scale' && definition.scale !== undefined) ||
    definition.parts?.[subresource] !== undefined
  )
}
