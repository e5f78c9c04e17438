import type { Container, Pod, PodSpec } from '../../generated/core.gen.ts'
import { isPodLevelResource } from '../../resource-name.ts'
import {
  addAll,
  addList,
  quantitiesOf,
  raiseAll,
  type Quantities,
  type ResourceList,
} from '../../resource-list.ts'

/** An init container that keeps running beside the others (KEP-753). */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always'

/**
 * What a Pod asks of a node: containers and sidecars together, or the most that any init container
 * needs, replaced by Pod-level requests where given, plus overhead.
 * Source: k8s.io/component-helpers/resource PodRequests.
 */
export function podRequests({ spec }: Pick<Pod, 'spec'>): Quantities {
  if (!spec) return new Map()
  const total = containerTotal(spec, 'requests')
  replacePodLevel(total, spec.resources?.requests)
  addList(total, spec.overhead)
  return total
}

/** The limits, by the same rules; overhead counts only where there is a limit. */
export function podLimits({ spec }: Pick<Pod, 'spec'>): Quantities {
  if (!spec) return new Map()
  const total = containerTotal(spec, 'limits')
  replacePodLevel(total, spec.resources?.limits)
  const overhead: ResourceList = {}
  for (const [name, amount] of Object.entries(spec.overhead ?? {}))
    if (total.get(name)?.unscaled) overhead[name] = amount
  addList(total, overhead)
  return total
}

/** Source: k8s.io/component-helpers/resource AggregateContainerRequests, AggregateContainerLimits. */
export function containerTotal(spec: PodSpec, side: 'requests' | 'limits'): Quantities {
  const total: Quantities = new Map()
  for (const container of spec.containers ?? []) addList(total, container.resources?.[side])
  if (!spec.initContainers?.length) return total
  const sidecars: Quantities = new Map()
  const most: Quantities = new Map()
  for (const container of spec.initContainers) {
    const own = quantitiesOf(container.resources?.[side])
    if (isSidecar(container)) {
      addAll(total, own)
      addAll(sidecars, own)
      raiseAll(most, sidecars)
    } else {
      addAll(own, sidecars)
      raiseAll(most, own)
    }
  }
  raiseAll(total, most)
  return total
}

function replacePodLevel(total: Quantities, list: ResourceList | undefined): void {
  for (const [name, quantity] of quantitiesOf(list))
    if (isPodLevelResource(name)) total.set(name, quantity)
}
