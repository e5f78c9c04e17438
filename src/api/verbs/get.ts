import { GZIP_BYTES_MIN } from '../../base/limits.ts'
import { goQuote } from '../../meta/go-quote.ts'
import { badRequest, internalError, notFound, pageNotFound, plainError, tooLargeResourceVersion, type Status } from '../../meta/status.ts'
import { scaleOf } from '../../commands/scale.ts'
import { contentType, encodeEntry, encodeValue } from '../formats.ts'
import { versionProblem } from '../query-numbers.ts'
import { badPathName } from '../request-info.ts'
import { sendZippable } from '../send-zipped.ts'
import { encodingOf, type ResourceRequest } from './resource-request.ts'

/** GET of one object, or of its status or scale. */
export async function get(request: ResourceRequest): Promise<void> {
  const { exchange, served, reader, format } = request
  const { info } = exchange
  const { definition } = served
  if (!readable(request)) return exchange.refuse(pageNotFound())
  const version = exchange.query.get('resourceVersion')
  const refusal = version ? await versionRefusal(request, version) : undefined
  if (refusal) return exchange.refuse(refusal)
  const found = await reader.entry(definition.resource, definition.namespaced ? info.namespace : '', info.name)
  if (!found.ok) return exchange.refuse(found.error)
  if (!found.value) return exchange.refuse(absent(request))
  const missing = info.subresource === 'scale' ? definition.scale?.missing?.(found.value.object) : undefined
  if (missing !== undefined) return exchange.refuse(internalError(missing))
  const encoding = encodingOf(request)
  const body =
    info.subresource === 'scale'
      ? encodeValue(encoding, scaleOf({ definition }, found.value))
      : encodeEntry(encoding, found.value)
  if (body.byteLength > GZIP_BYTES_MIN) return sendZippable(exchange, contentType(format), [body])
  exchange.send(200, contentType(format), body)
}

/** An object may be newer than what was asked for, never older. */
async function versionRefusal({ reader, served }: ResourceRequest, version: string): Promise<Status | undefined> {
  const wrong = versionProblem(version)
  if (wrong !== undefined) return plainError(wrong)
  const now = await reader.snapshot(served.definition.resource, undefined)
  if (!now.ok) return now.error
  const { revision } = now.value
  return Number(version) > revision ? tooLargeResourceVersion(Number(version), revision) : undefined
}

function absent({ exchange, served }: ResourceRequest): Status {
  const { name } = exchange.info
  const bad = badPathName(name)
  return bad === undefined
    ? notFound({ group: served.version.group, resource: served.definition.plural }, name)
    : badRequest(`Name parameter invalid: ${goQuote(name)}: ${bad}`)
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
