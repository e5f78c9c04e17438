import { isDns1123Label, nameIsDnsSubdomain } from '../../../meta/names.ts'
import { define } from '../../define.ts'
import { COLUMNS } from '../../generated/columns.gen.ts'
import type { Pod } from '../../generated/core.gen.ts'
import { bindPod } from './binding.ts'
import { podCells, podRowConditions } from './columns.ts'
import { setPodDefaults } from './defaults.ts'
import { ephemeralRules } from './ephemeral-rules.ts'
import { preparePodCreate, preparePodUpdate } from './prepare.ts'
import { resizeRules } from './resize-rules.ts'
import { podStatusRules } from './status-rules.ts'
import { podUpdateErrors } from './validate-update.ts'
import { podErrors } from './validate-pod.ts'
import { podWarnings } from './warnings.ts'

/** Source: pkg/registry/core/pod/strategy.go. */
export const pod = define<Pod>({
  resource: 'pods',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.Pod' }],
  validateName: nameIsDnsSubdomain,
  defaults: setPodDefaults,
  prepareCreate: (object, { now }) => preparePodCreate(object, now),
  prepareUpdate: preparePodUpdate,
  validate: podErrors,
  validateUpdate: podUpdateErrors,
  warnings: (object, before) =>
    before ? [] : [...nameWarnings(object), ...podWarnings(object)],
  generationOf: ['spec'],
  status: podStatusRules,
  parts: { ephemeralcontainers: ephemeralRules, resize: resizeRules },
  actions: { binding: bindPod },
  subresources: {
    attach: { kind: 'PodAttachOptions', verbs: ['create', 'get'] },
    binding: { kind: 'Binding', verbs: ['create'] },
    ephemeralcontainers: { kind: 'Pod', verbs: ['get', 'patch', 'update'] },
    eviction: { kind: 'Eviction', verbs: ['create'], group: 'policy', version: 'v1' },
    exec: { kind: 'PodExecOptions', verbs: ['create', 'get'] },
    log: { kind: 'Pod', verbs: ['get'] },
    portforward: { kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
    proxy: { kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
    resize: { kind: 'Pod', verbs: ['get', 'patch', 'update'] },
  },
  gracefulSeconds,
  fields: {
    'spec.nodeName': (object) => object.spec?.nodeName ?? '',
    'spec.host': (object) => object.spec?.nodeName ?? '',
    'spec.restartPolicy': (object) => object.spec?.restartPolicy ?? '',
    'spec.schedulerName': (object) => object.spec?.schedulerName ?? '',
    'spec.serviceAccountName': (object) => object.spec?.serviceAccountName ?? '',
    'spec.hostNetwork': (object) => String(object.spec?.hostNetwork ?? false),
    'status.phase': (object) => object.status?.phase ?? '',
    'status.podIP': (object) => object.status?.podIPs?.[0]?.ip ?? '',
    'status.podIPs': (object) => object.status?.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': (object) => object.status?.nominatedNodeName ?? '',
  },
  indexed: ['spec.nodeName'],
  columns: COLUMNS.Pod,
  cells: podCells,
  rowConditions: podRowConditions,
})

/** Nothing has to be stopped where nothing runs. Source: CheckGracefulDelete. */
function gracefulSeconds({ spec, status }: Pod, asked: number | undefined): number {
  const wanted = asked ?? spec?.terminationGracePeriodSeconds ?? 0
  const ended = status?.phase === 'Failed' || status?.phase === 'Succeeded'
  if (!spec?.nodeName || ended) return 0
  return wanted < 0 ? 1 : wanted
}

function nameWarnings({ metadata }: Pod): string[] {
  const reasons = isDns1123Label(metadata.name ?? '')
  if (reasons.length === 0) return []
  return [
    `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${reasons.join(' ')}]`,
  ]
}
