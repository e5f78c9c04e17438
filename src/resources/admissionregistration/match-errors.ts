import { duplicate, notSupported, required, invalid, tooMany, type FieldError } from '../../meta/field-error.ts'
import { isQualifiedName } from '../../meta/names.ts'
import { validateLabelSelector } from '../../meta/validate-label-selector.ts'
import type { MatchCondition, MatchResources } from '../generated/admissionregistration.gen.ts'
import { RETURNS, STATELESS } from './expression-compiler.ts'
import { expressionErrors, NONE_STORED } from './expression-errors.ts'
import { namedRuleErrors } from './rule-errors.ts'

/** Source: validation.go supportedMatchPolicies. */
export const MATCH_POLICIES = ['Equivalent', 'Exact']
const CONDITIONS_MAX = 64

/** Source: pkg/apis/admissionregistration/validation validateMatchResources. */
export function matchResourcesErrors(field: string, match: MatchResources | undefined): FieldError[] {
  if (!match) return []
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = match
  return [
    ...(matchPolicy === undefined
      ? [required(`${field}.matchPolicy`, '')]
      : MATCH_POLICIES.includes(matchPolicy) ? [] : [notSupported(`${field}.matchPolicy`, matchPolicy, MATCH_POLICIES)]),
    ...(namespaceSelector
      ? validateLabelSelector(`${field}.namespaceSelector`, namespaceSelector)
      : [required(`${field}.namespaceSelector`, '')]),
    ...(objectSelector
      ? validateLabelSelector(`${field}.objectSelector`, objectSelector)
      : [required(`${field}.objectSelector`, '')]),
    ...resourceRules.flatMap((rule, i) => namedRuleErrors(`${field}.resourceRules[${i}]`, rule)),
    ...excludeResourceRules.flatMap((rule, i) => namedRuleErrors(`${field}.excludeResourceRules[${i}]`, rule)),
  ]
}

/** How conditions are looked at: those of policies may speak of params. */
export interface ConditionRules {
  readonly params: boolean
  /** Conditions as they were stored. */
  readonly before?: readonly MatchCondition[]
}

/** Source: validateMatchConditions. */
export function matchConditionErrors(
  field: string, conditions: readonly MatchCondition[] = [], { params, before }: ConditionRules = { params: false },
): FieldError[] {
  const rules = {
    compiler: STATELESS, scope: { params, authorizer: true }, returns: RETURNS.condition,
    stored: before ? new Set(before.map(({ expression }) => expression)) : NONE_STORED,
  }
  const seen = new Set<string>()
  return [
    ...(conditions.length > CONDITIONS_MAX ? [tooMany(field, conditions.length, CONDITIONS_MAX)] : []),
    ...conditions.flatMap(({ name = '', expression }, i) => {
      const isDouble = name !== '' && seen.has(name)
      seen.add(name)
      return [
        ...expressionErrors(`${field}[${i}].expression`, expression, '', rules),
        ...(name === ''
          ? [required(`${field}[${i}].name`, '')]
          : isQualifiedName(name).map((why) => invalid(`${field}[${i}].name`, name, why))),
        ...(isDouble ? [duplicate(`${field}[${i}].name`, name)] : []),
      ]
    }),
  ]
}

/** What decoding fills in. Source: v1/defaults.go SetDefaults_MatchResources, SetDefaults_Rule. */
export function setMatchDefaults(match: MatchResources | undefined): void {
  if (!match) return
  match.matchPolicy ??= 'Equivalent'
  match.namespaceSelector ??= {}
  match.objectSelector ??= {}
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ??= '*'
}
