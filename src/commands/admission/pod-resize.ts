import { compareQuantity, parseQuantity, quantityMilliValue, quantityValue, ZERO_QUANTITY, type Quantity } from '../../meta/quantity.ts'
import type { Status } from '../../meta/status.ts'
import { podRequests } from '../../resources/core/pod/requests.ts'
import type { Node, Pod } from '../../resources/generated/core.gen.ts'
import type { AdmissionRequest, AdmissionRule } from '../environment.ts'
import { forbidden } from './forbidden.ts'

/** A Pod never grows beyond what its node has at all. Source: plugin/pkg/admission/podresize. */
export const podResize: AdmissionRule = {
  name: 'PodResizeValidator',
  resources: ['pods'],
  subresources: ['resize'],
  operations: ['UPDATE'],
  phase: 'validate',
  admit(request) {
    const [pod, before] = [request.object, request.before] as [Pod, Pod]
    const nodeName = pod.spec?.nodeName
    if (!nodeName || before.metadata.generation === pod.metadata.generation) return undefined
    const node = request.state.get('nodes', '', nodeName)?.object as Node | undefined
    if (!node) return forbidden(request, `node ${JSON.stringify(nodeName)} not found`)
    const os = node.metadata.labels?.['kubernetes.io/os'] ?? 'linux'
    if (os !== 'linux')
      return because(request, 'UnsupportedPlatform', `pod resize is only supported on linux nodes, node "${nodeName}" is "${os}"`)
    const lacks = lackOf(pod, node)
    if (lacks === '') return undefined
    return because(request, 'NodeCapacity', `node didn't have enough allocatable resources: ${lacks}`)
  },
}

function because(request: AdmissionRequest, reason: string, why: string): Status {
  const status = forbidden(request, why)
  return { ...status, details: { ...status.details, causes: [{ reason }] } }
}

function lackOf(pod: Pod, { status }: Node): string {
  const requests = podRequests(pod)
  const lack = (name: string, shown: (amount: Quantity) => number): string[] => {
    const [asked, there] = [requests.get(name) ?? ZERO_QUANTITY, amount(status?.allocatable?.[name])]
    if (compareQuantity(asked, there) <= 0) return []
    return [`${name}, requested: ${shown(asked)}, allocatable: ${shown(there)}`]
  }
  return [...lack('cpu', quantityMilliValue), ...lack('memory', quantityValue)].join('; ')
}

function amount(text: string | undefined): Quantity {
  const parsed = parseQuantity(String(text ?? '0'))
  return parsed.ok ? parsed.value : ZERO_QUANTITY
}
