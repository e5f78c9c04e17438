import { forbidden, invalid, notSupported, type FieldError } from '../../meta/field-error.ts'
import { isQualifiedName, nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { Lease } from '../generated/coordination.gen.ts'

/** Source: pkg/registry/coordination/lease/strategy.go. */
export const lease = define<Lease>({
  resource: 'leases.coordination.k8s.io',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
  served: [
    { group: 'coordination.k8s.io', version: 'v1', schema: 'io.k8s.api.coordination.v1.Lease' },
  ],
  validateName: nameIsDnsSubdomain,
  validate,
  validateUpdate: validate,
  createOnUpdate: true,
  unconditionalUpdate: false,
  columns: COLUMNS.Lease,
  cells: (object, now) => [
    object.metadata.name ?? '',
    object.spec?.holderIdentity ?? '',
    ageText(object.metadata.creationTimestamp, now),
  ],
})

/** Source: pkg/apis/coordination/validation ValidateLeaseSpec. */
function validate({ spec }: Lease): FieldError[] {
  if (!spec) return []
  const errors: FieldError[] = []
  const { leaseDurationSeconds, leaseTransitions, strategy, preferredHolder } = spec
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0)
    errors.push(
      invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'),
    )
  if (leaseTransitions !== undefined && leaseTransitions < 0)
    errors.push(
      invalid('spec.leaseTransitions', leaseTransitions, 'must be greater than or equal to 0'),
    )
  if (strategy !== undefined) errors.push(...strategyErrors(strategy))
  if (preferredHolder && !strategy)
    errors.push(
      forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined'),
    )
  return errors
}

function strategyErrors(strategy: string): FieldError[] {
  const field = 'spec.strategy.strategy'
  if (strategy.includes('/'))
    return isQualifiedName(strategy).map((reason) => invalid(field, strategy, reason))
  return strategy === 'OldestEmulationVersion'
    ? []
    : [notSupported(field, strategy, ['OldestEmulationVersion'])]
}
