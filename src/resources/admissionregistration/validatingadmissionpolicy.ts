import { duplicate, invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import { isQualifiedName, nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { conditionErrors } from '../conditions.ts'
import { define } from '../define.ts'
import { at } from '../field-path.ts'
import type { AuditAnnotation, Validation, ValidatingAdmissionPolicy } from '../generated/admissionregistration.gen.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import { ExpressionCompiler, RETURNS, STATELESS } from './expression-compiler.ts'
import { ageOf, compileErrors, expressionErrors, NONE_STORED, type ExpressionRules } from './expression-errors.ts'
import { setMatchDefaults } from './match-errors.ts'
import { policyExpressionErrors, policyHeadErrors } from './policy-errors.ts'
import { paramKindText } from './policy-cells.ts'
import { staticNameErrors, staticNameWarnings } from './static-name.ts'

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const AUDIT_ANNOTATIONS_MAX = 20
const VALUE_EXPRESSION_BYTES_MAX = 5 * 1024
const NOTHING_TO_DO = 'validations or auditAnnotations must contain at least one item'

/** Source: pkg/registry/admissionregistration/validatingadmissionpolicy/strategy.go. */
export const validatingAdmissionPolicy = define<ValidatingAdmissionPolicy>({
  resource: 'validatingadmissionpolicies.admissionregistration.k8s.io',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  singular: 'validatingadmissionpolicy',
  categories: ['api-extensions'],
  namespaced: false,
  served: [{
    group: 'admissionregistration.k8s.io', version: 'v1',
    schema: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
  }],
  validateName: nameIsDnsSubdomain,
  defaults({ spec }) {
    if (!spec) return
    spec.failurePolicy ??= 'Fail'
    setMatchDefaults(spec.matchConstraints)
  },
  prepareCreate(object) {
    object.status = {}
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate: (object) => [...policyErrors(object, undefined), ...staticNameErrors(object)],
  validateUpdate: policyErrors,
  warnings: staticNameWarnings,
  generationOf: ['spec'],
  unconditionalUpdate: false,
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate({ status }) {
      const errors = (status?.typeChecking?.expressionWarnings ?? []).flatMap(({ warning, fieldRef }, i) => {
        const field = `status.typeChecking.expressionWarnings[${i}]`
        return [
          ...(warning ? [] : [required(`${field}.warning`, '')]),
          ...(fieldRef?.trim() ? [] : [required(`${field}.fieldRef`, '')]),
        ]
      })
      conditionErrors(errors, at(at(undefined, 'status'), 'conditions'), status?.conditions)
      return errors
    },
  },
  columns: COLUMNS.ValidatingAdmissionPolicy,
  cells: ({ metadata, spec }, now) => [
    metadata.name ?? '', spec?.validations?.length ?? 0, paramKindText(spec?.paramKind),
    ageText(metadata.creationTimestamp, now),
  ],
})

function policyErrors(
  { metadata, spec = {} }: ValidatingAdmissionPolicy, before: ValidatingAdmissionPolicy | undefined,
): FieldError[] {
  const { validations = [], auditAnnotations = [] } = spec
  const rules = {
    compiler: (spec.variables ?? []).length > 0 ? new ExpressionCompiler(true) : STATELESS,
    scope: { params: spec.paramKind !== undefined, authorizer: true },
    stored: storedTexts(before),
  }
  const isIdle = validations.length === 0 && auditAnnotations.length === 0
  return [
    ...policyHeadErrors(spec),
    ...policyExpressionErrors(spec, before?.spec, rules.compiler, rules.stored),
    ...(isIdle ? [required('spec.validations', NOTHING_TO_DO), required('spec.auditAnnotations', NOTHING_TO_DO)] : []),
    ...validations.flatMap((validation, i) => validationErrors(`spec.validations[${i}]`, validation, rules)),
    ...auditErrors('spec.auditAnnotations', metadata.name ?? '', auditAnnotations, rules),
  ]
}

/** Expressions as they were stored. Source: findValidatingPolicyPreexistingExpressions. */
function storedTexts(before: ValidatingAdmissionPolicy | undefined): ReadonlySet<string> {
  if (!before) return NONE_STORED
  const { validations = [], auditAnnotations = [] } = before.spec ?? {}
  return new Set([
    ...validations.flatMap(({ expression, messageExpression = '' }) => [expression, messageExpression]),
    ...auditAnnotations.map(({ valueExpression }) => valueExpression),
  ])
}

/** Source: validation.go validateValidation. */
function validationErrors(
  field: string, { expression, message = '', messageExpression = '', reason }: Validation, rules: ExpressionRules,
): FieldError[] {
  const isBlank = (text: string): boolean => text !== '' && text.trim() === ''
  return [
    ...expressionErrors(
      `${field}.expression`, expression, 'expression is not specified', { ...rules, returns: RETURNS.condition }),
    ...messageErrors(`${field}.messageExpression`, messageExpression, rules),
    ...(isBlank(message)
      ? [invalid(`${field}.message`, message, 'must be non-empty if specified')]
      : /[\n\r]/.test(message.trim()) ? [invalid(`${field}.message`, message, 'must not contain line breaks')] : []),
    ...(reason === undefined || REASONS.includes(reason) ? [] : [notSupported(`${field}.reason`, reason, REASONS)]),
  ]
}

/** It may not ask who may do what. Source: validation.go validateMessageExpression. */
function messageErrors(field: string, text: string, rules: ExpressionRules): FieldError[] {
  if (text === '') return []
  if (text.trim() === '') return [invalid(field, text, 'must be non-empty if specified')]
  const scope = { ...rules.scope, authorizer: false }
  return compileErrors(field, text, rules.compiler.compile(text, RETURNS.message, scope, ageOf(text, rules.stored)))
}

/** Source: validation.go validateAuditAnnotation. */
function auditErrors(
  field: string, policy: string, annotations: readonly AuditAnnotation[], rules: ExpressionRules,
): FieldError[] {
  const keys = annotations.map(({ key }) => key)
  return [
    ...(annotations.length > AUDIT_ANNOTATIONS_MAX
      ? [invalid(field, annotations, `must not have more than ${AUDIT_ANNOTATIONS_MAX} auditAnnotations`)]
      : []),
    ...annotations.flatMap(({ key = '', valueExpression = '' }, i) => {
      const own = `${field}[${i}]`
      const isLong = new TextEncoder().encode(valueExpression.trim()).length > VALUE_EXPRESSION_BYTES_MAX
      return [
        ...(policy === ''
          ? [invalid(`${own}.key`, key, 'requires metadata.name be non-empty')]
          : isQualifiedName(`${policy}/${key}`).map((why) => invalid(`${own}.key`, `${policy}/${key}`, why))),
        ...(isLong
          ? [required(`${own}.valueExpression`, `must not exceed ${VALUE_EXPRESSION_BYTES_MAX} bytes in length`)]
          : valueErrors(`${own}.valueExpression`, valueExpression, rules)),
        ...(keys.indexOf(key) < i ? [duplicate(`${own}.key`, key)] : []),
      ]
    }),
  ]
}

function valueErrors(field: string, text: string, { compiler, scope, stored }: ExpressionRules): FieldError[] {
  const trimmed = text.trim()
  if (trimmed === '') return [required(field, 'valueExpression is not specified')]
  return compileErrors(field, text, compiler.compile(trimmed, RETURNS.audit, scope, ageOf(text, stored)))
}
