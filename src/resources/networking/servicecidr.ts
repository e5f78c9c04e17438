import { invalid, required, type FieldError } from '../../meta/field-error.ts'
import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { parseCidr, strictCidrErrors } from '../cidr.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { ServiceCIDR } from '../generated/networking.gen.ts'

const FIELD = 'spec.cidrs'
const FIXED = 'field is immutable'

/** Source: pkg/registry/networking/servicecidr/strategy.go. */
export const serviceCidr = define<ServiceCIDR>({
  resource: 'servicecidrs.networking.k8s.io',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  singular: 'servicecidr',
  namespaced: false,
  served: [
    { group: 'networking.k8s.io', version: 'v1', schema: 'io.k8s.api.networking.v1.ServiceCIDR' },
  ],
  validateName: nameIsDnsSubdomain,
  prepareCreate(object) {
    object.status = {}
  },
  prepareUpdate(object, before) {
    object.status = before.status
  },
  validate: ({ spec }) => rangeErrors(spec?.cidrs ?? []),
  validateUpdate: (object, before) =>
    changeErrors(object.spec?.cidrs ?? [], before.spec?.cidrs ?? []),
  status: {
    prepare(object, before) {
      object.spec = before.spec
    },
    validate: () => [],
  },
  columns: COLUMNS.ServiceCIDR,
  cells: ({ metadata, spec }, now) => [
    metadata.name ?? '',
    (spec?.cidrs ?? []).join(','),
    ageText(metadata.creationTimestamp, now),
  ],
})

/** One range of each family at most. */
function rangeErrors(cidrs: readonly string[]): FieldError[] {
  if (cidrs.length === 0) return [required(FIELD, 'at least one CIDR required')]
  if (cidrs.length > 2)
    return [invalid(FIELD, { CIDRs: cidrs }, 'may only hold up to 2 values')]
  const errors = cidrs.flatMap((cidr, i) => strictCidrErrors(`${FIELD}[${i}]`, cidr))
  const [first, second] = cidrs.map((cidr) => parseCidr(cidr)?.ip.bytes.length)
  if (cidrs.length === 2 && first !== undefined && first === second)
    errors.push(
      invalid(
        FIELD,
        cidrs,
        'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
      ),
    )
  return errors
}

/** The second family may be added later; nothing else changes. */
function changeErrors(now: readonly string[], old: readonly string[]): FieldError[] {
  const grows = old.length === 1 && now.length === 2
  if (!grows && old.length !== now.length) return [invalid(FIELD, now.length === 0 ? null : now, FIXED)]
  const errors = old.flatMap((cidr, i) =>
    cidr === now[i] ? [] : [invalid(`${FIELD}[${i}]`, now[i], FIXED)],
  )
  return grows ? [...errors, ...rangeErrors(now)] : errors
}
