import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { isDns1035Label, isDns1123Subdomain, isPathSegmentName, nameIsDnsSubdomain } from '../../meta/names.ts'
import { validateLabelSelector } from '../../meta/validate-label-selector.ts'
import { equal } from '../equal.ts'
import type {
  MatchCondition, MatchResources, ParamKind, ParamRef, ValidatingAdmissionPolicyBindingSpec, Variable,
} from '../generated/admissionregistration.gen.ts'
import type { ExpressionCompiler } from './expression-compiler.ts'
import { ageOf, compileErrors } from './expression-errors.ts'
import { matchConditionErrors, matchResourcesErrors } from './match-errors.ts'
import { FAILURE_POLICIES } from './webhook-errors.ts'

/** What policies of both kinds have. */
export interface PolicySpec {
  readonly paramKind?: ParamKind
  readonly matchConstraints?: MatchResources
  readonly failurePolicy?: string
  readonly matchConditions?: readonly MatchCondition[]
  readonly variables?: readonly Variable[]
}

/** Words that cannot name a variable. Source: CEL's grammar. */
const RESERVED = [
  'true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import',
  'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while',
]
const ACTIONS = ['Audit', 'Deny', 'Warn']

/** The head of a policy: when it applies. Source: validation.go validateValidatingAdmissionPolicySpec and its twin. */
export function policyHeadErrors(spec: PolicySpec): FieldError[] {
  const { failurePolicy, paramKind, matchConstraints } = spec
  return [
    ...(failurePolicy === undefined
      ? [required('spec.failurePolicy', '')]
      : FAILURE_POLICIES.includes(failurePolicy) ? [] : [notSupported('spec.failurePolicy', failurePolicy, FAILURE_POLICIES)]),
    ...paramKindErrors(paramKind),
    ...(matchConstraints ? constraintErrors(matchConstraints) : [required('spec.matchConstraints', '')]),
  ]
}

function constraintErrors(match: MatchResources): FieldError[] {
  return [
    ...matchResourcesErrors('spec.matchConstraints', match),
    ...((match.resourceRules ?? []).length === 0 ? [required('spec.matchConstraints.resourceRules', '')] : []),
  ]
}

/** Conditions and variables; conditions that did not change are not looked at again. */
export function policyExpressionErrors(
  spec: PolicySpec, before: PolicySpec | undefined, compiler: ExpressionCompiler, stored: ReadonlySet<string>,
): FieldError[] {
  const params = spec.paramKind !== undefined
  const isKept = before !== undefined &&
    equal(spec.paramKind, before.paramKind) && equal(spec.matchConditions, before.matchConditions)
  return [
    ...(isKept ? [] : matchConditionErrors('spec.matchConditions', spec.matchConditions, { params, before: before?.matchConditions })),
    ...(spec.variables ?? []).flatMap((variable, i) => variableErrors(`spec.variables[${i}]`, variable, { compiler, params, stored })),
  ]
}

function variableErrors(
  field: string, { name = '', expression = '' }: Variable,
  { compiler, params, stored }: { compiler: ExpressionCompiler; params: boolean; stored: ReadonlySet<string> },
): FieldError[] {
  const isName = /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !RESERVED.includes(name)
  return [
    ...(name.trim() === ''
      ? [required(`${field}.name`, 'name is not specified')]
      : isName ? [] : [invalid(`${field}.name`, name, 'must be a valid CEL identifier')]),
    ...(expression.trim() === ''
      ? [required(`${field}.expression`, 'expression is not specified')]
      : compileErrors(
        `${field}.expression`, expression,
        compiler.variable(name, expression, { params, authorizer: true }, ageOf(expression, stored)))),
  ]
}

function paramKindErrors(kind: ParamKind | undefined): FieldError[] {
  if (!kind) return []
  return [
    ...apiVersionErrors('spec.paramKind.apiVersion', kind.apiVersion ?? ''),
    ...kindErrors('spec.paramKind.kind', kind.kind ?? ''),
  ]
}

function apiVersionErrors(field: string, text: string): FieldError[] {
  if (text === '') return [required(field, '')]
  const parts = text === '/' ? ['', ''] : text.split('/')
  if (parts.length > 2) return [invalid(field, text, `unexpected GroupVersion string: ${text}`)]
  const [group, version] = parts.length === 1 ? ['', parts[0]!] : [parts[0]!, parts[1]!]
  const wrongGroup = group === '' ? [] : isDns1123Subdomain(group)
  const wrongVersion = version === '' ? [] : isDns1035Label(version)
  return [
    ...(wrongGroup.length > 0 ? [invalid(field, group, wrongGroup.join(','))] : []),
    ...(version === '' ? [invalid(field, text, 'version must be specified')] : []),
    ...(wrongVersion.length > 0 ? [invalid(field, version, wrongVersion.join(','))] : []),
  ]
}

function kindErrors(field: string, kind: string): FieldError[] {
  if (kind === '') return [required(field, '')]
  const wrong = isDns1035Label(kind.toLowerCase())
  return wrong.length === 0
    ? []
    : [invalid(field, kind, `may have mixed case, but should otherwise match: ${wrong.join(',')}`)]
}

/** A binding of either kind. Source: validateValidatingAdmissionPolicyBindingSpec and its twin. */
export const bindingErrors = (
  { policyName = '', paramRef, matchResources }: Partial<ValidatingAdmissionPolicyBindingSpec>,
): FieldError[] => [
  ...(policyName === ''
    ? [required('spec.policyName', '')]
    : nameIsDnsSubdomain(policyName, false).map((why) => invalid('spec.policyName', policyName, why))),
  ...paramRefErrors('spec.paramRef', paramRef),
  ...matchResourcesErrors('spec.matchResources', matchResources),
]

function paramRefErrors(field: string, ref: ParamRef | undefined): FieldError[] {
  if (!ref) return []
  const { name = '', selector, parameterNotFoundAction: action = '' } = ref
  const exclusive = (at: string): FieldError[] =>
    name !== '' && selector ? [forbidden(`${field}.${at}`, 'name and selector are mutually exclusive')] : []
  return [
    ...(name === '' ? [] : isPathSegmentName(name).map((why) => invalid(`${field}.name`, name, why))),
    ...exclusive('name'),
    ...validateLabelSelector(`${field}.selector`, selector),
    ...exclusive('selector'),
    ...(name === '' && !selector ? [required(field, 'one of name or selector must be specified')] : []),
    ...(action === ''
      ? [required(`${field}.parameterNotFoundAction`, '')]
      : ['Deny', 'Allow'].includes(action) ? [] : [notSupported(`${field}.parameterNotFoundAction`, action, ['Deny', 'Allow'])]),
  ]
}

/** What a binding does with a failure. Source: validateValidationActions. */
export function actionErrors(actions: readonly string[] = []): FieldError[] {
  const field = 'spec.validationActions'
  const each = actions.flatMap((action, i) => [
    ...(ACTIONS.includes(action) ? [] : [notSupported(`${field}[${i}]`, action, ACTIONS)]),
    ...(actions.indexOf(action) < i ? [duplicate(`${field}[${i}]`, action)] : []),
  ])
  if (actions.length === 0) return [required(field, '')]
  if (!actions.includes('Deny') || !actions.includes('Warn')) return each
  return [
    ...each,
    invalid(field, actions, 'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)'),
  ]
}
