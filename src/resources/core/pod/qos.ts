import type { Pod, ResourceRequirements } from '../../generated/core.gen.ts'
import { isPodLevelResource } from '../../resource-name.ts'
import { sameQuantity } from '../../resource-list.ts'

/** Source: core/v1 PodQOSClass. */
export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

/** Source: pkg/apis/core/helper/qos ComputePodQOS. */
export function qosClassOf({ spec }: Pick<Pod, 'spec'>): QosClass {
  if (spec?.resources && asksPodLevel(spec.resources)) return classOf(spec.resources)
  let found: QosClass | undefined
  for (const list of [spec?.initContainers, spec?.containers])
    for (const container of list ?? []) {
      const own = classOf(container.resources)
      if (own === 'Burstable' || (found !== undefined && found !== own)) return 'Burstable'
      found = own
    }
  return found ?? 'BestEffort'
}

const asksPodLevel = ({ requests, limits }: ResourceRequirements): boolean =>
  Object.keys(requests ?? {}).some(isPodLevelResource) ||
  Object.keys(limits ?? {}).some(isPodLevelResource)

function classOf(resources: ResourceRequirements | undefined): QosClass {
  if (!resources?.requests && !resources?.limits) return 'BestEffort'
  const cpu = resourceClass(resources, 'cpu')
  return cpu === resourceClass(resources, 'memory') ? cpu : 'Burstable'
}

function resourceClass({ requests, limits }: ResourceRequirements, name: string): QosClass {
  const request = requests?.[name]
  if (!sameQuantity(request, limits?.[name])) return 'Burstable'
  return sameQuantity(request, '0') ? 'BestEffort' : 'Guaranteed'
}
