import { CEL_MESSAGE_BYTES_MAX, CEL_POLICY_COST_MAX } from '../../base/limits.ts'
import type { Result } from '../../base/result.ts'
import type { Bindings } from '../../cel/program.ts'
import type { Value } from '../../cel/values.ts'
import type { Status } from '../../meta/status.ts'
import type { Validation } from '../../resources/generated/admissionregistration.gen.ts'
import type { Authorizer } from '../../rights/attributes.ts'
import { forbidden } from '../admission/forbidden.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'
import { versionedView } from '../matching/versions.ts'
import { bindingsOf, namespaceOf } from './activation.ts'
import { conditionsHold } from './conditions.ts'
import { evaluateAll, newPurse, OUT_OF_BUDGET, type Purse } from './evaluation.ts'
import { invocationsOf, type Invocation } from './invocations.ts'
import type { Binding, PolicyBook, ValidatingPolicy } from './policy-book.ts'

/** What a policy has against a request. */
interface Denial {
  readonly message: string
  /** None for what went wrong. */
  readonly reason?: string
}

interface Refused extends Denial {
  readonly policy: string
  readonly binding: Binding | undefined
}

const CODES: Readonly<Record<string, number>> = { Forbidden: 403, RequestEntityTooLarge: 413 }

/** Source: admission/plugin/policy/validating. */
export const validatingPolicies = (book: PolicyBook, authorizer: () => Authorizer): AdmissionRule => ({
  name: 'ValidatingAdmissionPolicy', operations: ['CREATE', 'UPDATE', 'DELETE'], subresources: 'all', phase: 'validate',
  admit(request) {
    if (book.validating.length === 0 || request.outside?.wanted) return undefined
    const refused = invocationsOf(book.validating, request).flatMap((one): Refused[] => {
      const { policy, binding } = one
      if ('why' in one)
        return policy.spec.failurePolicy === 'Ignore' ? [] : [{ policy: policy.name, binding, message: one.why }]
      return actOn(request, one, denialsOf(request, one, authorizer()))
    })
    return refused.length > 0 ? refusal(request, refused[0]!) : undefined
  },
})

interface Found {
  readonly denials: readonly Denial[]
  /** Annotations that cannot be told: these refuse whatever the actions are. */
  readonly broken: readonly Denial[]
}

/** Source: validating/validator.go Validate. */
function denialsOf(
  request: AdmissionRequest, { policy, version, params }: Invocation<ValidatingPolicy>, authorizer: Authorizer,
): Found {
  const { spec, compiled } = policy
  const isLenient = spec.failurePolicy === 'Ignore'
  const failed = (message: string): Denial[] => (isLenient ? [] : [{ message }])
  const view = versionedView(request, version)
  const bindings = bindingsOf({
    request, matched: version, view, params, authorizer, namespaceObject: namespaceOf(request),
    object: request.operation === 'DELETE' ? null : view.show(request.object),
    oldObject: request.before ? view.show(request.before) : null,
  })
  const holds = conditionsHold(compiled, bindings)
  if (!holds.ok) return { denials: failed(holds.error), broken: [] }
  if (!holds.value) return { denials: [], broken: [] }
  const purse = newPurse(CEL_POLICY_COST_MAX)
  const outcomes = evaluateAll(compiled.validations, bindings, compiled.variables, purse)
  if (!outcomes.ok) return { denials: failed(outcomes.error), broken: [] }
  const unasked = { ...bindings, authorizer: undefined, 'authorizer.requestResource': undefined }
  const messages = messagesOf(policy, unasked, purse)
  const denials = outcomes.value.flatMap((outcome, i): Denial[] => {
    if (!outcome.ok) return failed(outcome.error)
    if (messages === undefined) return failed(`failed messageExpression: ${OUT_OF_BUDGET}`)
    if (outcome.value === true) return []
    const validation = spec.validations![i]!
    return [{ message: messageOf(validation, messages[i]), reason: validation.reason ?? 'Invalid' }]
  })
  const annotations = evaluateAll(compiled.annotations, bindings, compiled.variables, newPurse(CEL_POLICY_COST_MAX))
  if (!annotations.ok) return { denials: failed(annotations.error), broken: [] }
  return { denials, broken: annotations.value.flatMap((outcome) => (outcome.ok ? [] : failed(outcome.error))) }
}

type Messages = readonly (Result<Value, string> | undefined)[]

/** What message expressions made, by validation; undefined when they cost too much. */
function messagesOf(policy: ValidatingPolicy, bindings: Bindings, purse: Purse): Messages | undefined {
  const { messages, variables } = policy.compiled
  const given = messages.filter((message) => message !== undefined)
  if (given.length === 0) return []
  const outcomes = evaluateAll(given, bindings, variables, purse)
  if (!outcomes.ok) return undefined
  let next = 0
  return messages.map((message) => (message ? outcomes.value[next++] : undefined))
}

function messageOf({ message = '', expression }: Validation, made: Result<Value, string> | undefined): string {
  const text = made?.ok && typeof made.value === 'string' ? made.value.trim() : ''
  const isFit = text !== '' && Buffer.byteLength(text) <= CEL_MESSAGE_BYTES_MAX && !text.includes('\n')
  if (isFit) return text
  return message.trim() || `failed expression: ${expression.trim()}`
}

/** What the binding does with it; audit annotations are kept nowhere. */
function actOn(
  request: AdmissionRequest, { policy, binding }: Invocation<ValidatingPolicy>, { denials, broken }: Found,
): Refused[] {
  const refused: Refused[] = []
  for (const denial of denials)
    for (const action of binding.spec.validationActions ?? []) {
      if (action === 'Deny') refused.push({ ...denial, policy: policy.name, binding })
      if (action === 'Warn')
        request.warnings.push(
          `Validation failed for ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}': ${denial.message}`)
    }
  return [...refused, ...broken.map((denial) => ({ ...denial, policy: policy.name, binding }))]
}

function refusal(request: AdmissionRequest, { policy, binding, message, reason = 'Invalid' }: Refused): Status {
  const by = binding ? `'${policy}' with binding '${binding.name}'` : `'${policy}'`
  const text = `ValidatingAdmissionPolicy ${by} denied request: ${message}`
  const status = forbidden(request, text)
  return { ...status, reason, code: CODES[reason] ?? 422, details: { ...status.details, causes: [{ message: text }] } }
}
