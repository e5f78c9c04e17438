import { splitKey } from '../../meta/key.ts'
import type { LabelSelectorSpec } from '../../meta/label-selector.ts'
import type { View } from '../../projections/view.ts'
import type { ReplicationController } from '../../resources/generated/core.gen.ts'
import { NOTHING, type Reconciler } from '../runtime/reconciler.ts'
import { controllerUser } from './account.ts'
import { planPodSet, planRefusedPod, podSetNotes, type PodSet } from './pod-set.ts'
import { ownedWatch, ownWatch } from './pod-set-watches.ts'

const RESOURCE = 'replicationcontrollers'
const NAME = 'replication-controller'

/** Keeps as many pods as each ReplicationController wants. Source: pkg/controller/replication. */
export function replicationControllerController(): Reconciler {
  const owners = {
    resource: RESOURCE,
    kind: 'ReplicationController',
    apiGroup: '',
    selectorOf,
  }
  const find = (key: string, view: View): ReplicationController | undefined => {
    const { namespace, name } = splitKey(key)
    return view.get<ReplicationController>(RESOURCE, namespace, name)
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

/** Its selector is a plain map; an empty one selects nothing here, never everything. */
const selectorOf = (set: ReplicationController): LabelSelectorSpec | undefined => {
  const matchLabels = set.spec?.selector
  return matchLabels && Object.keys(matchLabels).length > 0 ? { matchLabels } : undefined
}

const podSetOf = (set: ReplicationController): PodSet => ({
  resource: RESOURCE,
  gvk: { group: '', version: 'v1', kind: 'ReplicationController' },
  object: set,
  replicas: set.spec?.replicas ?? 1,
  minReadySeconds: set.spec?.minReadySeconds ?? 0,
  selector: selectorOf(set),
  template: set.spec?.template,
  status: set.status,
  countsTerminating: false,
  related: () => [],
})
