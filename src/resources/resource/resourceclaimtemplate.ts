import { invalid, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { validateLabels } from '../../meta/validate-label-selector.ts'
import { annotationErrors } from '../annotations.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { ResourceClaimTemplate } from '../generated/resource.gen.ts'
import { goShown } from '../internal-shape.ts'
import { deviceClaimErrors, dropDisabledFields, setDeviceDefaults } from './claim-devices.ts'

const DEVICES = at(at(at(undefined, 'spec'), 'spec'), 'devices')

/** Source: pkg/registry/resource/resourceclaimtemplate/strategy.go. */
export const resourceClaimTemplate = define<ResourceClaimTemplate>({
  resource: 'resourceclaimtemplates.resource.k8s.io',
  kind: 'ResourceClaimTemplate',
  plural: 'resourceclaimtemplates',
  singular: 'resourceclaimtemplate',
  namespaced: true,
  served: [
    { group: 'resource.k8s.io', version: 'v1', schema: 'io.k8s.api.resource.v1.ResourceClaimTemplate' },
  ],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    const spec = ((object.spec ??= {}).spec ??= {})
    setDeviceDefaults((spec.devices ??= {}))
  },
  prepareCreate: ({ spec }) => dropDisabledFields(spec?.spec?.devices),
  prepareUpdate: ({ spec }) => dropDisabledFields(spec?.spec?.devices),
  validate: templateErrors,
  validateUpdate: (object, before) => [
    ...templateErrors(object),
    ...(equal(object.spec, before.spec)
      ? []
      : [
          invalid('spec', goShown('resource.ResourceClaimTemplateSpec', object.spec), 'field is immutable'),
        ]),
  ],
  columns: COLUMNS.ResourceClaimTemplate,
  cells: ({ metadata }, now) => [metadata.name ?? '', ageText(metadata.creationTimestamp, now)],
})

/** Source: resource/validation validateResourceClaimTemplateSpec. */
function templateErrors({ spec }: ResourceClaimTemplate): FieldError[] {
  const { labels, annotations } = spec?.metadata ?? {}
  const errors = [
    ...(annotations ? annotationErrors('spec.metadata.annotations', annotations) : []),
    ...validateLabels('spec.metadata.labels', labels),
  ]
  deviceClaimErrors(errors, DEVICES, spec?.spec?.devices ?? {})
  return errors
}
