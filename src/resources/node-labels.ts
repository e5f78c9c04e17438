import { where, type Path } from './field-path.ts'
import type { NodeSelectorTerm } from './generated/core.gen.ts'

const useInstead = (version: string, label: string): string =>
  `deprecated since ${version}; use "${label}" instead`
/** Labels of nodes that have newer names. Source: pkg/api/node/util.go. */
const DEPRECATED: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': useInstead('v1.14', 'kubernetes.io/arch'),
  'beta.kubernetes.io/os': useInstead('v1.14', 'kubernetes.io/os'),
  'failure-domain.beta.kubernetes.io/region': useInstead('v1.17', 'topology.kubernetes.io/region'),
  'failure-domain.beta.kubernetes.io/zone': useInstead('v1.17', 'topology.kubernetes.io/zone'),
  'beta.kubernetes.io/instance-type': useInstead('v1.17', 'node.kubernetes.io/instance-type'),
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods':
    'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
}

/** What to use instead of an old label; undefined for others. */
export const deprecatedNodeLabel = (key: string): string | undefined =>
  Object.hasOwn(DEPRECATED, key) ? DEPRECATED[key] : undefined

/** Source: pkg/api/node GetWarningsForNodeSelectorTerm. */
export function nodeTermWarnings(path: Path, { matchExpressions = [] }: NodeSelectorTerm): string[] {
  return matchExpressions.flatMap(({ key }, i) => {
    const instead = deprecatedNodeLabel(key)
    return instead === undefined
      ? []
      : [`${where(path, 'matchExpressions', i, 'key')}: ${key} is ${instead}`]
  })
}
