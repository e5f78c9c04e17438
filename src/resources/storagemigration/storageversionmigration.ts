import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import { isDns1035Label, isDns1123Subdomain, nameIsDnsSubdomain } from '../../meta/names.ts'
import { conditionErrors } from '../conditions.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { Condition } from '../generated/meta.gen.ts'
import type { StorageVersionMigration, StorageVersionMigrationSpec } from '../generated/storagemigration.gen.ts'

const CONDITIONS = 'status.conditions'
const SHOWN = ['Running', 'Failed', 'Succeeded']
/** A resourceVersion that can be compared. Source: apimachinery util/resourceversion. */
const COMPARABLE = /^[1-9]\d*$/

/** Source: pkg/registry/storagemigration/storagemigration/strategy.go. */
export const storageVersionMigration = define<StorageVersionMigration>({
  resource: 'storageversionmigrations.storagemigration.k8s.io',
  kind: 'StorageVersionMigration',
  plural: 'storageversionmigrations',
  singular: 'storageversionmigration',
  namespaced: false,
  served: [
    {
      group: 'storagemigration.k8s.io',
      version: 'v1',
      schema: 'io.k8s.api.storagemigration.v1.StorageVersionMigration',
    },
  ],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    ;(object.spec ??= {} as StorageVersionMigrationSpec).resource ??= { group: '', resource: '' }
  },
  prepareCreate(object) {
    object.status = {}
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate: specErrors,
  validateUpdate: (object, before) => [
    ...specErrors(object),
    ...(equal(object.spec, before.spec)
      ? []
      : [invalid('spec', shownSpec(object.spec), 'field is immutable')]),
  ],
  unconditionalUpdate: false,
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: statusErrors,
  },
  columns: COLUMNS.StorageVersionMigration,
  cells: ({ metadata, spec, status }) => [
    metadata.name ?? '',
    spec?.resource?.group ? `${spec.resource.resource}.${spec.resource.group}` : (spec?.resource?.resource ?? ''),
    (status?.conditions ?? []).findLast((c) => c.status === 'True' && SHOWN.includes(c.type))?.type ?? 'Unknown',
  ],
})

/** As Go's JSON shows upstream's internal type. */
const shownSpec = (spec: StorageVersionMigrationSpec | undefined): object => ({
  Resource: { group: spec?.resource?.group ?? '', resource: spec?.resource?.resource ?? '' },
})

const shownCondition = ({ type, status, observedGeneration, ...rest }: Condition): object => ({
  type,
  status,
  ...(observedGeneration && { observedGeneration }),
  lastTransitionTime: rest.lastTransitionTime ?? null,
  reason: rest.reason,
  message: rest.message,
})

/** Source: storagemigration/validation ValidateStorageVersionMigration. */
function specErrors({ spec }: StorageVersionMigration): FieldError[] {
  const { group = '', resource = '' } = spec?.resource ?? {}
  const errors: FieldError[] = []
  const bad = (name: string, value: string, reasons: readonly string[]): void => {
    if (reasons.length > 0) errors.push(invalid(`spec.resource.${name}`, value, reasons.join(',')))
  }
  if (resource === '') errors.push(required('spec.resource.resource', 'resource is required to be set'))
  else bad('resource', resource, isDns1035Label(resource))
  if (group !== '') bad('group', group, isDns1123Subdomain(group))
  return errors
}

/** Source: ValidateStorageVersionMigrationStatusUpdate. */
function statusErrors({ status }: StorageVersionMigration, before: StorageVersionMigration): FieldError[] {
  const errors: FieldError[] = []
  const { resourceVersion: version = '', conditions } = status ?? {}
  const field = 'status.resourceVersion'
  if (version !== '' && !COMPARABLE.test(version))
    errors.push(invalid(field, version, `resource version is not well formed: ${version}`))
  conditionErrors(errors, at(at(undefined, 'status'), 'conditions'), conditions)
  const old = before.status?.resourceVersion ?? ''
  if (old !== '' && old !== version) errors.push(invalid(field, version, 'field is immutable'))
  const is = (object: StorageVersionMigration['status'], type: string): boolean =>
    (object?.conditions ?? []).find((c) => c.type === type)?.status === 'True'
  const refuse = (when: boolean, detail: string): void => {
    if (when) errors.push(invalid(CONDITIONS, conditions?.map(shownCondition) ?? null, detail))
  }
  refuse(
    is(status, 'Succeeded') && is(status, 'Failed'),
    'Both success and failed conditions cannot be true at the same time',
  )
  refuse(
    is(before.status, 'Succeeded') && !is(status, 'Succeeded'),
    'Success condition cannot be set to false once it is true',
  )
  refuse(
    is(before.status, 'Failed') && !is(status, 'Failed'),
    'Failed condition cannot be set to false once it is true',
  )
  return errors
}
