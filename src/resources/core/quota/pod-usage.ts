import type { Instant } from '../../../base/clock.ts'
import type { Quantity } from '../../../meta/quantity.ts'
import type { PodAffinityTerm, Pod } from '../../generated/core.gen.ts'
import type { Quantities, ResourceList } from '../../resource-list.ts'
import { isExtendedResource, isNativeResource } from '../../resource-name.ts'
import { effectiveLimits, effectiveRequests } from '../pod/effective-requests.ts'
import { qosClassOf } from '../pod/qos.ts'
import { ONE, type QuotaEvaluator } from './evaluator.ts'
import { classMatches } from './scope.ts'

const COUNT = 'count/pods'
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']
const NAMES = new Set([
  COUNT, 'pods', ...COMPUTE, ...COMPUTE.map((name) => `requests.${name}`), ...COMPUTE.map((name) => `limits.${name}`),
])
/** What each container must state once a quota counts it; an old mistake that is kept. */
const MUST_STATE = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']
const DEVICE_CLASS = 'deviceclass.resource.kubernetes.io/'

/** How Pods use a quota. Source: pkg/quota/v1/evaluator/core/pods.go. */
export const podEvaluator: QuotaEvaluator<Pod> = {
  counts: (name) =>
    NAMES.has(name) || name.startsWith('hugepages-') || name.startsWith('requests.hugepages-') || isExtended(name),
  handles: (operation, subresource, pod, before) => {
    if (subresource === 'resize') return operation === 'UPDATE'
    if (subresource !== '') return false
    return operation === 'CREATE' || isTerminating(pod) !== isTerminating(before!)
  },
  usage(pod) {
    const used: Quantities = new Map([[COUNT, ONE]])
    // What has ended holds nothing but its place in storage.
    if (isOver(pod)) return used
    used.set('pods', ONE)
    return addCompute(used, effectiveRequests(pod), effectiveLimits(pod))
  },
  heldUntil: ({ metadata }) =>
    metadata.deletionTimestamp === undefined || metadata.deletionGracePeriodSeconds === undefined
      ? undefined
      : Date.parse(metadata.deletionTimestamp) + metadata.deletionGracePeriodSeconds * 1000,
  usageAfter: new Map([[COUNT, ONE]]),
  inScope(selector, pod) {
    switch (selector.scopeName) {
      case 'Terminating': return isTerminating(pod)
      case 'NotTerminating': return !isTerminating(pod)
      case 'BestEffort': return qosClassOf(pod) === 'BestEffort'
      case 'NotBestEffort': return qosClassOf(pod) !== 'BestEffort'
      case 'PriorityClass': return classMatches(selector, [pod.spec?.priorityClassName])
      case 'CrossNamespacePodAffinity': return crossesNamespaces(pod)
      default: return false
    }
  },
  lacks: unstated,
}

const isOver = ({ status }: Pod): boolean => status?.phase === 'Failed' || status?.phase === 'Succeeded'

const isTerminating = ({ spec }: Pod): boolean => (spec?.activeDeadlineSeconds ?? -1) >= 0

const isExtended = (name: string): boolean =>
  name.startsWith('requests.') && (!isNativeResource(name) || name.startsWith(`requests.${DEVICE_CLASS}`))

/** Source: pods.go podComputeUsageHelper. */
function addCompute(used: Quantities, requests: Quantities, limits: Quantities): Quantities {
  for (const [name, amount] of requests) {
    const bounded = COMPUTE.includes(name) || name.startsWith('hugepages-')
    if (bounded) used.set(name, amount)
    if (bounded || isExtendedResource(name) || name.startsWith(DEVICE_CLASS)) used.set(`requests.${name}`, amount)
  }
  for (const [name, amount] of limits) if (COMPUTE.includes(name)) used.set(`limits.${name}`, amount)
  return used
}

/** Source: pods.go Constraints. */
function unstated({ spec }: Pod, counted: readonly string[]): string | undefined {
  if (!isEmpty(spec?.resources?.requests) || !isEmpty(spec?.resources?.limits)) return undefined
  const wanted = counted.filter((name) => MUST_STATE.includes(name)).toSorted()
  if (wanted.length === 0) return undefined
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
  const missing = wanted.flatMap((name) => {
    const without = containers.filter(({ resources }) => !states(name, resources?.requests, resources?.limits))
    const names = [...new Set(without.map((container) => container.name))].sort()
    return names.length === 0 ? [] : [`${name} for: ${names.join(',')}`]
  })
  return missing.length === 0 ? undefined : `must specify ${missing.join('; ')}`
}

function states(name: string, requests: ResourceList | undefined, limits: ResourceList | undefined): boolean {
  if (name.startsWith('limits.')) return limits?.[name.slice('limits.'.length)] !== undefined
  return requests?.[name.startsWith('requests.') ? name.slice('requests.'.length) : name] !== undefined
}

const isEmpty = (list: ResourceList | undefined): boolean => Object.keys(list ?? {}).length === 0

function crossesNamespaces({ spec }: Pod): boolean {
  return [spec?.affinity?.podAffinity, spec?.affinity?.podAntiAffinity].some(
    (side) =>
      side?.requiredDuringSchedulingIgnoredDuringExecution?.some(crosses) ||
      side?.preferredDuringSchedulingIgnoredDuringExecution?.some(({ podAffinityTerm }) => crosses(podAffinityTerm)),
  )
}

const crosses = ({ namespaces, namespaceSelector }: PodAffinityTerm): boolean =>
  (namespaces ?? []).length > 0 || namespaceSelector !== undefined
