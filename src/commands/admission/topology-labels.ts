import type { Binding, Pod } from '../../resources/generated/core.gen.ts'
import type { AdmissionRule } from '../environment.ts'

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region']

/** A Pod carries the zone and region of its node, from its binding on. Source: plugin/pkg/admission/podtopologylabels. */
export const topologyLabels: AdmissionRule = {
  name: 'PodTopologyLabels',
  resources: ['pods'],
  subresources: ['', 'binding'],
  operations: ['CREATE'],
  admit({ object, state, subresource }) {
    const name = subresource === '' ? (object as Pod).spec?.nodeName : boundTo(object as Binding)
    if (!name) return undefined
    const labels = state.get('nodes', '', name)?.labels
    for (const key of LABELS)
      if (labels?.[key] !== undefined) object.metadata.labels = { ...object.metadata.labels, [key]: labels[key] }
    return undefined
  },
}

const boundTo = ({ target }: Binding): string | undefined => (target?.kind === 'Node' ? target.name : undefined)
