import { nameIsPathSegment } from '../../meta/names.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { RoleBinding } from '../generated/rbac.gen.ts'
import { bindingCells, bindingErrors, roleChangeErrors, setBindingDefaults } from './binding.ts'

const ROLE_KINDS = ['Role', 'ClusterRole']

/** Source: pkg/registry/rbac/rolebinding/strategy.go. */
export const roleBinding = define<RoleBinding>({
  resource: 'rolebindings.rbac.authorization.k8s.io',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  singular: 'rolebinding',
  namespaced: true,
  served: [
    {
      group: 'rbac.authorization.k8s.io',
      version: 'v1',
      schema: 'io.k8s.api.rbac.v1.RoleBinding',
    },
  ],
  validateName: nameIsPathSegment,
  defaults: setBindingDefaults,
  validate: (object) => bindingErrors(object, ROLE_KINDS),
  validateUpdate: (object, before) => [
    ...bindingErrors(object, ROLE_KINDS),
    ...roleChangeErrors(object, before),
  ],
  createOnUpdate: true,
  columns: COLUMNS.RoleBinding,
  cells: bindingCells,
})
