import { nameIsDnsLabel } from '../../../meta/names.ts'
import { ageText } from '../../../meta/timestamp.ts'
import { labelsCell, orElse } from '../../cells.ts'
import { define } from '../../define.ts'
import { COLUMNS } from '../../generated/columns.gen.ts'
import type { Service } from '../../generated/core.gen.ts'
import { externalIpCell, portsCell } from './columns.ts'
import { setServiceDefaults } from './defaults.ts'
import { keepAllocated, listFromSingular } from './keep-allocated.ts'
import { dropTypeDependent } from './prepare.ts'
import { serviceErrors, serviceUpdateErrors } from './validate.ts'
import { serviceStatusErrors } from './validate-status.ts'
import { serviceWarnings } from './warnings.ts'

/** Source: pkg/registry/core/service/strategy.go. Addresses and ports are given out by admission. */
export const service = define<Service>({
  resource: 'services',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.Service' }],
  returnsDeleted: true,
  validateName: nameIsDnsLabel,
  defaults: setServiceDefaults,
  prepareCreate(object) {
    object.status = { loadBalancer: {} }
    listFromSingular((object.spec ??= {}))
  },
  prepareUpdate(object, before) {
    object.status = before.status
    keepAllocated(object, before)
    dropTypeDependent(object, before)
  },
  validate: serviceErrors,
  validateUpdate: serviceUpdateErrors,
  warnings: serviceWarnings,
  createOnUpdate: true,
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: serviceStatusErrors,
  },
  subresources: {
    proxy: {
      kind: 'ServiceProxyOptions',
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
    },
  },
  fields: {
    'spec.clusterIP': (object) => object.spec?.clusterIP ?? '',
    'spec.type': (object) => object.spec?.type ?? '',
  },
  columns: COLUMNS.Service,
  cells: (object, now) => [
    object.metadata.name ?? '',
    object.spec?.type ?? '',
    object.spec?.clusterIPs?.[0] ?? '<none>',
    externalIpCell(object),
    orElse(portsCell(object), '<none>'),
    ageText(object.metadata.creationTimestamp, now),
    labelsCell(object.spec?.selector),
  ],
})
