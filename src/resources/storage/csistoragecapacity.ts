import { invalid, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { canonicalQuantity, parseQuantity, quantitySign } from '../../meta/quantity.ts'
import { validateLabelSelector } from '../../meta/validate-label-selector.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { CSIStorageCapacity } from '../generated/storage.gen.ts'
import { deprecatedNodeLabel } from '../node-labels.ts'

/** Source: pkg/registry/storage/csistoragecapacity/strategy.go. */
export const csiStorageCapacity = define<CSIStorageCapacity>({
  resource: 'csistoragecapacities.storage.k8s.io',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  namespaced: true,
  served: [
    { group: 'storage.k8s.io', version: 'v1', schema: 'io.k8s.api.storage.v1.CSIStorageCapacity' },
  ],
  validateName: nameIsDnsSubdomain,
  validate,
  validateUpdate(object, before) {
    const errors = validate(object)
    for (const field of ['nodeTopology', 'storageClassName'] as const)
      if (!equal(object[field], before[field]))
        errors.push(invalid(field, object[field] ?? null, 'field is immutable'))
    return errors
  },
  warnings: ({ nodeTopology }) => [
    ...(nodeTopology?.matchExpressions ?? []).flatMap(({ key }, i) =>
      warning(`nodeTopology.matchExpressions[${i}].key: ${key} is`, key),
    ),
    ...Object.keys(nodeTopology?.matchLabels ?? {}).flatMap((key) =>
      warning(`nodeTopology.matchLabels.${key}:`, key),
    ),
  ],
  unconditionalUpdate: false,
  columns: COLUMNS.CSIStorageCapacity,
  cells: (object) => [
    object.metadata.name ?? '',
    object.storageClassName ?? '',
    object.capacity === undefined ? '<unset>' : canonicalQuantity(object.capacity),
  ],
})

function warning(about: string, key: string): string[] {
  const instead = deprecatedNodeLabel(key)
  return instead === undefined ? [] : [`${about} ${instead}`]
}

/** Source: storage/validation ValidateCSIStorageCapacity. */
function validate({
  nodeTopology,
  storageClassName = '',
  capacity,
}: CSIStorageCapacity): FieldError[] {
  const errors = validateLabelSelector('nodeTopology', nodeTopology)
  for (const reason of nameIsDnsSubdomain(storageClassName, false))
    errors.push(invalid('storageClassName', storageClassName, reason))
  const size = parseQuantity(String(capacity ?? '0'))
  if (size.ok && quantitySign(size.value) < 0)
    errors.push(invalid('capacity', capacity, 'must be greater than or equal to 0'))
  return errors
}
