import { duplicate, forbidden, invalid, type FieldError } from '../../meta/field-error.ts'
import { cidrErrors, parseCidr } from '../cidr.ts'
import { at, type Path } from '../field-path.ts'
import type { Node } from '../generated/core.gen.ts'
import { shownStruct } from '../go-shown.ts'
import { quantityErrors } from '../resource-list.ts'
import { taintErrors } from '../taint.ts'

const TAINTS = at(at(undefined, 'metadata'), 'taints')
const FEATURE = /^[A-Z][A-Za-z0-9]*(\/[A-Za-z0-9]+)*$/

/** Source: core/validation ValidateNode. */
export function nodeErrors(object: Node): FieldError[] {
  const errors = taintErrors(TAINTS, object.spec?.taints ?? [])
  statusErrors(errors, object)
  const cidrs = object.spec?.podCIDRs ?? []
  for (const [i, cidr] of cidrs.entries()) errors.push(...cidrErrors(`spec.podCIDRs[${i}]`, cidr))
  if (cidrs.length > 1) errors.push(...familyErrors(cidrs))
  return errors
}

function familyErrors(cidrs: readonly string[]): FieldError[] {
  const field = 'spec.podCIDRs'
  const errors: FieldError[] = []
  const wrong = cidrs.findIndex((cidr) => !parseCidr(cidr))
  if (wrong >= 0)
    errors.push(
      internal(
        field,
        `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${wrong}]: <nil> (invalid CIDR address: ${cidrs[wrong]})`,
      ),
    )
  if (cidrs.length > 2 || !isDualStack(cidrs))
    errors.push(
      invalid(field, cidrs, 'may specify no more than one CIDR for each IP family'),
    )
  return errors
}

const internal = (field: string, detail: string): FieldError => ({
  field,
  reason: 'InternalError',
  message: `Internal error: ${detail}`,
})

/** Source: core/validation ValidateNodeUpdate. */
export function nodeUpdateErrors(object: Node, before: Node): FieldError[] {
  const errors: FieldError[] = []
  statusErrors(errors, object)
  const seen = new Set<string>()
  for (const [i, address] of (object.status?.addresses ?? []).entries()) {
    const key = `${address.type} ${address.address}`
    if (seen.has(key))
      errors.push(duplicate(`status.addresses[${i}]`, shownStruct(address)))
    seen.add(key)
  }
  specErrors(errors, object, before)
  return errors
}

function specErrors(errors: FieldError[], object: Node, before: Node): void {
  const cidrs = object.spec?.podCIDRs ?? []
  const old = before.spec?.podCIDRs ?? []
  const fixed = 'node updates may not change podCIDR except from "" to valid'
  if (old.length > 0 && old.length !== cidrs.length)
    errors.push(forbidden('spec.podCIDRs', fixed))
  else
    for (const [i, cidr] of old.entries())
      if (cidr !== cidrs[i]) errors.push(forbidden('spec.podCIDRs', fixed))
  const provider = object.spec?.providerID ?? ''
  const oldProvider = before.spec?.providerID ?? ''
  if (oldProvider !== '' && provider !== oldProvider) {
    const why = `field cannot be ${provider === '' ? 'cleared' : 'modified'} once set`
    errors.push(invalid('spec.providerID', null, why))
  }
  errors.push(...taintErrors(TAINTS, object.spec?.taints ?? []))
  if ((object.spec?.externalID ?? '') !== (before.spec?.externalID ?? ''))
    errors.push(forbidden('spec.externalID', 'may not be updated'))
}

function statusErrors(errors: FieldError[], { status }: Node): void {
  if (!status) return
  const path = at(undefined, 'status')
  listErrors(errors, at(path, 'capacity'), status.capacity)
  listErrors(errors, at(path, 'allocatable'), status.allocatable)
  const features = status.declaredFeatures ?? []
  for (const [i, feature] of features.entries()) {
    if (!FEATURE.test(feature))
      errors.push(
        invalid(
          `status.declaredFeatures[${i}]`,
          feature,
          `invalid feature name ${JSON.stringify(feature)}: must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`,
        ),
      )
    const next = features[i + 1]
    const field = `status.declaredFeatures[${i + 1}]`
    if (next === feature) errors.push(duplicate(field, next))
    else if (next !== undefined && feature > next)
      errors.push(invalid(field, next, 'list must be sorted alphabetically'))
  }
}

function listErrors(
  errors: FieldError[],
  path: Path,
  list: Record<string, string> | undefined,
): void {
  for (const [name, value] of Object.entries(list ?? {}))
    quantityErrors(errors, at(path, name), name, value)
}

function isDualStack(cidrs: readonly string[]): boolean {
  const sizes = cidrs.map((cidr) => parseCidr(cidr)?.ip.bytes.length)
  if (sizes.includes(undefined)) return false
  return sizes.includes(4) && sizes.includes(16)
}
