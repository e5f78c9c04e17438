import { compareQuantity, quantityText, type Quantity } from '../../../meta/quantity.ts'
import type { PodSpec } from '../../generated/core.gen.ts'
import { quantitiesOf, type ResourceList } from '../../resource-list.ts'
import { isHugePages, isOvercommitAllowed, isPodLevelResource } from '../../resource-name.ts'
import { containerTotal } from './requests.ts'

/**
 * Completes what a Pod asks as a whole from what its containers ask.
 * Source: pkg/api/pod/util.go DefaultPodLevelResources, KEP-2837.
 */
export function setPodLevelResources(spec: PodSpec): void {
  const { resources } = spec
  if (!resources || (isEmpty(resources.requests) && isEmpty(resources.limits))) return
  const requests = { ...resources.requests }
  const limits = { ...resources.limits }
  const limitTotal = containerTotal(spec, 'limits')
  for (const [name, quantity] of limitTotal)
    if (isHugePages(name) && requests[name] === undefined)
      limits[name] ??= quantityText(quantity)
  for (const [name, quantity] of containerTotal(spec, 'requests'))
    if (isPodLevelResource(name) && isOvercommitAllowed(name))
      requests[name] ??= quantityText(quantity)
  for (const name in limits) if (isPodLevelResource(name)) requests[name] ??= limits[name]!
  raiseLimits(spec, { requests, limits, limitTotal })
  if (!isEmpty(requests)) resources.requests = requests
  if (!isEmpty(limits)) resources.limits = limits
}

interface Lists {
  readonly requests: ResourceList
  readonly limits: ResourceList
  readonly limitTotal: ReadonlyMap<string, Quantity>
}

/** A limit follows only where every container has one. Source: aggregateContainerLimits. */
function raiseLimits(spec: PodSpec, { requests, limits, limitTotal }: Lists): void {
  const asked = quantitiesOf(requests)
  for (const [name, request] of asked) {
    const total = limitTotal.get(name)
    if (!isPodLevelResource(name) || limits[name] !== undefined || !total) continue
    if (!everyContainerLimits(spec, name)) continue
    limits[name] = quantityText(compareQuantity(request, total) > 0 ? request : total)
  }
}

const everyContainerLimits = (spec: PodSpec, name: string): boolean =>
  [...(spec.containers ?? []), ...(spec.initContainers ?? [])].every(
    ({ resources }) => resources?.limits?.[name] !== undefined,
  )

const isEmpty = (list: ResourceList | undefined): boolean => {
  for (const _ in list) return false
  return true
}
