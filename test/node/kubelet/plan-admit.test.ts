import { describe, expect, test } from 'bun:test'
import { planAdmit, requestsOf } from '../../../src/node/kubelet/plan-admit.ts'
import type { Node, NodeSelectorRequirement, Pod } from '../../../src/resources/generated/core.gen.ts'
import { container, pod } from '../support/pods.ts'

const node: Node = {
  apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: { zone: 'a', size: '5' } },
  status: { allocatable: { cpu: '2', memory: '1Gi', pods: '3' } },
}
const asks = (requests: Record<string, string>) => pod({ containers: [container('c', { resources: { requests } })] })
const affinity = (...matchExpressions: NodeSelectorRequirement[]) =>
  pod({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } } })
const port = (hostPort: number, more: object = {}) => pod({ containers: [container('c', { ports: [{ containerPort: 1, hostPort, ...more }] })] })

describe('admission', () => {
  const rows: [string, Pod, Pod[], string | undefined][] = [
    ['fits', asks({ cpu: '2' }), [], undefined],
    ['cpu', asks({ cpu: '1500m' }), [asks({ cpu: '1' })], "OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000"],
    ['memory', asks({ memory: '2Gi' }), [], "OutOfmemory: Pod was rejected: Node didn't have enough resource: memory, requested: 2147483648, used: 0, capacity: 1073741824"],
    ['pods', pod(), [pod(), pod(), pod()], "OutOfpods: Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3"],
    ['resources the node does not know', asks({ 'x/y': '5' }), [], undefined],
    ['selector', pod({ nodeSelector: { zone: 'a' } }), [], undefined],
    ['selector that does not fit', pod({ nodeSelector: { zone: 'b' } }), [], "NodeAffinity: Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"],
    ['In', affinity({ key: 'zone', operator: 'In', values: ['a'] }), [], undefined],
    ['NotIn', affinity({ key: 'zone', operator: 'NotIn', values: ['b'] }, { key: 'none', operator: 'DoesNotExist' }), [], undefined],
    ['Gt', affinity({ key: 'size', operator: 'Gt', values: ['4'] }, { key: 'size', operator: 'Lt', values: ['6'] }, { key: 'size', operator: 'Exists' }), [], undefined],
    ['Gt that does not fit', affinity({ key: 'size', operator: 'Gt', values: ['5'] }), [], "NodeAffinity: Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"],
    ['host port', port(80), [port(80)], "NodePorts: Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"],
    ['host port of another address', port(80, { hostIP: '127.0.0.1' }), [port(80, { hostIP: '127.0.0.2' })], undefined],
    ['host port of another protocol', port(80, { protocol: 'UDP' }), [port(80)], undefined],
    ['a safe sysctl', pod({ securityContext: { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }] } }), [], undefined],
    ['an unsafe sysctl', pod({ securityContext: { sysctls: [{ name: 'kernel/msgmax', value: '1' }] } }), [], 'SysctlForbidden: Pod was rejected: forbidden sysctl: "kernel/msgmax" not allowlisted'],
    ['another OS', pod({ os: { name: 'windows' } }), [], "PodOSNotSupported: Pod was rejected: Failed to admit pod as the OS field doesn't match node OS"],
  ]
  for (const [name, p, others, wanted] of rows) {
    test(name, () => {
      const refused = planAdmit(p, node, others)
      expect(refused && `${refused.reason}: ${refused.message}`).toBe(wanted)
    })
  }
})

describe('what a Pod asks for', () => {
  const c = (cpu: string, more: object = {}) => container('x', { resources: { requests: { cpu } }, ...more })
  const cpu = (p: Pod) => requestsOf(p).get('cpu')
  test('the sum of its containers', () => expect(cpu(pod({ containers: [c('1'), c('500m')] }))).toBe(1500))
  test('or its greatest init container', () => expect(cpu(pod({ containers: [c('1')], initContainers: [c('3'), c('2')] }))).toBe(3000))
  test('sidecars count twice over', () => expect(cpu(pod({ containers: [c('1')], initContainers: [c('1', { restartPolicy: 'Always' }), c('2')] }))).toBe(3000))
  test('overhead on top', () => expect(cpu(pod({ containers: [c('1')], overhead: { cpu: '250m' } }))).toBe(1250))
  test('the Pod\'s own word', () => expect(cpu(pod({ containers: [c('1')], resources: { requests: { cpu: '4' } } }))).toBe(4000))
})
