import { invalid, notSupported, required, type FieldError } from '../../../meta/field-error.ts'
import { checkPort } from '../../checks.ts'
import { at } from '../../field-path.ts'
import type { ServiceSpec } from '../../generated/core.gen.ts'
import { externallyAccessible, needsClusterIp, needsHealthPort } from './traits.ts'

const SPEC = at(undefined, 'spec')
const POLICIES = ['Cluster', 'Local']
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']

/**
 * Source: core/validation validateServiceExternalTrafficPolicy and its neighbours. A port for health
 * checks that is still missing is given out after validation, so it is not asked for here.
 */
export function trafficErrors(errors: FieldError[], spec: ServiceSpec): void {
  const { externalTrafficPolicy: external = '', internalTrafficPolicy: internal } = spec
  const { healthCheckNodePort: health = 0, trafficDistribution: distribution } = spec
  const field = 'spec.externalTrafficPolicy'
  if (!externallyAccessible(spec)) {
    if (external !== '')
      errors.push(
        invalid(field, external, 'may only be set for externally-accessible services'),
      )
  } else if (external === '') errors.push(required(field, ''))
  else if (!POLICIES.includes(external)) errors.push(notSupported(field, external, POLICIES))
  if (health !== 0 && !needsHealthPort(spec))
    errors.push(
      invalid(
        'spec.healthCheckNodePort',
        health,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    )
  else if (health !== 0) checkPort(errors, SPEC, 'healthCheckNodePort', health)
  if (internal === undefined && needsClusterIp(spec) && spec.type)
    errors.push(required('spec.internalTrafficPolicy', ''))
  if (internal !== undefined && !POLICIES.includes(internal))
    errors.push(notSupported('spec.internalTrafficPolicy', internal, POLICIES))
  if (distribution !== undefined && !DISTRIBUTIONS.includes(distribution))
    errors.push(notSupported('spec.trafficDistribution', distribution, DISTRIBUTIONS))
}
