import {
  duplicate,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { checkQualified } from '../checks.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at, where, type Path } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { TopologySelectorLabelRequirement } from '../generated/core.gen.ts'
import type { StorageClass } from '../generated/storage.gen.ts'
import { deprecatedNodeLabel } from '../node-labels.ts'
import { parameterErrors, provisionerErrors } from './parameters.ts'

const RECLAIM_POLICIES = ['Delete', 'Retain']
const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer']
const DEFAULT_ANNOTATIONS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
]
const TOPOLOGIES = at(undefined, 'allowedTopologies')
const FIXED = ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const

/** Source: pkg/registry/storage/storageclass/strategy.go. */
export const storageClass = define<StorageClass>({
  resource: 'storageclasses.storage.k8s.io',
  kind: 'StorageClass',
  plural: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  namespaced: false,
  served: [
    { group: 'storage.k8s.io', version: 'v1', schema: 'io.k8s.api.storage.v1.StorageClass' },
  ],
  returnsDeleted: true,
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    object.reclaimPolicy ??= 'Delete'
    object.volumeBindingMode ??= 'Immediate'
  },
  validate,
  validateUpdate: (object, before) => [
    ...validate(object),
    ...FIXED.filter((field) => !equal(object[field], before[field])).map((field) =>
      invalid(field, object[field] ?? null, 'field is immutable'),
    ),
  ],
  warnings,
  columns: COLUMNS.StorageClass,
  cells: (object, now) => [
    isDefault(object) ? `${object.metadata.name ?? ''} (default)` : (object.metadata.name ?? ''),
    object.provisioner ?? '',
    object.reclaimPolicy ?? 'Delete',
    object.volumeBindingMode ?? '<unset>',
    object.allowVolumeExpansion ?? false,
    ageText(object.metadata.creationTimestamp, now),
  ],
})

/** Whether claims without a class get this one. Source: pkg/apis/storage/util helpers.go. */
export const isDefault = ({ metadata }: Pick<StorageClass, 'metadata'>): boolean =>
  DEFAULT_ANNOTATIONS.some((key) => metadata.annotations?.[key] === 'true')

function validate(object: StorageClass): FieldError[] {
  const { reclaimPolicy, volumeBindingMode } = object
  const errors = [
    ...provisionerErrors('provisioner', object.provisioner),
    ...parameterErrors('parameters', object.parameters),
  ]
  if (reclaimPolicy && !RECLAIM_POLICIES.includes(reclaimPolicy))
    errors.push(notSupported('reclaimPolicy', reclaimPolicy, RECLAIM_POLICIES))
  if (volumeBindingMode === undefined) errors.push(required('volumeBindingMode', ''))
  else if (!BINDING_MODES.includes(volumeBindingMode))
    errors.push(notSupported('volumeBindingMode', volumeBindingMode, BINDING_MODES))
  return [...errors, ...topologyErrors(object)]
}

function topologyErrors({ allowedTopologies = [] }: StorageClass): FieldError[] {
  const errors: FieldError[] = []
  const seen: unknown[] = []
  for (const [i, { matchLabelExpressions = [] }] of allowedTopologies.entries()) {
    const path = at(TOPOLOGIES, i)
    const keys: Record<string, string[]> = {}
    for (const [j, requirement] of matchLabelExpressions.entries()) {
      const below = at(at(path, 'matchLabelExpressions'), j)
      requirementErrors(errors, below, requirement)
      const { key = '', values = [] } = requirement
      if (Object.hasOwn(keys, key)) errors.push(duplicate(where(below, 'key'), key))
      keys[key] = [...new Set(values)].sort()
    }
    // Upstream compares with one empty term for each term there is.
    const same = seen.filter((other) => equal(other, keys)).length
    const empty = Object.keys(keys).length === 0 ? allowedTopologies.length : 0
    for (let n = 0; n < same + empty; n++)
      errors.push(duplicate(where(path, 'matchLabelExpressions'), ''))
    seen.push(keys)
  }
  return errors
}

function requirementErrors(
  errors: FieldError[],
  path: Path,
  { key = '', values = [] }: TopologySelectorLabelRequirement,
): void {
  if (values.length === 0) errors.push(required(where(path, 'values'), ''))
  for (const [i, value] of values.entries())
    if (values.indexOf(value) < i) errors.push(duplicate(where(path, 'values', i), value))
  checkQualified(errors, path, 'key', key)
}

function warnings({ allowedTopologies = [] }: StorageClass): string[] {
  return allowedTopologies.flatMap(({ matchLabelExpressions = [] }, i) =>
    matchLabelExpressions.flatMap(({ key }, j) => {
      const instead = deprecatedNodeLabel(key)
      const field = where(TOPOLOGIES, i, 'matchLabelExpressions', j, 'key')
      return instead === undefined ? [] : [`${field}: ${instead}`]
    }),
  )
}
