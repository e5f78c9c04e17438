import { parseBytes, typedBody } from '../commands/codec.ts'
import { invalid } from '../meta/field-error.ts'
import { mediaType } from '../meta/media-type.ts'
import type { KubeObject } from '../meta/object.ts'
import { badRequest, conflict, invalidObject, notFound, type Status } from '../meta/status.ts'
import { timeText } from '../meta/timestamp.ts'
import type { View } from '../projections/view.ts'
import type { TokenRequest } from '../resources/generated/authentication.gen.ts'
import type { Pod } from '../resources/generated/core.gen.ts'
import { schemaOf } from '../resources/schemas.ts'
import { encodeValue, contentType } from './formats.ts'
import { ISSUER, type BoundObject, type ServiceAccountTokens, type TokenWish } from './service-account-tokens.ts'
import type { ResourceRequest } from './verbs/resource-request.ts'

const SCHEMA = 'io.k8s.api.authentication.v1.TokenRequest'
const SECONDS_DEFAULT = 3_600
/** Source: pkg/apis/authentication/validation. */
const SECONDS_MIN = 600
const SECONDS_MAX = 2 ** 32
const BOUND_RESOURCES: Readonly<Record<string, string>> = { Pod: 'pods', Secret: 'secrets', Node: 'nodes' }

/** POST of serviceaccounts/token. Source: registry/core/serviceaccount/storage/token.go. */
export const tokenRequest =
  (accounts: ServiceAccountTokens, view: View) =>
  async (request: ResourceRequest): Promise<void> => {
    const { exchange, format } = request
    const { namespace, name } = exchange.info
    const account = view.get('serviceaccounts', namespace, name)
    if (!account) return exchange.refuse(notFound({ group: '', resource: 'serviceaccounts' }, name))
    const body = await exchange.body()
    if (!body.ok) return exchange.refuse(body.error)
    const parsed = parseBytes(body.value, mediaType(exchange.header('content-type')) || 'application/json', 'TokenRequest')
    if (!parsed.ok) return exchange.refuse(parsed.error)
    const typed = typedBody(schemaOf(SCHEMA), parsed.value)
    if (!typed.ok) return exchange.refuse(badRequest(typed.error))
    const asked = typed.value.value as unknown as TokenRequest
    const wish = wishOf(asked, account, view)
    if ('kind' in wish) return exchange.refuse(wish)
    const made = await accounts.make(wish)
    const answer: TokenRequest = {
      ...asked,
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { name, namespace, creationTimestamp: timeText(wish.now) },
      spec: { ...asked.spec, audiences: [...wish.audiences], expirationSeconds: wish.expirationSeconds },
      status: { token: made.token, expirationTimestamp: timeText(made.expiresAt) },
    }
    exchange.send(201, contentType({ media: format.media }), encodeValue({ format: { media: format.media } }, answer))
  }

function wishOf(asked: TokenRequest, account: KubeObject, view: View): TokenWish | Status {
  const { name = '', namespace = '', uid = '' } = account.metadata
  const spec = asked.spec ?? { audiences: [] }
  for (const field of ['name', 'namespace'] as const) {
    const own = asked.metadata?.[field]
    const why = field === 'name' ? 'must match the service account name if specified' : 'must match the service account namespace if specified'
    if (own && own !== account.metadata[field])
      return invalidObject('authentication.k8s.io', 'TokenRequest', name, [invalid(`metadata.${field}`, own, why)])
  }
  const expirationSeconds = spec.expirationSeconds ?? SECONDS_DEFAULT
  if (expirationSeconds < SECONDS_MIN || expirationSeconds > SECONDS_MAX)
    return invalidObject('authentication.k8s.io', 'TokenRequest', '', [
      invalid(
        'spec.expirationSeconds', expirationSeconds,
        expirationSeconds < SECONDS_MIN
          ? 'may not specify a duration less than 10 minutes'
          : 'may not specify a duration larger than 2^32 seconds',
      ),
    ])
  const bound = spec.boundObjectRef ? boundOf(spec.boundObjectRef, namespace, view) : undefined
  if (bound && 'status' in bound) return bound
  return {
    namespace, name, uid, expirationSeconds,
    audiences: spec.audiences?.length ? spec.audiences : [ISSUER],
    now: Date.now(),
    ...(bound && { bound: bound.object }),
    ...(bound?.node && { nodeName: bound.node }),
  }
}

function boundOf(
  ref: { kind?: string; name?: string; uid?: string; apiVersion?: string },
  namespace: string,
  view: View,
): { object: BoundObject; node?: { name: string; uid: string } } | Status {
  const { kind = '', name = '', apiVersion = '' } = ref
  const resource = BOUND_RESOURCES[kind]
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion]
  if (!resource) return badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`)
  const found = view.get(resource, resource === 'nodes' ? '' : namespace, name)
  if (!found) return notFound({ group: '', resource }, name)
  const uid = found.metadata.uid!
  if (ref.uid && ref.uid !== uid)
    return conflict(
      { group: '', resource }, name,
      `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    )
  const nodeName = kind === 'Pod' ? (found as Pod).spec?.nodeName : undefined
  const node = nodeName ? view.get('nodes', '', nodeName) : undefined
  return {
    object: { kind: kind as BoundObject['kind'], name, uid },
    ...(node && { node: { name: nodeName!, uid: node.metadata.uid! } }),
  }
}
