import { invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import type { CelType } from '../../cel/types.ts'
import { define } from '../define.ts'
import type { MutatingAdmissionPolicy, Mutation } from '../generated/admissionregistration.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { ExpressionCompiler, RETURNS } from './expression-compiler.ts'
import { ageOf, compileErrors, NONE_STORED, type ExpressionRules } from './expression-errors.ts'
import { setMatchDefaults } from './match-errors.ts'
import { paramKindText } from './policy-cells.ts'
import { policyExpressionErrors, policyHeadErrors } from './policy-errors.ts'
import { staticNameErrors, staticNameWarnings } from './static-name.ts'
import { REINVOCATION_POLICIES } from './webhook-errors.ts'

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'UPDATE']

/** Source: pkg/registry/admissionregistration/mutatingadmissionpolicy/strategy.go. */
export const mutatingAdmissionPolicy = define<MutatingAdmissionPolicy>({
  resource: 'mutatingadmissionpolicies.admissionregistration.k8s.io',
  kind: 'MutatingAdmissionPolicy',
  plural: 'mutatingadmissionpolicies',
  singular: 'mutatingadmissionpolicy',
  categories: ['api-extensions'],
  namespaced: false,
  served: [{
    group: 'admissionregistration.k8s.io', version: 'v1',
    schema: 'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy',
  }],
  validateName: nameIsDnsSubdomain,
  defaults({ spec }) {
    if (!spec) return
    spec.failurePolicy ??= 'Fail'
    setMatchDefaults(spec.matchConstraints)
  },
  validate: (object) => [...policyErrors(object, undefined), ...staticNameErrors(object)],
  validateUpdate: policyErrors,
  warnings: staticNameWarnings,
  generationOf: ['spec'],
  unconditionalUpdate: false,
  columns: COLUMNS.MutatingAdmissionPolicy,
  cells: ({ metadata, spec }, now) => [
    metadata.name ?? '', spec?.mutations?.length ?? 0, paramKindText(spec?.paramKind),
    ageText(metadata.creationTimestamp, now),
  ],
})

/** Source: validation.go validateMutatingAdmissionPolicySpec. */
function policyErrors({ spec = {} }: MutatingAdmissionPolicy, before: MutatingAdmissionPolicy | undefined): FieldError[] {
  const { mutations = [], reinvocationPolicy = '', matchConstraints } = spec
  const rules = {
    compiler: new ExpressionCompiler(true),
    scope: { params: spec.paramKind !== undefined, authorizer: true, patches: true },
    stored: storedTexts(before),
  }
  const operations = (matchConstraints?.resourceRules ?? []).flatMap((rule) => rule.operations ?? [])
  return [
    ...policyHeadErrors(spec),
    ...operations.filter((operation) => !OPERATIONS.includes(operation)).map((operation) =>
      notSupported('spec.matchConstraints.resourceRules.operations', operation, OPERATIONS)),
    ...policyExpressionErrors(spec, before?.spec, rules.compiler, NONE_STORED),
    ...(mutations.length === 0 ? [required('spec.mutations', 'mutations must contain at least one item')] : []),
    ...mutations.flatMap((mutation, i) => mutationErrors(`spec.mutations[${i}]`, mutation, rules)),
    ...(reinvocationPolicy === ''
      ? [required('spec.reinvocationPolicy', '')]
      : REINVOCATION_POLICIES.includes(reinvocationPolicy)
        ? [] : [notSupported('spec.reinvocationPolicy', reinvocationPolicy, REINVOCATION_POLICIES)]),
  ]
}

/** Source: validation.go validateMutation. */
function mutationErrors(
  field: string, { patchType = '', jsonPatch, applyConfiguration }: Mutation, rules: ExpressionRules,
): FieldError[] {
  if (patchType === '') return [required(`${field}.patchType`, '')]
  if (patchType === 'JSONPatch')
    return [
      ...(jsonPatch
        ? patchErrors(`${field}.jsonPatch.expression`, jsonPatch.expression, RETURNS.jsonPatch, rules)
        : [required(`${field}.jsonPatch`, 'must be specified when patchType is JSONPatch')]),
      ...(applyConfiguration
        ? [invalid(`${field}.applyConfiguration`, '{applyConfiguration}', 'must not be specified when patchType is JSONPatch')]
        : []),
    ]
  if (patchType !== 'ApplyConfiguration')
    return [notSupported(`${field}.patchType`, patchType, ['ApplyConfiguration', 'JSONPatch'])]
  return [
    ...(applyConfiguration
      ? patchErrors(
        `${field}.applyConfiguration.expression`, applyConfiguration.expression, RETURNS.applyConfiguration, rules)
      : [required(`${field}.applyConfiguration`, 'must be specified when patchType is ApplyConfiguration')]),
    ...(jsonPatch
      ? [invalid(`${field}.jsonPatch`, '{jsonPatch}', 'must not be specified when patchType is ApplyConfiguration')]
      : []),
  ]
}

/** Upstream shows the expression without the blanks around it. Source: validateJSONPatch, validateApplyConfiguration. */
function patchErrors(
  field: string, text: string | undefined, returns: readonly CelType[], { compiler, scope, stored }: ExpressionRules,
): FieldError[] {
  const trimmed = (text ?? '').trim()
  if (trimmed === '') return [required(field, '')]
  return compileErrors(field, trimmed, compiler.compile(trimmed, returns, scope, ageOf(text!, stored)))
}

/** Upstream keeps those of apply configurations alone. Source: findMutatingPolicyPreexistingExpressions. */
const storedTexts = (before: MutatingAdmissionPolicy | undefined): ReadonlySet<string> =>
  new Set((before?.spec?.mutations ?? []).flatMap(({ applyConfiguration }) => applyConfiguration?.expression ?? []))
