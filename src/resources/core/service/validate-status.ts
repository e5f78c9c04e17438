import { forbidden, invalid, notSupported, required, type FieldError } from '../../../meta/field-error.ts'
import { isDns1123Subdomain } from '../../../meta/names.ts'
import type { Service } from '../../generated/core.gen.ts'
import { ipErrors, parseIp } from '../../ip.ts'

const MODES = ['Proxy', 'VIP']

/** Source: core/validation ValidateServiceStatusUpdate. */
export function serviceStatusErrors(service: Service, before: Service): FieldError[] {
  const ingress = service.status?.loadBalancer?.ingress ?? []
  const list = 'status.loadBalancer.ingress'
  if (service.spec?.type !== 'LoadBalancer' && ingress.length > 0)
    return [forbidden(list, "may only be used when `spec.type` is 'LoadBalancer'")]
  const known = (before.status?.loadBalancer?.ingress ?? []).map(({ ip = '' }) => ip)
  const errors: FieldError[] = []
  for (const [i, { ip = '', ipMode, hostname = '' }] of ingress.entries()) {
    const field = `${list}[${i}]`
    if (ip !== '') errors.push(...ipErrors(`${field}.ip`, ip, known))
    if (ipMode === undefined) {
      if (ip !== '')
        errors.push(required(`${field}.ipMode`, 'must be specified when `ip` is set'))
    } else if (ip === '')
      errors.push(forbidden(`${field}.ipMode`, 'may not be specified when `ip` is not set'))
    else if (!MODES.includes(ipMode)) errors.push(notSupported(`${field}.ipMode`, ipMode, MODES))
    if (hostname === '') continue
    for (const reason of isDns1123Subdomain(hostname))
      errors.push(invalid(`${field}.hostname`, hostname, reason))
    if (parseIp(hostname))
      errors.push(
        invalid(`${field}.hostname`, hostname, 'must be a DNS name, not an IP address'),
      )
  }
  return errors
}
