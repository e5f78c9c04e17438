import { err, ok, type Result } from '../base/result.ts'
import { parseBytes, typedBody } from '../commands/codec.ts'
import type { Caller } from '../commands/request-context.ts'
import { mediaType } from '../meta/media-type.ts'
import type { KubeObject } from '../meta/object.ts'
import { badRequest, type Status } from '../meta/status.ts'
import type { TypeSchema } from '../meta/schema.ts'
import type {
  LocalSubjectAccessReview, SelfSubjectAccessReview, SelfSubjectRulesReview, SubjectAccessReview,
} from '../resources/generated/authorization.gen.ts'
import type { SelfSubjectReview, TokenReview } from '../resources/generated/authentication.gen.ts'
import { schemaOf } from '../resources/schemas.ts'
import type { Attributes, Authorizer, RuleReport, Verdict } from '../rights/attributes.ts'
import type { Exchange } from './exchange.ts'
import { reviewProblem } from './validate-reviews.ts'
import { contentType, encodeValue } from './formats.ts'
import { negotiate } from './negotiate.ts'
import { ISSUER, type ServiceAccountTokens } from './service-account-tokens.ts'

/** What reviews are answered with. */
export interface ReviewParts {
  readonly authorizer: Authorizer
  readonly accounts: ServiceAccountTokens
  /** Who presents a token that is no service account's. */
  readonly authenticate: (authorization: string) => Promise<Caller | undefined>
}

type Handler = (exchange: Exchange) => Promise<void>

/** Kinds that are asked and answered, never stored, by `group/version/resource`. */
export function reviews(parts: ReviewParts): ReadonlyMap<string, Handler> {
  const authorization = (
    resource: string,
    kind: string,
    handle: (exchange: Exchange, review: never) => object,
  ): [string, Handler] => [
    `authorization.k8s.io/v1/${resource}`,
    answering(schemaOf(`io.k8s.api.authorization.v1.${kind}`), async (exchange, review) => handle(exchange, review as never)),
  ]
  const authentication = (
    resource: string,
    kind: string,
    handle: (exchange: Exchange, review: never) => Promise<object>,
  ): [string, Handler] => [
    `authentication.k8s.io/v1/${resource}`,
    answering(schemaOf(`io.k8s.api.authentication.v1.${kind}`), (exchange, review) => handle(exchange, review as never)),
  ]
  const { authorizer } = parts
  return new Map([
    authorization('subjectaccessreviews', 'SubjectAccessReview', (_exchange, review: SubjectAccessReview) =>
      subjectReview(authorizer, review)),
    authorization('localsubjectaccessreviews', 'LocalSubjectAccessReview', (_exchange, review: LocalSubjectAccessReview) =>
      subjectReview(authorizer, review)),
    authorization('selfsubjectaccessreviews', 'SelfSubjectAccessReview', (exchange, review: SelfSubjectAccessReview) =>
      selfReview(authorizer, exchange.caller, review)),
    authorization('selfsubjectrulesreviews', 'SelfSubjectRulesReview', (exchange, review: SelfSubjectRulesReview) =>
      rulesReview(authorizer, exchange.caller, review)),
    authentication('tokenreviews', 'TokenReview', (_exchange, review: TokenReview) => tokenReview(parts, review)),
    authentication('selfsubjectreviews', 'SelfSubjectReview', async (exchange) => whoAmI(exchange.caller)),
  ])
}

function answering(schema: TypeSchema, answer: (exchange: Exchange, review: unknown) => Promise<object>): Handler {
  return async (exchange) => {
    const format = negotiate(exchange.header('accept'), { plainOnly: true })
    if (!format.ok) return exchange.refuse(format.error)
    const review = await readReview(exchange, schema)
    if (!review.ok) return exchange.refuse(review.error)
    const kind = schema.name.slice(schema.name.lastIndexOf('.') + 1)
    const wrong = reviewProblem(kind, review.value as KubeObject, exchange.info.namespace)
    if (wrong) return exchange.refuse(wrong)
    const value = (await answer(exchange, review.value)) as KubeObject
    if (format.value.media === 'json') return exchange.json(201, value)
    exchange.send(201, contentType(format.value), encodeValue({ format: format.value }, value))
  }
}

async function readReview(exchange: Exchange, schema: TypeSchema): Promise<Result<unknown, Status>> {
  const body = await exchange.body()
  if (!body.ok) return body
  const media = mediaType(exchange.header('content-type')) || 'application/json'
  const parsed = parseBytes(body.value, media, schema.name.slice(schema.name.lastIndexOf('.') + 1))
  if (!parsed.ok) return parsed
  const typed = typedBody(schema, parsed.value)
  return typed.ok ? ok(typed.value.value) : err(badRequest(typed.error))
}

type Spec = NonNullable<SubjectAccessReview['spec']>

/** A review's attributes as the authorizer takes them; what is left out is anything. */
function attributesOf({ resourceAttributes: r, nonResourceAttributes: n }: Pick<Spec, 'resourceAttributes' | 'nonResourceAttributes'>): Attributes {
  return {
    isResource: r !== undefined,
    verb: r?.verb ?? n?.verb ?? '',
    group: r?.group ?? '', resource: r?.resource ?? '', subresource: r?.subresource ?? '',
    namespace: r?.namespace ?? '', name: r?.name ?? '', path: n?.path ?? '',
  }
}

function subjectReview(authorizer: Authorizer, review: SubjectAccessReview | LocalSubjectAccessReview): object {
  const { user = '', uid = '', groups = [], extra = {} } = review.spec ?? {}
  const subject = { name: user, uid, groups, extra }
  return { ...review, status: statusOf(authorizer.judge(subject, attributesOf(review.spec ?? {}))) }
}

function selfReview(authorizer: Authorizer, caller: Caller, review: SelfSubjectAccessReview): object {
  return { ...review, status: statusOf(authorizer.judge(caller, attributesOf(review.spec ?? {}))) }
}

const statusOf = ({ allowed, denied, reason }: Verdict) => ({
  allowed, ...(denied && { denied }), ...(reason !== '' && { reason }),
})

function rulesReview(authorizer: Authorizer, caller: Caller, { spec, ...review }: SelfSubjectRulesReview): object {
  const { resourceRules, nonResourceRules, incomplete, problem }: RuleReport =
    authorizer.rulesOf(caller, spec?.namespace ?? '')
  return {
    ...review,
    metadata: { creationTimestamp: null },
    spec: {},
    status: {
      resourceRules: resourceRules.map(({ resourceNames, ...rule }) => ({
        ...rule, ...(resourceNames.length > 0 && { resourceNames }),
      })),
      nonResourceRules, incomplete,
      ...(problem !== '' && { evaluationError: problem }),
    },
  }
}

async function tokenReview({ accounts, authenticate }: ReviewParts, review: TokenReview): Promise<object> {
  const { token = '', audiences = [] } = review.spec ?? {}
  const wanted = audiences.length > 0 ? audiences : [ISSUER]
  const account = await accounts.verify(token, wanted)
  const caller = account?.caller ?? (await authenticate(`Bearer ${token}`))
  if (!caller) return { ...review, status: { authenticated: false, user: {}, error: 'the token is not valid' } }
  return {
    ...review,
    status: {
      authenticated: true,
      user: userOf(caller),
      audiences: account ? account.audiences.filter((a) => wanted.includes(a)) : wanted,
    },
  }
}

const whoAmI = (caller: Caller): SelfSubjectReview => ({
  kind: 'SelfSubjectReview',
  apiVersion: 'authentication.k8s.io/v1',
  metadata: { creationTimestamp: null },
  status: { userInfo: userOf(caller) as never },
})

const userOf = ({ name, uid, groups, extra }: Caller) => ({
  username: name,
  ...(uid !== undefined && { uid }),
  groups: [...groups],
  ...(extra && { extra }),
})
