import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import type { PolicyRule } from '../generated/rbac.gen.ts'

/** Rules of a Role or ClusterRole. Source: rbac/validation ValidatePolicyRule. */
export const ruleListErrors = (
  rules: readonly PolicyRule[] | undefined,
  namespaced: boolean,
): FieldError[] => (rules ?? []).flatMap((rule, i) => ruleErrors(`rules[${i}]`, rule, namespaced))

function ruleErrors(field: string, rule: PolicyRule, namespaced: boolean): FieldError[] {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [] } = rule
  const urls = rule.nonResourceURLs ?? []
  const errors: FieldError[] = []
  const wrongUrls = (why: string): void =>
    void errors.push(invalid(`${field}.nonResourceURLs`, urls, why))
  if (verbs.length === 0)
    errors.push(required(`${field}.verbs`, 'verbs must contain at least one value'))
  if (urls.length > 0) {
    if (namespaced) wrongUrls('namespaced rules cannot apply to non-resource URLs')
    if (apiGroups.length + resources.length + resourceNames.length > 0)
      wrongUrls('rules cannot apply to both regular resources and non-resource URLs')
    return errors
  }
  if (apiGroups.length === 0)
    errors.push(
      required(`${field}.apiGroups`, 'resource rules must supply at least one api group'),
    )
  if (resources.length === 0)
    errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'))
  return errors
}
