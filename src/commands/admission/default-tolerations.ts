import type { Pod } from '../../resources/generated/core.gen.ts'
import type { AdmissionRule } from '../environment.ts'

const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
/** Pods outlive a node's short absence. Source: admission/plugin/defaulttolerationseconds. */
const TOLERATED_SECONDS = 300

/** Gives Pods the toleration of lost nodes that they do not state themselves. */
export const defaultTolerations: AdmissionRule = {
  name: 'DefaultTolerationSeconds',
  resources: ['pods'],
  operations: ['CREATE', 'UPDATE'],
  admit: ({ object }) => {
    const spec = (object as Pod).spec!
    const stated = spec.tolerations ?? []
    const missing = TAINTS.filter(
      (key) =>
        !stated.some(
          (t) => (t.key === key || !t.key) && (t.effect === 'NoExecute' || !t.effect),
        ),
    )
    if (missing.length > 0)
      spec.tolerations = [
        ...stated,
        ...missing.map((key) => ({
          key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATED_SECONDS,
        })),
      ]
    return undefined
  },
}
