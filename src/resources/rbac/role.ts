import { nameIsPathSegment } from '../../meta/names.ts'
import { DEFAULT_COLUMNS, defaultCells } from '../default-table.ts'
import { define } from '../define.ts'
import type { Role } from '../generated/rbac.gen.ts'
import { ruleListErrors } from './policy-rule.ts'

/** Source: pkg/registry/rbac/role/strategy.go. */
export const role = define<Role>({
  resource: 'roles.rbac.authorization.k8s.io',
  kind: 'Role',
  plural: 'roles',
  singular: 'role',
  namespaced: true,
  served: [
    { group: 'rbac.authorization.k8s.io', version: 'v1', schema: 'io.k8s.api.rbac.v1.Role' },
  ],
  validateName: nameIsPathSegment,
  validate: ({ rules }) => ruleListErrors(rules, true),
  validateUpdate: ({ rules }) => ruleListErrors(rules, true),
  createOnUpdate: true,
  columns: DEFAULT_COLUMNS,
  cells: defaultCells,
})
