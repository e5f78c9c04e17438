import { compareQuantity, parseQuantity, quantityFrom, roundUpQuantity, type Quantity } from '../../../meta/quantity.ts'
import type { PersistentVolumeClaim, Service } from '../../generated/core.gen.ts'
import type { Quantities } from '../../resource-list.ts'
import { ONE, type QuotaEvaluator } from './evaluator.ts'
import { podEvaluator } from './pod-usage.ts'
import { classMatches } from './scope.ts'

/** Resources that no quota counts. Source: pkg/quota/v1/install/registry.go ignoredResources. */
const IGNORED = ['events']

/** Names from before `count/`. Source: evaluator/core/registry.go legacyObjectCountAliases. */
const LEGACY = ['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']

const BY_CLASS = '.storageclass.storage.k8s.io/'
const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class'

/** Source: evaluator/core/services.go. */
const serviceEvaluator: QuotaEvaluator<Service> = {
  counts: (name) =>
    ['count/services', 'services', 'services.nodeports', 'services.loadbalancers'].includes(name),
  handles: (_operation, subresource) => subresource === '',
  usage({ spec }) {
    const { type, ports = [], allocateLoadBalancerNodePorts = true } = spec ?? {}
    const given = ports.filter(({ nodePort }) => nodePort).length
    const nodePorts = type === 'NodePort' ? ports.length
      : type !== 'LoadBalancer' ? 0
      : allocateLoadBalancerNodePorts ? ports.length : given
    return new Map([
      ['count/services', ONE], ['services', ONE],
      ['services.nodeports', quantityFrom(nodePorts)],
      ['services.loadbalancers', quantityFrom(type === 'LoadBalancer' ? 1 : 0)],
    ])
  },
}

/** Source: evaluator/core/persistent_volume_claims.go. */
const claimEvaluator: QuotaEvaluator<PersistentVolumeClaim> = {
  counts: (name) =>
    ['count/persistentvolumeclaims', 'persistentvolumeclaims', 'requests.storage'].includes(name) ||
    name.endsWith(`${BY_CLASS}persistentvolumeclaims`) || name.endsWith(`${BY_CLASS}requests.storage`),
  handles: (_operation, subresource) => subresource === '',
  usage(claim) {
    const used: Quantities = new Map([['persistentvolumeclaims', ONE], ['count/persistentvolumeclaims', ONE]])
    const name = claim.metadata.annotations?.[BETA_CLASS] ?? claim.spec?.storageClassName ?? ''
    if (name !== '') used.set(`${name}${BY_CLASS}persistentvolumeclaims`, ONE)
    const storage = storageOf(claim)
    if (!storage) return used
    used.set('requests.storage', storage)
    if (name !== '') used.set(`${name}${BY_CLASS}requests.storage`, storage)
    return used
  },
  inScope: (selector, { spec, status }) =>
    selector.scopeName === 'VolumeAttributesClass' &&
    classMatches(selector, [
      spec?.volumeAttributesClassName, status?.currentVolumeAttributesClassName,
      status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
    ]),
}

/** Whole bytes: the larger of what is asked for and what a resize was given. */
function storageOf({ spec, status }: PersistentVolumeClaim): Quantity | undefined {
  const asked = amount(spec?.resources?.requests?.['storage'])
  const allocated = amount(status?.allocatedResources?.['storage'])
  return asked && allocated && compareQuantity(allocated, asked) > 0 ? allocated : asked
}

function amount(text: string | undefined): Quantity | undefined {
  const parsed = text === undefined ? undefined : parseQuantity(String(text))
  return parsed?.ok ? roundUpQuantity(parsed.value, 0) : undefined
}

/** Counts objects alone. Source: quota/v1/generic NewObjectCountEvaluator. */
function objectCount(resource: string): QuotaEvaluator {
  const names = [`count/${resource}`, ...(LEGACY.includes(resource) ? [resource] : [])]
  const used: Quantities = new Map(names.map((name) => [name, ONE]))
  return {
    counts: (name) => names.includes(name),
    handles: (operation, subresource) => operation === 'CREATE' && subresource === '',
    blind: true,
    usage: () => used,
  }
}

/** Finds evaluators; those that only count are made when a resource is first seen. */
export type Evaluators = (resource: string) => QuotaEvaluator | undefined

/** Evaluators by storage resource; undefined for what no quota counts. */
export function quotaEvaluators(): Evaluators {
  const known = new Map<string, QuotaEvaluator>([
    ['pods', podEvaluator as unknown as QuotaEvaluator],
    ['services', serviceEvaluator as unknown as QuotaEvaluator],
    ['persistentvolumeclaims', claimEvaluator as unknown as QuotaEvaluator],
  ])
  return (resource) => {
    if (IGNORED.includes(resource)) return undefined
    let found = known.get(resource)
    if (!found) known.set(resource, (found = objectCount(resource)))
    return found
  }
}
