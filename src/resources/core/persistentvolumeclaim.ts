import { required, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { canonicalQuantity } from '../../meta/quantity.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { at } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { PersistentVolumeClaim } from '../generated/core.gen.ts'
import { claimChangeErrors } from './claim-change.ts'
import { matchSources } from './claim-source.ts'
import { claimSpecErrors } from './claim-spec.ts'
import { claimSpecWarnings } from './claim-warnings.ts'
import { accessModesText, CLASS_ANNOTATION, storageClassOf } from './volume-cells.ts'

const SPEC = at(undefined, 'spec')

/** Source: pkg/registry/core/persistentvolumeclaim/strategy.go. */
export const persistentVolumeClaim = define<PersistentVolumeClaim>({
  resource: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  namespaced: true,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.PersistentVolumeClaim' }],
  returnsDeleted: true,
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    const status = (object.status ??= {})
    status.phase ||= 'Pending'
    const spec = (object.spec ??= {})
    spec.volumeMode ??= 'Filesystem'
  },
  prepareCreate(object) {
    object.status = { phase: 'Pending' }
    matchSources((object.spec ??= {}), undefined)
  },
  prepareUpdate(object, before) {
    object.status = before.status
    matchSources((object.spec ??= {}), before.spec)
  },
  validate,
  validateUpdate: (object, before) => [...validate(object), ...claimChangeErrors(object, before)],
  warnings: ({ metadata, spec = {} }) => [
    ...(metadata.annotations?.[CLASS_ANNOTATION] === undefined
      ? []
      : [
          `metadata.annotations[${CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead`,
        ]),
    ...claimSpecWarnings('spec', spec),
  ],
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: ({ metadata, spec }) => [
      ...(metadata.resourceVersion ? [] : [required('resourceVersion', '')]),
      ...(spec?.accessModes?.length ? [] : [required('Spec.accessModes', '')]),
    ],
  },
  fields: { name: ({ metadata }) => metadata.name ?? '' },
  columns: COLUMNS.PersistentVolumeClaim,
  cells: (object, now) => {
    const { metadata, spec = {}, status = {} } = object
    const bound = spec.volumeName ? status : undefined
    return [
      metadata.name ?? '',
      metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? ''),
      spec.volumeName ?? '',
      bound ? canonicalQuantity(bound.capacity?.['storage'] ?? '0') : '',
      accessModesText(bound?.accessModes),
      storageClassOf(object, spec),
      spec.volumeAttributesClassName ?? '<unset>',
      ageText(metadata.creationTimestamp, now),
      spec.volumeMode ?? '<unset>',
    ]
  },
})

function validate({ spec = {} }: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = []
  claimSpecErrors(errors, SPEC, spec)
  return errors
}
