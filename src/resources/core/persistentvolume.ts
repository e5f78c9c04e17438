import { forbidden, invalid, required, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { canonicalQuantity } from '../../meta/quantity.ts'
import { ageText, timeText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type {
  PersistentVolume,
  PersistentVolumeSource,
  PersistentVolumeSpec,
} from '../generated/core.gen.ts'
import { shownTerm } from '../go-shown.ts'
import { unifiedDiff } from '../unified-diff.ts'
import { pvSourceOf } from './pv-source.ts'
import { pvSpecErrors } from './pv-spec.ts'
import { pvWarnings } from './pv-warnings.ts'
import { accessModesText, storageClassOf } from './volume-cells.ts'

const SPEC = at(undefined, 'spec')

/** Source: pkg/registry/core/persistentvolume/strategy.go. */
export const persistentVolume = define<PersistentVolume>({
  resource: 'persistentvolumes',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  namespaced: false,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.PersistentVolume' }],
  returnsDeleted: true,
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    const status = (object.status ??= {})
    status.phase ||= 'Pending'
    const spec = (object.spec ??= {})
    spec.persistentVolumeReclaimPolicy ||= 'Retain'
    spec.volumeMode ??= 'Filesystem'
    if (spec.hostPath) spec.hostPath.type ??= ''
  },
  prepareCreate(object, { now }) {
    object.status = { phase: 'Pending', lastPhaseTransitionTime: timeText(now) }
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate: specErrors,
  validateUpdate: (object, before) => [...specErrors(object), ...changeErrors(object, before)],
  warnings: pvWarnings,
  status: {
    prepare(object, before) {
      object.spec = before.spec
      const { phase, lastPhaseTransitionTime: last } = before.status ?? {}
      const status = (object.status ??= {})
      if (status.phase === phase) status.lastPhaseTransitionTime ??= last
    },
    validate: ({ metadata }) =>
      metadata.resourceVersion ? [] : [required('resourceVersion', '')],
  },
  fields: { name: ({ metadata }) => metadata.name ?? '' },
  columns: COLUMNS.PersistentVolume,
  cells: (object, now) => {
    const { metadata, spec = {}, status = {} } = object
    const { namespace = '', name = '' } = spec.claimRef ?? {}
    return [
      metadata.name ?? '',
      canonicalQuantity(spec.capacity?.['storage'] ?? '0'),
      accessModesText(spec.accessModes),
      spec.persistentVolumeReclaimPolicy ?? '',
      metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? ''),
      spec.claimRef ? `${namespace}/${name}` : '',
      storageClassOf(object, spec),
      spec.volumeAttributesClassName ?? '<unset>',
      status.reason ?? '',
      ageText(metadata.creationTimestamp, now),
      spec.volumeMode ?? '<unset>',
    ]
  },
})

function specErrors({ spec = {} }: PersistentVolume): FieldError[] {
  const errors: FieldError[] = []
  pvSpecErrors(errors, SPEC, spec, false)
  return errors
}

/** Source: core/validation ValidatePersistentVolumeUpdate. */
function changeErrors(object: PersistentVolume, before: PersistentVolume): FieldError[] {
  const { spec = {} } = object
  const { spec: old = {} } = before
  const errors = specErrors(object)
  const was = pvSourceOf(old)
  const is = withoutNewExpandSecret(pvSourceOf(spec), was)
  if (!equal(is, was))
    errors.push(
      forbidden(
        'spec.persistentvolumesource',
        `spec.persistentvolumesource is immutable after creation\n${unifiedDiff(was, is)}`,
      ),
    )
  if (spec.volumeMode !== old.volumeMode)
    errors.push(invalid('volumeMode', spec.volumeMode ?? null, 'field is immutable'))
  if (old.nodeAffinity && !equal(spec.nodeAffinity, old.nodeAffinity))
    errors.push(
      invalid(
        'nodeAffinity',
        shownAffinity(spec),
        'field is immutable, except for updating from beta label to GA',
      ),
    )
  if (old.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined)
    errors.push(
      forbidden(
        'spec.volumeAttributesClassName',
        'update from non-nil value to nil is forbidden',
      ),
    )
  return errors
}

const shownAffinity = ({ nodeAffinity }: PersistentVolumeSpec): object | null =>
  nodeAffinity
    ? {
        Required: nodeAffinity.required
          ? { NodeSelectorTerms: nodeAffinity.required.nodeSelectorTerms?.map(shownTerm) ?? null }
          : null,
      }
    : null

/** The secret for growing a volume may be added later. */
function withoutNewExpandSecret(
  source: PersistentVolumeSource,
  before: PersistentVolumeSource,
): PersistentVolumeSource {
  if (!source.csi || !before.csi || before.csi.controllerExpandSecretRef) return source
  const { controllerExpandSecretRef: _, ...csi } = source.csi
  return { ...source, csi }
}
