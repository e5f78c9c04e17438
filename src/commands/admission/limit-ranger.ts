import { byCodePoint } from '../../meta/go-text.ts'
import type { Status } from '../../meta/status.ts'
import type {
  Container, LimitRange, PersistentVolumeClaim, Pod,
} from '../../resources/generated/core.gen.ts'
import type { ResourceList } from '../../resources/resource-list.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'
import { aggregate, forbidden } from './forbidden.ts'
import { claimLimitErrors, podLimitErrors } from './limit-range-errors.ts'

/** Says on the Pod what was set. Source: plugin/pkg/admission/limitranger limitRangerAnnotation. */
const ANNOTATION = 'kubernetes.io/limit-ranger'

/** Gives containers the defaults of the namespace's LimitRanges. Source: plugin/pkg/admission/limitranger. */
export const limitRanger: AdmissionRule = {
  name: 'LimitRanger',
  resources: ['pods'],
  subresources: ['', 'resize'],
  operations: ['CREATE', 'UPDATE'],
  admit(request) {
    if (!isLimited(request)) return undefined
    for (const range of rangesOf(request)) setDefaults(request.object as Pod, range)
    return undefined
  },
}

/** Holds Pods and claims to the least, the most and the ratio of every LimitRange. */
export const limitRangerCheck: AdmissionRule = {
  name: 'LimitRanger',
  resources: ['pods', 'persistentvolumeclaims'],
  subresources: ['', 'resize'],
  operations: ['CREATE', 'UPDATE'],
  phase: 'validate',
  admit(request) {
    if (!isLimited(request)) return undefined
    return firstRefusal(request)
  },
}

function firstRefusal(request: AdmissionRequest): Status | undefined {
  const isPod = request.definition.resource === 'pods'
  for (const range of rangesOf(request)) {
    const errors = isPod
      ? podLimitErrors(request.object as Pod, range)
      : claimLimitErrors(request.object as PersistentVolumeClaim, range)
    if (errors.length > 0) return forbidden(request, aggregate(errors))
  }
  return undefined
}

/** Pods are limited when they are made or resized, claims with every update. */
function isLimited({ definition, state, namespace, operation, subresource, before }: AdmissionRequest): boolean {
  if (state.view.count('limitranges', namespace) === 0) return false
  if (before?.metadata.deletionTimestamp !== undefined) return false
  if (definition.resource !== 'pods') return subresource === ''
  return operation === 'CREATE' ? subresource === '' : subresource === 'resize'
}

const rangesOf = ({ state, namespace }: AdmissionRequest): LimitRange[] =>
  state.view.list<LimitRange>('limitranges', namespace)

function setDefaults({ metadata, spec }: Pod, range: LimitRange): void {
  const requests: ResourceList = {}
  const limits: ResourceList = {}
  for (const item of range.spec?.limits ?? []) {
    if (item.type !== 'Container') continue
    Object.assign(requests, item.defaultRequest)
    Object.assign(limits, item.default)
  }
  const said = [
    ...(spec!.containers ?? []).flatMap((one) => fill(one, 'container', { requests, limits })),
    ...(spec!.initContainers ?? []).flatMap((one) => fill(one, 'init container', { requests, limits })),
  ]
  if (said.length === 0) return
  metadata.annotations = {
    ...metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${said.join('; ')}`,
  }
}

interface Defaults {
  readonly requests: ResourceList
  readonly limits: ResourceList
}

/** Sets what a container leaves out; what was set, in words. */
function fill(container: Container, kind: string, { requests, limits }: Defaults): string[] {
  const said: string[] = []
  const resources = { ...container.resources }
  for (const [side, word, defaults] of [['requests', 'request', requests], ['limits', 'limit', limits]] as const) {
    const missing = Object.keys(defaults).filter((name) => resources[side]?.[name] === undefined)
    if (missing.length === 0) continue
    resources[side] = { ...resources[side] }
    for (const name of missing) resources[side][name] = defaults[name]!
    said.push(`${missing.sort(byCodePoint).join(', ')} ${word} for ${kind} ${container.name}`)
  }
  if (said.length > 0) container.resources = resources
  return said
}
