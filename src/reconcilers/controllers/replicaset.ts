import { splitKey } from '../../meta/key.ts'
import { controllerOf } from '../../meta/owner.ts'
import { labelSelectorOf } from '../../meta/label-selector.ts'
import type { View } from '../../projections/view.ts'
import type { ReplicaSet } from '../../resources/generated/apps.gen.ts'
import type { Pod } from '../../resources/generated/core.gen.ts'
import { NOTHING, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'
import { planPodSet, planRefusedPod, podSetNotes, type PodSet } from './pod-set.ts'
import { ownedWatch, ownWatch } from './pod-set-watches.ts'

const RESOURCE = 'replicasets.apps'
const NAME = 'replicaset-controller'

/** Keeps as many pods as each ReplicaSet wants. Source: pkg/controller/replicaset. */
export function replicaSetController(): Reconciler {
  const owners = {
    resource: RESOURCE,
    kind: 'ReplicaSet',
    apiGroup: 'apps',
    selectorOf: (set: ReplicaSet) => set.spec.selector,
  }
  const find = (key: string, view: View): ReplicaSet | undefined => {
    const { namespace, name } = splitKey(key)
    return view.get<ReplicaSet>(RESOURCE, namespace, name)
  }
  return {
    name: NAME,
    user: controllerUser(NAME),
    watches: [ownWatch(RESOURCE), ownedWatch('pods', owners)],
    reconcile(key, view, now) {
      const set = find(key, view)
      return set ? planPodSet(podSetOf(set), view, now) : NOTHING
    },
    accepted: podSetNotes,
    refused(key, refusal, view, now) {
      const set = find(key, view)
      return set ? planRefusedPod(podSetOf(set), refusal, view, now) : NOTHING
    },
  }
}

const podSetOf = (set: ReplicaSet): PodSet => ({
  resource: RESOURCE,
  gvk: { group: 'apps', version: 'v1', kind: 'ReplicaSet' },
  object: set,
  replicas: set.spec.replicas ?? 1,
  minReadySeconds: set.spec.minReadySeconds ?? 0,
  selector: set.spec.selector,
  template: set.spec.template,
  status: set.status,
  countsTerminating: true,
  related: (view) => relatedPods(set, view),
})

/**
 * Pods of all ReplicaSets of the same Deployment. Source: replica_set.go getIndirectlyRelatedPods.
 */
function relatedPods(set: ReplicaSet, view: View): Pod[] {
  const owner = controllerOf(set)
  if (!owner) return []
  const namespace = set.metadata.namespace ?? ''
  const found = new Map<string, Pod>()
  for (const sibling of view.byController<ReplicaSet>(RESOURCE, owner.uid, namespace)) {
    const selector = labelSelectorOf(sibling.spec.selector)
    if (!selector.ok) continue
    for (const pod of view.bySelector<Pod>('pods', namespace, selector.value))
      found.set(pod.metadata.uid ?? '', pod)
  }
  return [...found.values()]
}
