import { forbidden, invalid, required, type FieldError } from '../../../meta/field-error.ts'
import { checkQualified } from '../../checks.ts'
import { cidrErrors } from '../../cidr.ts'
import { at } from '../../field-path.ts'
import type { Service } from '../../generated/core.gen.ts'

const SPEC = at(undefined, 'spec')
const RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges'
const ONLY = "may only be used when `type` is 'LoadBalancer'"

/** What only balancers have. Source: core/validation validateService. */
export function balancerErrors(
  errors: FieldError[],
  service: Service,
  before: Service | undefined,
): void {
  const { spec = {} } = service
  const balancer = spec.type === 'LoadBalancer'
  sourceRangeErrors(errors, service, before)
  const { allocateLoadBalancerNodePorts: allocate, loadBalancerClass } = spec
  if (allocate !== undefined && !balancer)
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', ONLY))
  if (allocate === undefined && balancer)
    errors.push(required('allocateLoadBalancerNodePorts', ''))
  classErrors(errors, loadBalancerClass, balancer)
}

/** Source: core/validation validateLoadBalancerClassField. */
export function balancerUpdateErrors(
  errors: FieldError[],
  { spec = {} }: Service,
  { spec: old = {} }: Service,
): void {
  const balancer = spec.type === 'LoadBalancer'
  if (balancer && old.type === 'LoadBalancer' && spec.loadBalancerClass !== old.loadBalancerClass)
    errors.push(
      invalid(
        'spec.loadBalancerClass',
        spec.loadBalancerClass ?? null,
        'may not change once set',
      ),
    )
  classErrors(errors, spec.loadBalancerClass, balancer)
}

function classErrors(errors: FieldError[], name: string | undefined, balancer: boolean): void {
  if (name === undefined) return
  if (balancer) checkQualified(errors, SPEC, 'loadBalancerClass', name)
  else errors.push(forbidden('spec.loadBalancerClass', ONLY))
}

function sourceRangeErrors(
  errors: FieldError[],
  { spec = {}, metadata }: Service,
  before: Service | undefined,
): void {
  const balancer = spec.type === 'LoadBalancer'
  const ranges = spec.loadBalancerSourceRanges ?? []
  if (ranges.length > 0) {
    const field = 'spec.LoadBalancerSourceRanges'
    if (!balancer) errors.push(forbidden(field, ONLY))
    const old = (before?.spec?.loadBalancerSourceRanges ?? []).map((range) => range.trim())
    for (const [i, range] of ranges.entries())
      errors.push(...cidrErrors(`${field}[${i}]`, range.trim(), old))
    return
  }
  const text = metadata.annotations?.[RANGES]
  if (text === undefined) return
  const field = `metadata.annotations[${RANGES}]`
  if (!balancer) errors.push(forbidden(field, ONLY))
  if (before?.metadata.annotations?.[RANGES] === text || text.trim() === '') return
  for (const range of text.trim().split(',')) errors.push(...cidrErrors(field, range.trim()))
}
