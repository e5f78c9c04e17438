import { forbidden, invalid, required, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsLabel, nameIsDnsSubdomain } from '../../meta/names.ts'
import { parseQuantity, quantitySign } from '../../meta/quantity.ts'
import { validateLabels, validateLabelSelector } from '../../meta/validate-label-selector.ts'
import { addInvalid, checkOneOf, checkRequired } from '../checks.ts'
import { at, where, type Path } from '../field-path.ts'
import type {
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  TypedObjectReference,
} from '../generated/core.gen.ts'

/** Ways to mount a volume, sorted. Source: core/v1 PersistentVolumeAccessMode. */
export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
/** Source: core/v1 PersistentVolumeMode. */
export const VOLUME_MODES = ['Block', 'Filesystem']
const TEMPLATE_METADATA = ['annotations', 'labels']

/** Source: core/validation ValidatePersistentVolumeClaimTemplate. */
export function claimTemplateErrors(
  errors: FieldError[],
  parent: Path,
  template: PersistentVolumeClaimTemplate | undefined,
): void {
  if (!template) return void errors.push(required(where(parent, 'volumeClaimTemplate'), ''))
  const path = at(parent, 'volumeClaimTemplate')
  const { metadata = {} } = template
  errors.push(...validateLabels(where(path, 'metadata', 'labels'), metadata.labels))
  for (const [field, value] of Object.entries(metadata))
    if (!TEMPLATE_METADATA.includes(field) && value)
      errors.push(forbidden(where(path, 'metadata', field), 'cannot be set'))
  claimSpecErrors(errors, at(path, 'spec'), template.spec ?? {})
}

/** Source: core/validation ValidatePersistentVolumeClaimSpec. */
export function claimSpecErrors(
  errors: FieldError[],
  path: Path,
  spec: PersistentVolumeClaimSpec,
): void {
  const { accessModes = [], storageClassName, volumeMode, volumeAttributesClassName } = spec
  if (accessModes.length === 0)
    errors.push(required(where(path, 'accessModes'), 'at least 1 access mode is required'))
  errors.push(...validateLabelSelector(where(path, 'selector'), spec.selector))
  accessModeErrors(errors, path, accessModes)
  sizeErrors(errors, path, spec.resources?.requests?.['storage'])
  if (storageClassName)
    addInvalid(
      errors,
      path,
      'storageClassName',
      storageClassName,
      nameIsDnsSubdomain(storageClassName, false),
    )
  if (volumeMode !== undefined) checkOneOf(errors, path, 'volumeMode', volumeMode, VOLUME_MODES)
  sourceErrors(errors, path, spec)
  if (volumeAttributesClassName)
    addInvalid(
      errors,
      path,
      'volumeAttributesClassName',
      volumeAttributesClassName,
      nameIsDnsSubdomain(volumeAttributesClassName, false),
    )
}

/** One Pod only excludes all other modes. */
export function accessModeErrors(
  errors: FieldError[],
  path: Path,
  modes: readonly string[],
): void {
  for (const mode of modes) checkOneOf(errors, path, 'accessModes', mode, ACCESS_MODES)
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode))
  if (others && modes.includes('ReadWriteOncePod'))
    errors.push(
      forbidden(
        where(path, 'accessModes'),
        'may not use ReadWriteOncePod with other access modes',
      ),
    )
}

function sizeErrors(errors: FieldError[], path: Path, text: string | undefined): void {
  const field = where(path, 'resources', '[storage]')
  if (text === undefined) return void errors.push(required(field, ''))
  const parsed = parseQuantity(String(text))
  if (parsed.ok && quantitySign(parsed.value) <= 0)
    errors.push(invalid(field, text, 'must be greater than zero'))
}

function sourceErrors(errors: FieldError[], path: Path, spec: PersistentVolumeClaimSpec): void {
  const { dataSource, dataSourceRef: ref } = spec
  if (dataSource) referenceErrors(errors, at(path, 'dataSource'), dataSource)
  if (ref) referenceErrors(errors, at(path, 'dataSourceRef'), ref)
  if (!dataSource || !ref) return
  const same =
    dataSource.apiGroup === ref.apiGroup &&
    dataSource.kind === ref.kind &&
    dataSource.name === ref.name
  // Upstream shows a path value here, which has no fields that JSON sees.
  if (ref.namespace)
    errors.push(
      invalid(where(path), {}, 'may not be specified when dataSourceRef.namespace is specified'),
    )
  else if (!same) errors.push(invalid(where(path), {}, 'must match dataSourceRef'))
}

function referenceErrors(errors: FieldError[], path: Path, ref: TypedObjectReference): void {
  const { apiGroup = '', kind = '', name, namespace } = ref
  checkRequired(errors, path, 'name', name)
  checkRequired(errors, path, 'kind', kind)
  if (apiGroup === '' && kind !== 'PersistentVolumeClaim')
    errors.push(
      invalid(
        where(path),
        kind,
        "must be 'PersistentVolumeClaim' when referencing the default apiGroup",
      ),
    )
  if (apiGroup !== '')
    addInvalid(errors, path, 'apiGroup', apiGroup, nameIsDnsSubdomain(apiGroup, false))
  if (namespace) addInvalid(errors, path, 'namespace', namespace, nameIsDnsLabel(namespace, false))
}
