import { typeNamed } from '../../src/cel/declarations.ts'
import type { Environment } from '../../src/cel/environment.ts'
import { checkExpression, evaluate, expressionCost, instantiate, newBudget } from '../../src/cel/program.ts'
import { jsonValue } from '../../src/cel/raw-values.ts'
import { standardEnvironment } from '../../src/cel/standard-environment.ts'
import { typeText } from '../../src/cel/types.ts'
import { toDuration, toTimestamp } from '../../src/cel/conversion.ts'
import { stringMap } from '../../src/cel/maps.ts'
import { double, failure, madeList, NO_VALUE, optionalOf, uint, type Value } from '../../src/cel/values.ts'
import { showValue } from './show-value.ts'
import { mutationObjects, PATCH_FUNCTIONS } from '../../src/cel/object-literals.ts'
import { optionalSelf, schemaRules, selfValue } from '../../src/cel/schema-environment.ts'
import type { JsonSchema } from '../../src/cel/schema-values.ts'
import {
  AUTHORIZER_TYPE, authorizerValue, RESOURCE_CHECK_TYPE, requestResourceValue,
  type AuthorizerHost, type CheckedRequest,
} from '../../src/cel/library-authz.ts'
import { parseFieldSelector } from '../../src/meta/field-selector.ts'
import { parseRequirements } from '../../src/meta/parse-label-selector.ts'

/** A case of test/golden/cel with what upstream answers. */
export interface GoldenCase {
  readonly expr: string
  readonly env?: 'new' | 'stored'
  readonly vars?: Readonly<Record<string, string>>
  readonly bindings?: Readonly<Record<string, unknown>>
  readonly bind?: boolean
  readonly schema?: JsonSchema
  readonly root?: boolean
  readonly optionalOldSelf?: boolean
  readonly patch?: boolean
  readonly authorizer?: boolean
  readonly limit?: number
  readonly self?: unknown
  readonly oldSelf?: unknown
  readonly answer: Answer
}

/** What an expression comes to. */
export interface Answer {
  readonly issues?: string
  readonly program?: string
  readonly type?: string
  readonly min?: string
  readonly max?: string
  readonly value?: string
  readonly error?: string
  readonly cost: number
}

/** Klio's answer to a case. */
export function answerOf(one: GoldenCase): Answer {
  const { environment, bindings } = setUp(one)
  const expression = checkExpression(one.expr, environment)
  if (!expression.ok) return { issues: expression.error.message, cost: 0 }
  const range = expressionCost(expression.value)
  const known = { type: typeText(expression.value.type), min: String(range.min), max: String(range.max) }
  const program = instantiate(expression.value)
  if (!program.ok) return { ...known, program: program.error, cost: 0 }
  const budget = newBudget(one.limit)
  const result = evaluate(program.value, bindings, budget)
  if (!result.ok) return { ...known, error: result.error.message, cost: budget.spent }
  return { ...known, value: showValue(result.value), cost: budget.spent }
}

function setUp(one: GoldenCase): { environment: Environment; bindings: Record<string, Value> } {
  if (one.schema) return withSchema(one, one.schema)
  const variables = Object.fromEntries(Object.entries(one.vars ?? {}).map(([name, type]) => [name, typeNamed(type)]))
  const environment = standardEnvironment({
    expressions: one.env ?? 'stored',
    variables: one.authorizer ? { ...variables, authorizer: AUTHORIZER_TYPE, requestResource: RESOURCE_CHECK_TYPE } : variables,
    bind: one.bind,
    objects: one.patch ? mutationObjects : undefined,
    functions: one.patch ? PATCH_FUNCTIONS : undefined,
  })
  const bindings = Object.fromEntries(Object.entries(one.bindings ?? {}).map(([name, value]) => [name, bound(value)]))
  return { environment, bindings: one.authorizer ? { ...bindings, ...authorizers() } : bindings }
}

function withSchema(one: GoldenCase, schema: JsonSchema): ReturnType<typeof setUp> {
  const rules = schemaRules(schema, { root: one.root ?? false, name: 'selfType', expressions: one.env ?? 'stored' })!
  const self = selfValue(rules, one.self)
  if (one.optionalOldSelf) return { environment: rules.optionalOldSelf, bindings: { self, oldSelf: optionalSelf(rules, one.oldSelf) } }
  const bindings: Record<string, Value> = one.oldSelf === undefined ? { self } : { self, oldSelf: selfValue(rules, one.oldSelf) }
  return { environment: rules.environment, bindings }
}

/** The oracle's authorizer: it allows get, and tells what it was asked. */
function authorizers(): Record<string, Value> {
  const host = (user: string): AuthorizerHost => ({
    authorize: (request) => {
      const asked = askedOf(user, request)
      if (request.verb === 'fail') return { allowed: false, reason: '', error: `cannot say: ${asked}` }
      return { allowed: request.verb === 'get', reason: asked }
    },
    serviceAccount: (namespace, name) => host(`system:serviceaccount:${namespace}:${name}`),
  })
  const request = { group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'team', name: 'web' }
  return { authorizer: authorizerValue(host('jane')), requestResource: requestResourceValue(host('jane'), request) }
}

function askedOf(user: string, request: CheckedRequest): string {
  if ('path' in request) return [user, request.verb, '', '', '', '', '', '', request.path, '0 fields', '0 labels'].join('|')
  const { verb, group, resource, subresource, namespace, name } = request
  const fields = parseFieldSelector(request.fieldSelector)
  const labels = parseRequirements(request.labelSelector)
  return [
    user, verb, group, '*', resource, subresource, namespace, name, '',
    fields.ok ? `${fields.value.terms.length} fields` : 'field error', labels.ok ? `${labels.value.length} labels` : 'label error',
  ].join('|')
}

/** A value from the notation of the goldens. */
export function bound(raw: unknown): Value {
  if (Array.isArray(raw)) return raw.some(isTagged) ? madeList(raw.map(bound)) : jsonValue(raw)
  if (isTagged(raw)) {
    const [[tag, value]] = Object.entries(raw) as [[string, unknown]]
    return taggedValue(tag, value)
  }
  if (typeof raw === 'object' && raw !== null && Object.values(raw).some(isTagged))
    return stringMap(Object.entries(raw).map(([key, value]) => [key, bound(value)] as const))
  return jsonValue(raw)
}

const isTagged = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && Object.keys(raw).length === 1 && Object.keys(raw)[0]!.startsWith('$')

function taggedValue(tag: string, value: unknown): Value {
  const text = String(value)
  switch (tag) {
    case '$uint': return uint(BigInt(text))
    case '$double': return double(Number(text))
    case '$bytes': return new Uint8Array(Buffer.from(text, 'base64'))
    case '$timestamp': return toTimestamp(text)
    case '$duration': return toDuration(text)
    case '$optional': return value === null ? NO_VALUE : optionalOf(bound(value))
    default: return failure(`no tag ${tag}`)
  }
}
