import { describe, expect, test } from 'bun:test'
import type { Machine } from '../../src/node/machine.ts'
import { canonicalQuantity } from '../../src/meta/quantity.ts'
import { bridgeName, gatewayOf } from '../../src/node/network.ts'
import { allocatableOf, imagesOf, planLease, planNode, planNodeStatus, statusChanged, type NodeInput } from '../../src/node/plan-node.ts'
import { NOW } from './support/pods.ts'

const GI = 1024 ** 3
const machine: Machine = {
  hostname: 'h', machineId: 'm', systemUuid: 's', bootId: 'b', kernelVersion: '6', osImage: 'Debian', architecture: 'amd64', cpus: 2,
  memoryBytes: 8 * GI, memoryAvailableBytes: 4 * GI, swapBytes: 0, diskBytes: 100 * GI, diskAvailableBytes: 50 * GI, pidMax: 1000, processes: 10,
}
const input = (more: Partial<NodeInput> = {}): NodeInput => ({
  name: 'n', machine, hostIps: ['10.1.0.1'], podCidr: '10.1.0.0/24', runtimeVersion: 'docker://20.10', kubeletVersion: 'v1.37.2',
  kubeletPort: 10250, images: [], notReady: '', labels: { extra: '1' }, now: NOW, ...more,
})
const conditions = (more: Partial<NodeInput>) => Object.fromEntries(planNodeStatus(input(more), undefined).conditions!.map((c) => [c.type, `${c.status} ${c.reason}`]))

describe('the node', () => {
  test('registers with its labels and range', () => {
    expect(planNode(input())).toMatchObject({
      metadata: { name: 'n', labels: { 'kubernetes.io/hostname': 'n', 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', extra: '1' } },
      spec: { podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24'] },
    })
  })
  test('amounts are in the form the API keeps, so that the same status is no change', () => {
    const { capacity, allocatable } = planNodeStatus(input(), undefined)
    for (const text of Object.values({ ...capacity, ...allocatable })) expect(canonicalQuantity(text)).toBe(text)
    const round = allocatableOf({ ...machine, diskBytes: 10_000_000_000 })
    expect(round['ephemeral-storage']).toBe('9G')
  })
  test('offers what it has, less what stays free', () => {
    const status = planNodeStatus(input(), undefined)
    expect(status.capacity).toMatchObject({ cpu: '2', memory: '8Gi', pods: '110' })
    expect(allocatableOf(machine)).toMatchObject({ cpu: '2', memory: '8092Mi', pods: '110' })
    expect(status.addresses).toEqual([{ type: 'InternalIP', address: '10.1.0.1' }, { type: 'Hostname', address: 'n' }])
    expect(status.nodeInfo).toMatchObject({ kubeletVersion: 'v1.37.2', containerRuntimeVersion: 'docker://20.10', operatingSystem: 'linux' })
  })
  test('extended resources of others stay', () => {
    const before = { capacity: { 'x/gpu': '3', cpu: '1' }, allocatable: { 'x/gpu': '3' } }
    expect(planNodeStatus(input(), before).capacity).toMatchObject({ 'x/gpu': '3', cpu: '2' })
  })
  test('conditions', () => {
    expect(conditions({})).toEqual({
      MemoryPressure: 'False KubeletHasSufficientMemory', DiskPressure: 'False KubeletHasNoDiskPressure', PIDPressure: 'False KubeletHasSufficientPID', Ready: 'True KubeletReady',
    })
    expect(conditions({ notReady: 'no network' })['Ready']).toBe('False KubeletNotReady')
    expect(conditions({ machine: { ...machine, memoryAvailableBytes: 1 } })['MemoryPressure']).toBe('True KubeletHasInsufficientMemory')
    expect(conditions({ machine: { ...machine, diskAvailableBytes: GI } })['DiskPressure']).toBe('True KubeletHasDiskPressure')
    expect(conditions({ machine: { ...machine, diskBytes: 0, diskAvailableBytes: 0 } })['DiskPressure']).toBe('False KubeletHasNoDiskPressure')
    expect(conditions({ machine: { ...machine, processes: 950 } })['PIDPressure']).toBe('True KubeletHasInsufficientPID')
  })
  test('a heartbeat alone is no change', () => {
    const first = planNodeStatus(input(), undefined)
    expect(statusChanged(first, planNodeStatus(input({ now: NOW + 60_000 }), first))).toBe(false)
    expect(statusChanged(first, planNodeStatus(input({ notReady: 'x' }), first))).toBe(true)
    expect(statusChanged(undefined, first)).toBe(true)
  })
  test('images: the largest, with few names', () => {
    const image = (Size: number, ...RepoTags: string[]) => ({ Id: 'x', RepoTags, RepoDigests: [], Created: 0, Size, Labels: null, Containers: -1 })
    expect(imagesOf([image(1, 'a:1'), image(3, 'b:1', 'b:2', 'b:3', 'b:4', 'b:5', 'b:6'), image(9, '<none>:<none>')])).toEqual([
      { names: ['b:1', 'b:2', 'b:3', 'b:4', 'b:5'], sizeBytes: 3 }, { names: ['a:1'], sizeBytes: 1 },
    ])
  })
  test('the lease', () => {
    expect(planLease('n', 'u', NOW)).toMatchObject({
      metadata: { namespace: 'kube-node-lease', ownerReferences: [{ kind: 'Node', uid: 'u' }] },
      spec: { holderIdentity: 'n', leaseDurationSeconds: 40, renewTime: '2026-01-02T03:04:05.000000Z' },
    })
  })
})

test('network names and addresses', () => {
  expect(gatewayOf('10.42.3.0/24')).toBe('10.42.3.1')
  const owner = { clusterUid: '0123abcd-4567', branch: 0, nodeName: 'n', stateDir: '/' }
  expect(bridgeName(owner).length).toBeLessThanOrEqual(15)
  expect(bridgeName(owner)).not.toBe(bridgeName({ ...owner, nodeName: 'm' }))
})
