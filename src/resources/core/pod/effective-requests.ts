import type { Container, ContainerStatus, Pod, PodSpec } from '../../generated/core.gen.ts'
import { isPodLevelResource } from '../../resource-name.ts'
import { addList, quantitiesOf, raiseAll, type Quantities, type ResourceList } from '../../resource-list.ts'
import { containerTotal, podLimits, podRequests } from './requests.ts'

type Side = 'requests' | 'limits'

/**
 * What a Pod holds while it is resized: the most of what it asks for, what was allocated to it and what it
 * runs with. Source: k8s.io/component-helpers/resource PodRequests with UseStatusResources.
 */
export const effectiveRequests = (pod: Pod): Quantities =>
  isReported(pod) ? effective(pod, 'requests') : podRequests(pod)

/** The limits, by the same rules; nothing is allocated of them. */
export const effectiveLimits = (pod: Pod): Quantities =>
  isReported(pod) ? effective(pod, 'limits') : podLimits(pod)

/** A Pod that no node has reported on holds what it asks for. */
const isReported = ({ status }: Pod): boolean =>
  (status?.containerStatuses?.length ?? 0) > 0 || (status?.initContainerStatuses?.length ?? 0) > 0

function effective(pod: Pod, side: Side): Quantities {
  const { spec, status } = pod
  if (!spec) return new Map()
  const infeasible = status?.conditions?.find(({ type }) => type === 'PodResizePending')?.reason === 'Infeasible'
  const statuses = statusesOf(pod)
  const listed = (give: (container: Container, status: ContainerStatus | undefined) => ResourceList | undefined) =>
    containerTotal(withLists(spec, side, (container) => give(container, statuses.get(container.name))), side)
  const actual = listed((container, own) =>
    own?.resources?.[side] ?? (infeasible ? undefined : container.resources?.[side]))
  const total: Quantities = new Map(actual)
  if (side === 'requests')
    raiseAll(total, listed((container, own) =>
      own?.allocatedResources ?? (infeasible ? undefined : container.resources?.requests)))
  if (!infeasible) raiseAll(total, containerTotal(spec, side))
  for (const [name, quantity] of quantitiesOf(spec.resources?.[side]))
    if (isPodLevelResource(name)) total.set(name, quantity)
  addOverhead(total, spec.overhead, side)
  return total
}

const statusesOf = ({ status }: Pod): Map<string, ContainerStatus> =>
  new Map(
    [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].map((one) => [one.name, one]),
  )

/** The spec as if its containers asked for these amounts. */
function withLists(spec: PodSpec, side: Side, give: (container: Container) => ResourceList | undefined): PodSpec {
  const changed = (container: Container): Container => ({ ...container, resources: { [side]: give(container) ?? {} } })
  return { ...spec, containers: spec.containers.map(changed), initContainers: spec.initContainers?.map(changed) }
}

function addOverhead(total: Quantities, overhead: ResourceList | undefined, side: Side): void {
  if (side === 'requests') return addList(total, overhead)
  for (const name in overhead) if (total.get(name)?.unscaled) addList(total, { [name]: overhead[name]! })
}
