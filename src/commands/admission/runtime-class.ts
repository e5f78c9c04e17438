import type { Status } from '../../meta/status.ts'
import { equal } from '../../resources/equal.ts'
import type { Pod, PodSpec } from '../../resources/generated/core.gen.ts'
import type { RuntimeClass } from '../../resources/generated/node.gen.ts'
import { sameQuantity, type ResourceList } from '../../resources/resource-list.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'
import { forbidden } from './forbidden.ts'
import { mergeTolerations } from './merge-tolerations.ts'

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
const UNDEFINED = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'

/** What a runtime class costs and where it runs goes over to the Pod. Source: plugin/pkg/admission/runtimeclass. */
export const runtimeClassAdmission: AdmissionRule = {
  name: 'RuntimeClass',
  resources: ['pods'],
  operations: ['CREATE'],
  admit(request) {
    const spec = (request.object as Pod).spec!
    const { runtimeClassName } = spec
    if (runtimeClassName === undefined) return undefined
    const found = classOf(request, runtimeClassName)
    if (!found) return forbidden(request, `pod rejected: RuntimeClass ${JSON.stringify(runtimeClassName)} not found`)
    return setOverhead(request, spec, found) ?? setScheduling(request, spec, found)
  },
}

/** Nobody else sets the overhead. */
export const runtimeClassCheck: AdmissionRule = {
  name: 'RuntimeClass',
  resources: ['pods'],
  operations: ['CREATE'],
  phase: 'validate',
  admit(request) {
    const { overhead, runtimeClassName } = (request.object as Pod).spec!
    if (overhead === undefined && runtimeClassName === undefined) return undefined
    const found = runtimeClassName === undefined ? undefined : classOf(request, runtimeClassName)
    if (!found?.overhead) return overhead === undefined ? undefined : forbidden(request, UNDEFINED)
    return sameLists(found.overhead.podFixed, overhead) ? undefined : forbidden(request, MISMATCH)
  },
}

const classOf = ({ state }: AdmissionRequest, name: string): RuntimeClass | undefined =>
  state.get('runtimeclasses.node.k8s.io', '', name)?.object as RuntimeClass | undefined

function setOverhead(request: AdmissionRequest, spec: PodSpec, { overhead }: RuntimeClass): Status | undefined {
  if (!overhead) return undefined
  const isSet = Object.keys(spec.overhead ?? {}).length > 0
  if (isSet && !sameLists(overhead.podFixed, spec.overhead)) return forbidden(request, MISMATCH)
  if (overhead.podFixed) spec.overhead = { ...overhead.podFixed }
  return undefined
}

function setScheduling(request: AdmissionRequest, spec: PodSpec, { scheduling }: RuntimeClass): Status | undefined {
  if (!scheduling) return undefined
  const selector = { ...spec.nodeSelector }
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    const own = selector[key]
    if (own !== undefined && own !== value)
      return forbidden(
        request,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
      )
    selector[key] = value
  }
  if (spec.nodeSelector || scheduling.nodeSelector) spec.nodeSelector = selector
  const tolerations = mergeTolerations(spec.tolerations ?? [], structuredClone(scheduling.tolerations ?? []))
  if (!equal(tolerations, spec.tolerations)) spec.tolerations = tolerations
  return undefined
}

const sameLists = (a: ResourceList = {}, b: ResourceList = {}): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.keys(a).every((name) => b[name] !== undefined && sameQuantity(a[name], b[name]))
