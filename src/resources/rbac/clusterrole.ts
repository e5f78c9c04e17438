import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import { labelSelectorOf } from '../../meta/label-selector.ts'
import { nameIsPathSegment } from '../../meta/names.ts'
import { validateLabelSelector } from '../../meta/validate-label-selector.ts'
import { DEFAULT_COLUMNS, defaultCells } from '../default-table.ts'
import { define } from '../define.ts'
import type { ClusterRole } from '../generated/rbac.gen.ts'
import { ruleListErrors } from './policy-rule.ts'

const SELECTORS = 'aggregationRule.clusterRoleSelectors'

/** Source: pkg/registry/rbac/clusterrole/strategy.go. */
export const clusterRole = define<ClusterRole>({
  resource: 'clusterroles.rbac.authorization.k8s.io',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  singular: 'clusterrole',
  namespaced: false,
  served: [
    { group: 'rbac.authorization.k8s.io', version: 'v1', schema: 'io.k8s.api.rbac.v1.ClusterRole' },
  ],
  validateName: nameIsPathSegment,
  validate,
  validateUpdate: validate,
  createOnUpdate: true,
  columns: DEFAULT_COLUMNS,
  cells: defaultCells,
})

function validate({ rules, aggregationRule }: ClusterRole): FieldError[] {
  const errors = ruleListErrors(rules, false)
  if (!aggregationRule) return errors
  const selectors = aggregationRule.clusterRoleSelectors ?? []
  if (selectors.length === 0)
    errors.push(
      required(
        SELECTORS,
        'at least one clusterRoleSelector required if aggregationRule is non-nil',
      ),
    )
  for (const [i, selector] of selectors.entries()) {
    errors.push(...validateLabelSelector(`${SELECTORS}[${i}]`, selector))
    if (!labelSelectorOf(selector).ok)
      errors.push(invalid(`${SELECTORS}[${i}]`, null, 'invalid label selector.'))
  }
  return errors
}
