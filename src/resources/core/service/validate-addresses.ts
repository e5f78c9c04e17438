import { duplicate, invalid, required, type FieldError } from '../../../meta/field-error.ts'
import { checkOneOf } from '../../checks.ts'
import { at, where } from '../../field-path.ts'
import type { Service, ServiceSpec } from '../../generated/core.gen.ts'
import { ipErrors, isIpv6Text } from '../../ip.ts'

const SPEC = at(undefined, 'spec')
const FAMILIES = ['IPv4', 'IPv6']
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack']
const FIXED = 'may not change once set'

/** Headless as validation sees it: its only address is None. Source: core/validation isHeadlessService. */
export const isHeadlessSpec = ({ clusterIPs }: ServiceSpec): boolean =>
  clusterIPs?.length === 1 && clusterIPs[0] === 'None'

/** Source: core/validation ValidateServiceClusterIPsRelatedFields. */
export function addressErrors(
  errors: FieldError[],
  spec: ServiceSpec,
  before: ServiceSpec | undefined,
): void {
  if (spec.type === 'ExternalName') return
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec
  const fail = (why: string): void =>
    void errors.push(invalid('spec.clusterIPs', clusterIPs, why))
  if (clusterIP !== '' && clusterIPs.length === 0) errors.push(required('spec.clusterIPs', ''))
  else if (clusterIP !== '' && clusterIPs[0] !== clusterIP)
    fail('first value must match `clusterIP`')
  else if (clusterIP === '' && clusterIPs.length > 0)
    fail('must be empty when `clusterIP` is not specified')
  for (const [i, family] of ipFamilies.entries()) {
    checkOneOf(errors, at(SPEC, 'ipFamilies'), i, family, FAMILIES)
    if (ipFamilies.indexOf(family) < i)
      errors.push(duplicate(where(SPEC, 'ipFamilies', i), family))
  }
  if (ipFamilyPolicy !== undefined)
    checkOneOf(errors, SPEC, 'ipFamilyPolicy', ipFamilyPolicy, POLICIES)
  const fine = spellingErrors(errors, clusterIPs, before?.clusterIPs ?? [])
  if (clusterIPs.length > 2) fail('may only hold up to 2 values')
  if (!fine) return
  if (clusterIPs.length > 1 && new Set(clusterIPs.map(isIpv6Text)).size < 2)
    fail('may specify no more than one IP for each IP family')
  if (!isHeadlessSpec(spec)) familyErrors(errors, clusterIPs, ipFamilies)
}

function spellingErrors(
  errors: FieldError[],
  clusterIPs: readonly string[],
  before: readonly string[],
): boolean {
  let fine = true
  for (const [i, ip] of clusterIPs.entries()) {
    if (i === 0 && ip === 'None') {
      if (clusterIPs.length === 1) continue
      errors.push(
        invalid('spec.clusterIPs', clusterIPs, "'None' must be the first and only value"),
      )
      fine = false
      continue
    }
    const wrong = ipErrors(where(SPEC, 'clusterIPs', i), ip, before)
    if (wrong.length > 0) fine = false
    errors.push(...wrong)
  }
  return fine
}

function familyErrors(
  errors: FieldError[],
  clusterIPs: readonly string[],
  ipFamilies: readonly string[],
): void {
  for (const [i, ip] of clusterIPs.entries()) {
    const family = ipFamilies[i]
    if (family !== 'IPv4' && family !== 'IPv6') continue
    if (isIpv6Text(ip) !== (family === 'IPv6'))
      errors.push(
        invalid(
          where(SPEC, 'clusterIPs', i),
          ip,
          `expected an ${family} value as indicated by \`ipFamilies[${i}]\``,
        ),
      )
  }
}

/** Source: core/validation validateUpgradeDowngradeClusterIPs, validateUpgradeDowngradeIPFamilies. */
export function addressUpdateErrors(
  errors: FieldError[],
  { spec = {} }: Service,
  { spec: old = {} }: Service,
): void {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return
  const headless = isHeadlessSpec(spec)
  const was = isHeadlessSpec(old)
  if (!(headless && was)) changedErrors(errors, { spec, old, field: 'clusterIPs' })
  if (!headless && !was) changedErrors(errors, { spec, old, field: 'ipFamilies' })
}

interface Change {
  readonly spec: ServiceSpec
  readonly old: ServiceSpec
  readonly field: 'clusterIPs' | 'ipFamilies'
}

/** The first stays; the second may come and, with a policy that says so, go. */
function changedErrors(errors: FieldError[], { spec, old, field }: Change): void {
  const now = spec[field] ?? []
  const then = old[field] ?? []
  const first = where(SPEC, field, 0)
  const one = field === 'clusterIPs' ? 'clusterIP' : 'ipFamily'
  if (now.length === then.length) {
    for (const [i, value] of then.entries())
      if (value !== now[i])
        errors.push(invalid(field === 'clusterIPs' ? where(SPEC, field, i) : first, now, FIXED))
    return
  }
  const gone = now.length < then.length
  if (gone && !spec.clusterIPs?.length)
    errors.push(invalid(first, now, `primary ${one} can not be unset`))
  if (then.length > 0 && now.length > 0 && now[0] !== then[0])
    errors.push(invalid(first, spec.clusterIPs ?? null, FIXED))
  if (gone && now.length === 1 && spec.ipFamilyPolicy !== 'SingleStack')
    errors.push(
      invalid(
        'spec.ipFamilyPolicy',
        spec.ipFamilyPolicy ?? null,
        `must be set to 'SingleStack' when releasing the secondary ${one}`,
      ),
    )
}
