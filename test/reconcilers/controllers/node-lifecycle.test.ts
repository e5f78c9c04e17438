import { describe, expect, test } from 'bun:test'
import type { Lease } from '../../../src/resources/generated/coordination.gen.ts'
import type { Node, Pod, Toleration } from '../../../src/resources/generated/core.gen.ts'
import { microTimeText, timeText } from '../../../src/meta/timestamp.ts'
import { nodeLifecycleController } from '../../../src/reconcilers/controllers/node-lifecycle.ts'
import { taintEvictionController } from '../../../src/reconcilers/controllers/taint-eviction.ts'
import { container, makeReady, namesOf, node, pod } from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

const START = Date.UTC(2026, 0, 1)
const lifecycle = nodeLifecycleController(START - 3_600_000)
const eviction = taintEvictionController()

const lease = (name: string, renewedMs: number): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name, namespace: 'kube-node-lease' },
  spec: { renewTime: microTimeText(renewedMs) },
})
const reporting = (name: string, status = 'True') =>
  node(name, {
    metadata: { creationTimestamp: timeText(START - 3_600_000) },
    status: {
      conditions: ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
        type,
        status: type === 'Ready' ? status : 'False',
        lastHeartbeatTime: timeText(START - 600_000),
      })),
    },
  })
const now = (cluster: TestCluster, name: string) => cluster.view.get<Node>('nodes', '', name)!
const taints = (cluster: TestCluster, name: string) =>
  (now(cluster, name).spec?.taints ?? []).map(
    (t) => `${t.key.replace('node.kubernetes.io/', '')}:${t.effect}`,
  )
const ready = (cluster: TestCluster, name: string) =>
  now(cluster, name).status?.conditions?.find((c) => c.type === 'Ready')
const tolerating = (name: string, tolerations: Toleration[]): Pod =>
  pod(name, { spec: { containers: [container()], nodeName: 'n1', tolerations } })

describe('node lifecycle', () => {
  test('a lease that is kept up keeps the node; the key comes back when it would run out', () => {
    const clock = steppedClock()
    const cluster = new TestCluster(clock)
    cluster.add(reporting('n1'))
    cluster.add(lease('n1', START - 10_000))
    expect(lifecycle.reconcile('n1', cluster.view, clock.now())).toEqual({
      commands: [],
      requeueAfterMs: 40_001,
    })
  })

  test('a lost lease: Unknown, tainted, its pods not ready', () => {
    const clock = steppedClock()
    const cluster = new TestCluster(clock)
    cluster.add(reporting('n1'))
    cluster.add(reporting('n2'))
    cluster.add(lease('n1', START - 51_000))
    cluster.add(lease('n2', START))
    const web = makeReady(cluster, cluster.add(tolerating('web', [])))
    cluster.edit(web, (copy) => (copy.spec!.nodeName = 'n1'))
    cluster.settle([lifecycle])
    expect(now(cluster, 'n1').status?.conditions).toMatchObject(
      ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
        type,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      })),
    )
    expect(taints(cluster, 'n1')).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute'])
    expect(taints(cluster, 'n2')).toEqual([])
    const conditions = cluster.view.get<Pod>('pods', 'default', 'web')!.status!.conditions
    expect(conditions).toMatchObject([{ type: 'Ready', status: 'False' }])
    expect(cluster.notes.map((n) => `${n.regarding.kind} ${n.reason}: ${n.message}`)).toEqual([
      'Node NodeNotReady: Node n1 status is now: NodeNotReady',
      'Pod NodeNotReady: Node is not ready',
    ])
  })

  test('a node that comes back loses its taints', () => {
    const cluster = new TestCluster()
    cluster.add(reporting('n1', 'Unknown'))
    cluster.add(reporting('n2'))
    cluster.add(lease('n1', START))
    cluster.add(lease('n2', START))
    cluster.settle([lifecycle])
    expect(taints(cluster, 'n1').length).toBe(2)
    cluster.edit(now(cluster, 'n1'), (copy) => (copy.status!.conditions![0]!.status = 'True'))
    cluster.settle([lifecycle])
    expect(taints(cluster, 'n1')).toEqual([])
  })

  test('when no node is ready nobody is driven away', () => {
    const cluster = new TestCluster()
    cluster.add(reporting('n1'))
    cluster.add(lease('n1', START - 51_000))
    cluster.settle([lifecycle])
    expect(ready(cluster, 'n1')?.status).toBe('Unknown')
    expect(taints(cluster, 'n1')).toEqual(['unreachable:NoSchedule'])
  })

  test('a control plane that was away itself judges nobody by that', () => {
    const cluster = new TestCluster()
    cluster.add(reporting('n1'))
    cluster.add(lease('n1', START - 3_600_000))
    const fresh = nodeLifecycleController(START)
    expect(fresh.reconcile('n1', cluster.view, START + 1_000).commands).toEqual([])
    expect(fresh.reconcile('n1', cluster.view, START + 51_000).commands.length).toBe(1)
  })

  test('one that never reported is told so after a minute', () => {
    const clock = steppedClock()
    const cluster = new TestCluster(clock)
    cluster.add(node('n1', { status: {} }))
    expect(
      lifecycle.reconcile('n1', cluster.view, clock.now() + 59_000).commands.map((c) => c.why),
    ).toEqual([])
    const [patch] = lifecycle.reconcile('n1', cluster.view, clock.now() + 61_000).commands
    cluster.apply(patch!)
    expect(ready(cluster, 'n1')).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
    })
  })

  test.each([
    ['Ready', 'False', ['not-ready:NoSchedule']],
    ['MemoryPressure', 'True', ['memory-pressure:NoSchedule']],
    ['DiskPressure', 'True', ['disk-pressure:NoSchedule']],
    ['PIDPressure', 'True', ['pid-pressure:NoSchedule']],
  ])('condition %s %s becomes a taint', (type, status, expected) => {
    const cluster = new TestCluster()
    cluster.add(reporting('n1'))
    cluster.add(lease('n1', START))
    cluster.edit(now(cluster, 'n1'), (copy) => {
      copy.status!.conditions!.find((c) => c.type === type)!.status = status
    })
    cluster.settle([lifecycle])
    expect(taints(cluster, 'n1')).toEqual(expected)
  })

  test('cordoned: tainted; taints of people stay where they are', () => {
    const cluster = new TestCluster()
    cluster.add(lease('n1', START))
    cluster.add({
      ...reporting('n1'),
      spec: { unschedulable: true, taints: [{ key: 'mine', effect: 'NoSchedule' }] },
    })
    cluster.settle([lifecycle])
    expect(taints(cluster, 'n1')).toEqual(['mine:NoSchedule', 'unschedulable:NoSchedule'])
  })
})

describe('taint eviction', () => {
  const key = 'x'
  const tainted = (timeAdded?: string) => {
    const cluster = new TestCluster(steppedClock())
    cluster.add(
      node('n1', {
        spec: { taints: [{ key, effect: 'NoExecute', ...(timeAdded && { timeAdded }) }] },
      }),
    )
    return cluster
  }
  const ending = (cluster: TestCluster) =>
    namesOf(cluster.view.list<Pod>('pods').filter((p) => p.metadata.deletionTimestamp))

  test('who does not tolerate the taint goes at once, and is told why', () => {
    const cluster = tainted()
    cluster.add(tolerating('web', []))
    cluster.add(tolerating('stays', [{ key, operator: 'Exists' }]))
    cluster.add(pod('elsewhere', { spec: { containers: [], nodeName: 'n2' } }))
    cluster.settle([eviction])
    expect(ending(cluster)).toEqual(['web'])
    expect(cluster.view.get<Pod>('pods', 'default', 'web')!.status!.conditions).toMatchObject([
      {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByTaintManager',
        message: 'Taint manager: deleting due to NoExecute taint',
      },
    ])
    expect(cluster.notes).toMatchObject([
      { reason: 'TaintManagerEviction', message: 'Marking for deletion Pod default/web' },
    ])
  })

  test('tolerationSeconds count from the taint, the shortest counts', () => {
    const cluster = tainted('2025-12-31T23:59:50Z')
    const old = { creationTimestamp: '2025-12-31T00:00:00Z' }
    const of = (name: string, seconds: number[]) => ({
      ...tolerating(
        name,
        seconds.map((tolerationSeconds) => ({ key, operator: 'Exists', tolerationSeconds })),
      ),
      metadata: { name, namespace: 'default', ...old },
    })
    cluster.add(of('short', [10, 300]))
    cluster.add(of('long', [300]))
    cluster.settle([eviction])
    expect(ending(cluster)).toEqual(['short'])
    expect(eviction.reconcile('n1', cluster.view, START)).toMatchObject({
      commands: [],
      requeueAfterMs: 290_000,
    })
  })

  test('a taint without a time gets one when a deadline needs it', () => {
    const cluster = tainted()
    cluster.add(tolerating('web', [{ key, operator: 'Exists', tolerationSeconds: 30 }]))
    cluster.settle([eviction])
    expect(now(cluster, 'n1').spec?.taints?.[0]?.timeAdded).toBe('2026-01-01T00:00:00Z')
    expect(ending(cluster)).toEqual([])
    expect(eviction.reconcile('n1', cluster.view, START + 30_000).commands.length).toBe(2)
  })
})
