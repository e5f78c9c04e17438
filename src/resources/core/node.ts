import { nameIsDnsSubdomain } from '../../meta/names.ts'
import { ageText } from '../../meta/timestamp.ts'
import { orElse } from '../cells.ts'
import { cidrWarnings } from '../cidr.ts'
import { define } from '../define.ts'
import { COLUMNS } from '../generated/columns.gen.ts'
import type { Node } from '../generated/core.gen.ts'
import { roundQuantities } from '../resource-list.ts'
import { nodeErrors, nodeUpdateErrors } from './node-validate.ts'

const ROLE_PREFIX = 'node-role.kubernetes.io/'
const ROLE_LABEL = 'kubernetes.io/role'

/** Source: pkg/registry/core/node/strategy.go. */
export const node = define<Node>({
  resource: 'nodes',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  served: [{ group: '', version: 'v1', schema: 'io.k8s.api.core.v1.Node' }],
  validateName: nameIsDnsSubdomain,
  defaults,
  prepareCreate(object) {
    delete object.spec?.configSource
    delete object.status?.config
  },
  prepareUpdate(object, before) {
    object.status = before.status
    if (!before.spec?.configSource) delete object.spec?.configSource
  },
  validate: nodeErrors,
  validateUpdate: (object, before) => [...nodeErrors(object), ...nodeUpdateErrors(object, before)],
  warnings,
  status: {
    prepare(object, before) {
      object.spec = before.spec
      if (!before.status?.config) delete object.status?.config
    },
    validate: nodeUpdateErrors,
  },
  subresources: {
    proxy: {
      kind: 'NodeProxyOptions',
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
    },
  },
  fields: { 'spec.unschedulable': (object) => String(object.spec?.unschedulable ?? false) },
  columns: COLUMNS.Node,
  cells: (object, now) => {
    const info = object.status?.nodeInfo
    const kernel = orElse(info?.kernelVersion, '<unknown>')
    return [
      object.metadata.name ?? '',
      statusCell(object),
      rolesCell(object),
      ageText(object.metadata.creationTimestamp, now),
      info?.kubeletVersion ?? '',
      addressCell(object, 'InternalIP'),
      addressCell(object, 'ExternalIP'),
      orElse(info?.osImage, '<unknown>'),
      info?.architecture ? `${kernel} (${info.architecture})` : kernel,
      orElse(info?.containerRuntimeVersion, '<unknown>'),
    ]
  },
})

function defaults({ spec, status }: Node): void {
  if (spec) {
    // Of the older single field and the list the single one decides.
    if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR]
    else if (spec.podCIDRs?.length) spec.podCIDR = spec.podCIDRs[0]!
  }
  if (!status) return
  roundQuantities(status.capacity)
  roundQuantities(status.allocatable)
  if (status.capacity && !status.allocatable) status.allocatable = { ...status.capacity }
}

function warnings({ spec }: Node): string[] {
  const texts: string[] = []
  if (spec?.configSource) texts.push('spec.configSource: the feature is removed')
  if (spec?.externalID)
    texts.push('spec.externalID: this field is deprecated, and is unused by Kubernetes')
  for (const [i, cidr] of (spec?.podCIDRs ?? []).entries())
    texts.push(...cidrWarnings(`spec.podCIDRs[${i}]`, cidr))
  return texts
}

/** `Ready,SchedulingDisabled`. Source: printers.go printNode. */
function statusCell({ spec, status }: Node): string {
  const ready = status?.conditions?.findLast(({ type }) => type === 'Ready')
  const text = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
  return spec?.unschedulable ? `${text},SchedulingDisabled` : text
}

function rolesCell({ metadata }: Node): string {
  const roles = new Set<string>()
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX)) roles.add(key.slice(ROLE_PREFIX.length))
    else if (key === ROLE_LABEL) roles.add(value)
  }
  roles.delete('')
  return orElse([...roles].sort().join(','), '<none>')
}

const addressCell = ({ status }: Node, type: string): string =>
  status?.addresses?.find((address) => address.type === type)?.address ?? '<none>'
