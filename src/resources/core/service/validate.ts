import { forbidden, invalid, notSupported, required, type FieldError } from '../../../meta/field-error.ts'
import { validateLabels } from '../../../meta/validate-label-selector.ts'
import { checkSubdomain } from '../../checks.ts'
import { at } from '../../field-path.ts'
import type { Service, ServiceSpec } from '../../generated/core.gen.ts'
import { endpointIpErrors, ipErrors } from '../../ip.ts'
import { needsHealthPort } from './traits.ts'
import { addressErrors, addressUpdateErrors, isHeadlessSpec } from './validate-addresses.ts'
import { balancerErrors, balancerUpdateErrors } from './validate-balancer.ts'
import { portClashErrors, portErrors } from './validate-ports.ts'
import { trafficErrors } from './validate-traffic.ts'

const SPEC = at(undefined, 'spec')
const PORTS = at(SPEC, 'ports')
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const HINTS = 'service.kubernetes.io/topology-aware-hints'
const MODE = 'service.kubernetes.io/topology-mode'
/** A day. Source: core/v1 MaxClientIPServiceAffinitySeconds. */
const AFFINITY_SECONDS_MAX = 86_400

/** Source: core/validation ValidateServiceCreate. */
export const serviceErrors = (service: Service): FieldError[] => bodyErrors(service, undefined)

/** Source: core/validation ValidateServiceUpdate. */
export function serviceUpdateErrors(service: Service, before: Service): FieldError[] {
  const errors: FieldError[] = []
  addressUpdateErrors(errors, service, before)
  balancerUpdateErrors(errors, service, before)
  const { spec = {} } = service
  const { spec: old = {} } = before
  if (needsHealthPort(old) && needsHealthPort(spec))
    if (spec.healthCheckNodePort !== old.healthCheckNodePort)
      errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'))
  return [...errors, ...bodyErrors(service, before)]
}

/** Source: core/validation validateService, in its order. */
function bodyErrors(service: Service, before: Service | undefined): FieldError[] {
  const errors: FieldError[] = []
  const { spec = {}, metadata } = service
  const { [HINTS]: hints, [MODE]: mode } = metadata.annotations ?? {}
  if (hints !== undefined && mode !== undefined && hints !== mode)
    errors.push(
      invalid(
        `metadata.annotations[${MODE}]`,
        mode,
        `must match annotations[${HINTS}] when both are specified`,
      ),
    )
  const external = spec.type === 'ExternalName'
  if (!spec.ports?.length && !isHeadlessSpec(spec) && !external)
    errors.push(required('spec.ports', ''))
  typeErrors(errors, spec)
  portErrors(errors, PORTS, spec.ports ?? [])
  if (spec.selector) errors.push(...validateLabels('spec.selector', spec.selector))
  affinityErrors(errors, spec)
  addressErrors(errors, spec, before?.spec)
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) {
    const field = `spec.externalIPs[${i}]`
    const wrong = ipErrors(field, ip, before?.spec?.externalIPs)
    errors.push(...(wrong.length > 0 ? wrong : endpointIpErrors(field, ip)))
  }
  if (!spec.type) errors.push(required('spec.type', ''))
  else if (!TYPES.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, TYPES))
  portClashErrors(errors, PORTS, service)
  balancerErrors(errors, service, before)
  trafficErrors(errors, spec)
  return errors
}

function typeErrors(errors: FieldError[], spec: ServiceSpec): void {
  const { type, clusterIPs = [], ipFamilies = [], ipFamilyPolicy, externalName = '' } = spec
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadlessSpec(spec))
    errors.push(
      invalid(
        'spec.clusterIPs[0]',
        clusterIPs[0],
        `may not be set to 'None' for ${type} services`,
      ),
    )
  if (type !== 'ExternalName') return
  const refuse = (field: string): void =>
    void errors.push(forbidden(`spec.${field}`, 'may not be set for ExternalName services'))
  if (clusterIPs.length > 0) refuse('clusterIPs')
  if (ipFamilies.length > 0) refuse('ipFamilies')
  if (ipFamilyPolicy !== undefined) refuse('ipFamilyPolicy')
  const name = externalName.endsWith('.') ? externalName.slice(0, -1) : externalName
  if (name === '') errors.push(required('spec.externalName', ''))
  else checkSubdomain(errors, SPEC, 'externalName', name)
}

/** Source: core/validation validateClientIPAffinityConfig. */
function affinityErrors(errors: FieldError[], spec: ServiceSpec): void {
  const { sessionAffinity: affinity = '', sessionAffinityConfig: config } = spec
  const field = 'spec.sessionAffinityConfig'
  if (affinity === '') errors.push(required('spec.sessionAffinity', ''))
  else if (affinity !== 'ClientIP' && affinity !== 'None')
    errors.push(notSupported('spec.sessionAffinity', affinity, ['ClientIP', 'None']))
  if (affinity === 'None' && config)
    errors.push(forbidden(field, 'must not be set when session affinity is None'))
  if (affinity !== 'ClientIP') return
  const seconds = config?.clientIP?.timeoutSeconds
  const missing = (step: string): void =>
    void errors.push(required(`${field}${step}`, 'when session affinity type is ClientIP'))
  if (!config) missing('')
  else if (!config.clientIP) missing('.clientIP')
  else if (seconds === undefined) missing('.clientIP.timeoutSeconds')
  else if (seconds <= 0 || seconds > AFFINITY_SECONDS_MAX)
    errors.push(
      invalid(
        `${field}.clientIP.timeoutSeconds`,
        seconds,
        `must be greater than 0 and less than ${AFFINITY_SECONDS_MAX}`,
      ),
    )
}
