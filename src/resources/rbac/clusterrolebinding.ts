import { nameIsPathSegment } from '../../meta/names.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { ClusterRoleBinding } from '../generated/rbac.gen.ts'
import { bindingCells, bindingErrors, roleChangeErrors, setBindingDefaults } from './binding.ts'

const ROLE_KINDS = ['ClusterRole']

/** Source: pkg/registry/rbac/clusterrolebinding/strategy.go. */
export const clusterRoleBinding = define<ClusterRoleBinding>({
  resource: 'clusterrolebindings.rbac.authorization.k8s.io',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  namespaced: false,
  served: [
    {
      group: 'rbac.authorization.k8s.io',
      version: 'v1',
      schema: 'io.k8s.api.rbac.v1.ClusterRoleBinding',
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
  columns: COLUMNS.ClusterRoleBinding,
  cells: bindingCells,
})
