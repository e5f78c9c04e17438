import { matches, selectorOfLabels, type LabelSelector } from '../../meta/label-selector.ts'
import { objectKey } from '../../meta/key.ts'
import type { View } from '../../projections/view.ts'
import { equal, equalMaps } from '../../resources/equal.ts'
import type { Pod, Service } from '../../resources/generated/core.gen.ts'
import type { Watch } from '../runtime/reconciler.ts'
import { isSelecting } from './endpoint-pods.ts'
import { isPodReady, isPodTerminal } from './pod-state.ts'

/**
 * Pods lead to the Services that select them, before or after; only what an endpoint is made of
 * counts. Source: endpointslice/util GetPodUpdateProjectionKey, GetServicesToUpdate.
 */
export function servedPodsWatch(): Watch {
  const compiled = new WeakMap<Service, LabelSelector>()
  const selectorOf = (service: Service): LabelSelector => {
    let selector = compiled.get(service)
    if (!selector) compiled.set(service, (selector = selectorOfLabels(service.spec?.selector)))
    return selector
  }
  const servicesOf = (pod: Pod, view: View): string[] =>
    view
      .list<Service>('services', pod.metadata.namespace ?? '')
      .filter((each) => isSelecting(each) && matches(selectorOf(each), pod.metadata.labels))
      .map((each) => objectKey(each.metadata.namespace, each.metadata.name ?? ''))
  return {
    resource: 'pods',
    keysOf(change, view) {
      const before = change.before() as Pod | undefined
      const after = change.after() as Pod | undefined
      if (before && after && isSameEndpoint(before, after)) return []
      // A pod without an address is in nobody's endpoints.
      const pods = [before, after].filter((pod) => pod !== undefined).filter(hasAddress)
      return [...new Set(pods.flatMap((pod) => servicesOf(pod, view)))]
    },
  }
}

const hasAddress = (pod: Pod): boolean =>
  Boolean(pod.status?.podIP) || (pod.status?.podIPs ?? []).length > 0

const isSameEndpoint = (a: Pod, b: Pod): boolean =>
  a.metadata.uid === b.metadata.uid &&
  a.metadata.deletionTimestamp === b.metadata.deletionTimestamp &&
  isPodReady(a) === isPodReady(b) &&
  isPodTerminal(a) === isPodTerminal(b) &&
  a.status?.podIP === b.status?.podIP &&
  equal(a.status?.podIPs, b.status?.podIPs) &&
  a.spec?.nodeName === b.spec?.nodeName &&
  a.spec?.hostname === b.spec?.hostname &&
  a.spec?.subdomain === b.spec?.subdomain &&
  equalMaps(a.metadata.labels, b.metadata.labels)
