import { forbidden, invalid, type FieldError } from '../../meta/field-error.ts'
import { compareQuantity, parseQuantity, ZERO_QUANTITY, type Quantity } from '../../meta/quantity.ts'
import { equal } from '../equal.ts'
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../generated/core.gen.ts'
import { unifiedDiff } from '../unified-diff.ts'
import { matchSources } from './claim-source.ts'
import { CLASS_ANNOTATION } from './volume-cells.ts'

const SIZE = 'spec.resources.requests.storage'
const ATTRIBUTES = 'spec.volumeAttributesClassName'

/** Source: core/validation ValidatePersistentVolumeClaimUpdate. */
export function claimChangeErrors(
  object: PersistentVolumeClaim,
  before: PersistentVolumeClaim,
): FieldError[] {
  const spec = object.spec ?? {}
  const old = structuredClone(before.spec ?? {})
  matchSources(old, old)
  const errors: FieldError[] = []
  const annotation = object.metadata.annotations?.[CLASS_ANNOTATION] ?? ''
  const was = before.metadata.annotations?.[CLASS_ANNOTATION] ?? ''
  const moved = movesToField(spec, old, annotation, was)
  if (!moved && annotation !== was)
    errors.push(
      invalid(`metadata.annotations[${CLASS_ANNOTATION}]`, annotation, 'field is immutable'),
    )
  const munged = mungedSpec(object, before, moved)
  const expected = { ...old, volumeName: old.volumeName || spec.volumeName }
  if (!equal(munged, expected))
    errors.push(
      forbidden(
        'spec',
        `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${unifiedDiff(expected, munged)}`,
      ),
    )
  sizeErrors(errors, object, before)
  if (spec.volumeMode !== old.volumeMode)
    errors.push(invalid('volumeMode', spec.volumeMode ?? null, 'field is immutable'))
  const changed = spec.volumeAttributesClassName !== old.volumeAttributesClassName
  if (changed && before.status?.currentVolumeAttributesClassName !== undefined) {
    const to = spec.volumeAttributesClassName
    const why = 'is forbidden when status.currentVolumeAttributesClassName is not nil'
    if (to === undefined) errors.push(forbidden(ATTRIBUTES, `update to nil ${why}`))
    else if (to === '') errors.push(forbidden(ATTRIBUTES, `update to empty string ${why}`))
  }
  return errors
}

/** The class may move from its old annotation into the field. */
const movesToField = (
  spec: PersistentVolumeClaimSpec,
  old: PersistentVolumeClaimSpec,
  annotation: string,
  was: string,
): boolean =>
  was !== '' &&
  old.storageClassName === undefined &&
  spec.storageClassName === was &&
  (annotation === '' || annotation === was)

/** The new spec with everything that may change set back. */
function mungedSpec(
  object: PersistentVolumeClaim,
  before: PersistentVolumeClaim,
  moved: boolean,
): PersistentVolumeClaimSpec {
  const old = before.spec ?? {}
  const spec = structuredClone(object.spec ?? {})
  const noClass = before.metadata.annotations?.[CLASS_ANNOTATION] === undefined
  if (moved || (noClass && old.storageClassName === undefined && spec.storageClassName !== undefined))
    delete spec.storageClassName
  if (object.status?.phase !== 'Bound') return spec
  const size = old.resources?.requests?.['storage']
  if (spec.resources?.requests && size !== undefined) spec.resources.requests['storage'] = size
  delete spec.volumeAttributesClassName
  if (old.volumeAttributesClassName !== undefined)
    spec.volumeAttributesClassName = old.volumeAttributesClassName
  return spec
}

/** A claim shrinks only as far as what its volume has already. */
function sizeErrors(
  errors: FieldError[],
  object: PersistentVolumeClaim,
  before: PersistentVolumeClaim,
): void {
  const size = read(object.spec?.resources?.requests?.['storage'])
  const old = read(before.spec?.resources?.requests?.['storage'])
  const has = read(before.status?.capacity?.['storage'])
  if (compareQuantity(size, old) < 0 && compareQuantity(size, has) <= 0)
    errors.push(forbidden(SIZE, 'field can not be less than status.capacity'))
}

function read(text: string | undefined): Quantity {
  const parsed = parseQuantity(String(text ?? '0'))
  return parsed.ok ? parsed.value : ZERO_QUANTITY
}
