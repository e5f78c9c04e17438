import type { Node } from '../../resources/generated/core.gen.ts'
import type { AdmissionRule } from '../environment.ts'

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const

/** A node takes nothing before it was found ready. Source: plugin/pkg/admission/nodetaint. */
export const taintNodes: AdmissionRule = {
  name: 'TaintNodesByCondition',
  resources: ['nodes'],
  operations: ['CREATE'],
  admit({ object }) {
    const node = object as Node
    const { taints = [] } = node.spec ?? {}
    if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return undefined
    node.spec = { ...node.spec, taints: [...taints, { ...NOT_READY }] }
    return undefined
  },
}
