import { forbidden, required, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { equalMaps } from '../equal.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { VolumeAttributesClass } from '../generated/storage.gen.ts'
import { parameterErrors, provisionerErrors } from './parameters.ts'

/** Source: pkg/registry/storage/volumeattributesclass/strategy.go. */
export const volumeAttributesClass = define<VolumeAttributesClass>({
  resource: 'volumeattributesclasses.storage.k8s.io',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  singular: 'volumeattributesclass',
  shortNames: ['vac'],
  namespaced: false,
  served: [
    {
      group: 'storage.k8s.io',
      version: 'v1',
      schema: 'io.k8s.api.storage.v1.VolumeAttributesClass',
    },
  ],
  returnsDeleted: true,
  validateName: nameIsDnsSubdomain,
  validate,
  validateUpdate(object, before) {
    const errors: FieldError[] = []
    if (object.driverName !== before.driverName)
      errors.push(forbidden('driverName', 'updates to driverName are forbidden.'))
    if (!equalMaps(object.parameters, before.parameters))
      errors.push(forbidden('parameters', 'updates to parameters are forbidden.'))
    return [...errors, ...validate(object)]
  },
  columns: COLUMNS.VolumeAttributesClass,
  cells: (object, now) => [
    object.metadata.name ?? '',
    object.driverName ?? '',
    ageText(object.metadata.creationTimestamp, now),
  ],
})

function validate({ driverName, parameters = {} }: VolumeAttributesClass): FieldError[] {
  const errors = [
    ...provisionerErrors('driverName', driverName),
    ...parameterErrors('parameters', parameters),
  ]
  if (Object.keys(parameters).length === 0)
    errors.push(required('parameters', 'must contain at least one key/value pair'))
  return errors
}
