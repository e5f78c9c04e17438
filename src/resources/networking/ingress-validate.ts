import { invalid, notSupported, required, type FieldError } from '../../meta/field-error.ts'
import {
  isDns1123Subdomain,
  isPortName,
  isValidPortNum,
  isWildcardDns1123Subdomain,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
} from '../../meta/names.ts'
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressServiceBackend,
  IngressTLS,
} from '../generated/networking.gen.ts'
import { ipErrors, parseIp } from '../ip.ts'
import { referenceErrors } from './references.ts'

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix']
const NOT_IN_PATHS = ['//', '/./', '/../', '%2f', '%2F']
const NOT_AT_ENDS = ['/..', '/.']
const NO_ADDRESS = 'must be a DNS name, not an IP address'

/** Source: networking/validation ValidateIngressSpec. */
export function ingressErrors({ spec = {} }: Ingress): FieldError[] {
  const { defaultBackend, rules = [], tls = [], ingressClassName } = spec
  const errors: FieldError[] = []
  if (rules.length === 0 && !defaultBackend)
    errors.push(
      invalid('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified'),
    )
  if (defaultBackend) backendErrors(errors, 'spec.defaultBackend', defaultBackend)
  for (const [i, { host, http }] of rules.entries()) {
    if (host) hostErrors(errors, `spec.rules[${i}].host`, host, true)
    if (!http) continue
    const list = `spec.rules[${i}].http.paths`
    if (!http.paths?.length) errors.push(required(list, ''))
    for (const [j, path] of (http.paths ?? []).entries())
      pathErrors(errors, `${list}[${j}]`, path)
  }
  for (const [i, item] of tls.entries()) tlsErrors(errors, `spec.tls[${i}]`, item)
  if (ingressClassName !== undefined)
    for (const reason of nameIsDnsSubdomain(ingressClassName, false))
      errors.push(invalid('spec.ingressClassName', ingressClassName, reason))
  return errors
}

function hostErrors(errors: FieldError[], field: string, host: string, notIp: boolean): void {
  if (notIp && parseIp(host)) errors.push(invalid(field, host, NO_ADDRESS))
  const check = host.includes('*') ? isWildcardDns1123Subdomain : isDns1123Subdomain
  for (const reason of check(host)) errors.push(invalid(field, host, reason))
}

function tlsErrors(errors: FieldError[], field: string, { hosts = [], secretName }: IngressTLS): void {
  for (const [i, host] of hosts.entries()) hostErrors(errors, `${field}.hosts[${i}]`, host, false)
  if (secretName)
    for (const reason of nameIsDnsSubdomain(secretName, false))
      errors.push(invalid(`${field}.secretName`, secretName, reason))
}

/** Source: networking/validation validateHTTPIngressPath. */
function pathErrors(errors: FieldError[], field: string, item: HTTPIngressPath): void {
  const { path = '', pathType, backend = {} } = item
  const wrong = (why: string): void => void errors.push(invalid(`${field}.path`, path, why))
  if (pathType === undefined)
    return void errors.push(required(`${field}.pathType`, 'pathType must be specified'))
  if (!PATH_TYPES.includes(pathType))
    errors.push(notSupported(`${field}.pathType`, pathType, PATH_TYPES))
  else {
    const any = pathType === 'ImplementationSpecific'
    if (!path.startsWith('/') && !(any && path === '')) wrong('must be an absolute path')
    if (!any) {
      for (const odd of NOT_IN_PATHS) if (path.includes(odd)) wrong(`must not contain '${odd}'`)
      for (const odd of NOT_AT_ENDS) if (path.endsWith(odd)) wrong(`cannot end with '${odd}'`)
    }
  }
  backendErrors(errors, `${field}.backend`, backend)
}

function backendErrors(
  errors: FieldError[],
  field: string,
  { resource, service }: Partial<IngressBackend>,
): void {
  if (resource && service)
    errors.push(invalid(field, '', 'cannot set both resource and service backends'))
  else if (resource) errors.push(...referenceErrors(`${field}.resource`, resource))
  else if (service) serviceErrors(errors, field, service)
  else errors.push(invalid(field, '', 'resource or service backend is required'))
}

function serviceErrors(
  errors: FieldError[],
  field: string,
  { name: service, port }: IngressServiceBackend,
): void {
  const { name, number } = port ?? {}
  const check = (below: string, shown: unknown, reasons: readonly string[]): void => {
    for (const reason of reasons) errors.push(invalid(`${field}.service.${below}`, shown, reason))
  }
  if (service) check('name', service, nameIsDnsLabel(service, false))
  else errors.push(required(`${field}.service.name`, ''))
  if (name && number) errors.push(invalid(field, '', 'cannot set both port name & port number'))
  else if (name) check('port.name', name, isPortName(name))
  else if (number) check('port.number', number, isValidPortNum(number))
  else errors.push(required(field, 'port name or number is required'))
}

/** Source: networking/validation ValidateIngressLoadBalancerStatus. */
export function ingressStatusErrors({ status }: Ingress, before: Ingress): FieldError[] {
  const known = (before.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []))
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, i) => {
    const field = `status.loadBalancer.ingress[${i}]`
    const errors = ip ? ipErrors(`${field}.ip`, ip, known) : []
    if (!hostname) return errors
    for (const reason of isDns1123Subdomain(hostname))
      errors.push(invalid(`${field}.hostname`, hostname, reason))
    if (parseIp(hostname)) errors.push(invalid(`${field}.hostname`, hostname, NO_ADDRESS))
    return errors
  })
}
