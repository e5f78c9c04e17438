import { invalid, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { equal } from '../equal.ts'
import { at } from '../field-path.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { ResourceClaim } from '../generated/resource.gen.ts'
import { deviceClaimErrors, dropDisabledFields, setDeviceDefaults } from './claim-devices.ts'
import { claimStatusErrors, dropDeallocated } from './claim-status.ts'

const DEVICES = at(at(undefined, 'spec'), 'devices')

/** Source: pkg/registry/resource/resourceclaim/strategy.go. */
export const resourceClaim = define<ResourceClaim>({
  resource: 'resourceclaims.resource.k8s.io',
  kind: 'ResourceClaim',
  plural: 'resourceclaims',
  singular: 'resourceclaim',
  namespaced: true,
  served: [{ group: 'resource.k8s.io', version: 'v1', schema: 'io.k8s.api.resource.v1.ResourceClaim' }],
  validateName: nameIsDnsSubdomain,
  defaults(object) {
    const spec = (object.spec ??= {})
    setDeviceDefaults((spec.devices ??= {}))
  },
  prepareCreate(object) {
    object.status = {}
    dropDisabledFields(object.spec?.devices)
  },
  prepareUpdate(object, before) {
    object.status = before.status
    dropDisabledFields(object.spec?.devices)
  },
  validate({ spec }) {
    const errors: FieldError[] = []
    deviceClaimErrors(errors, DEVICES, spec?.devices ?? {})
    return errors
  },
  validateUpdate: ({ spec }, before) =>
    equal(spec, before.spec)
      ? []
      : [invalid('spec', null, 'field is immutable')],
  status: {
    prepare(object, before) {
      object.spec = before.spec
      for (const result of object.status?.allocation?.devices?.results ?? []) delete result.skipNodeOperations
      dropDeallocated(object, before)
    },
    validate: claimStatusErrors,
  },
  columns: COLUMNS.ResourceClaim,
  cells: ({ metadata, status }, now) => [
    metadata.name ?? '',
    stateCell(metadata.deletionTimestamp !== undefined, status),
    ageText(metadata.creationTimestamp, now),
  ],
})

/** Source: printers.go resourceClaimState. */
function stateCell(deleting: boolean, status: ResourceClaim['status']): string {
  const states = deleting ? ['deleted'] : []
  if (!status?.allocation) return deleting ? 'deleted' : 'pending'
  states.push('allocated')
  if (status.reservedFor?.length) states.push('reserved')
  return states.join(',')
}
