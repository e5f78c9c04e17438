import { describe, expect, test } from 'bun:test'
import { resourceQuotaController } from '../../../src/reconcilers/controllers/resource-quota.ts'
import type { Pod, ResourceQuota } from '../../../src/resources/generated/core.gen.ts'
import { container, pod } from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'

const RESOURCES = ['resourcequotas', 'pods', 'configmaps', 'services']

const quota = (hard: Record<string, string>, name = 'q'): ResourceQuota => ({
  apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name, namespace: 'default' }, spec: { hard },
})

const statusOf = (cluster: TestCluster, name = 'q'): unknown =>
  cluster.view.get<ResourceQuota>('resourcequotas', 'default', name)?.status

const asking = (name: string, cpu: string, metadata: Pod['metadata'] = {}): Pod =>
  pod(name, { metadata, spec: { containers: [{ ...container(), resources: { requests: { cpu } } }] } })

describe('resource quota status', () => {
  test('says what is used as it changes, and nothing when nothing does', () => {
    const cluster = new TestCluster()
    const controller = resourceQuotaController(() => RESOURCES)
    cluster.add(quota({ pods: '5', 'requests.cpu': '1', 'count/configmaps': '3', 'count/widgets.example.com': '1' }))
    cluster.settle([controller])
    const used = { pods: '0', 'requests.cpu': '0', 'count/configmaps': '0' }
    expect(statusOf(cluster)).toMatchObject({ hard: { pods: '5', 'count/widgets.example.com': '1' }, used })
    const a = cluster.add(asking('a', '100m'))
    cluster.add(asking('b', '250m'))
    cluster.add({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } })
    cluster.settle([controller])
    expect(statusOf(cluster)).toMatchObject({ used: { pods: '2', 'requests.cpu': '350m', 'count/configmaps': '1' } })
    cluster.remove(a)
    cluster.settle([controller])
    expect(statusOf(cluster)).toEqual({
      hard: { pods: '5', 'requests.cpu': '1', 'count/configmaps': '3', 'count/widgets.example.com': '1' },
      used: { pods: '1', 'requests.cpu': '250m', 'count/configmaps': '1' },
    })
    const writes = cluster.log.length
    cluster.settle([controller])
    expect(cluster.log).toHaveLength(writes)
  })

  test('a spec that changes is counted anew; quotas count themselves', () => {
    const cluster = new TestCluster()
    const controller = resourceQuotaController(() => RESOURCES)
    const one = cluster.add(quota({ pods: '1' }))
    cluster.add(asking('a', '1'))
    cluster.settle([controller])
    cluster.edit(one, (copy) => (copy.spec = { hard: { resourcequotas: '9' } }))
    cluster.add(quota({ pods: '2' }, 'r'))
    cluster.settle([controller])
    expect(statusOf(cluster)).toEqual({ hard: { resourcequotas: '9' }, used: { resourcequotas: '2' } })
    expect(statusOf(cluster, 'r')).toEqual({ hard: { pods: '2' }, used: { pods: '1' } })
  })

  test('a Pod that outstays its grace is not held against anybody', () => {
    const cluster = new TestCluster()
    const controller = resourceQuotaController(() => RESOURCES)
    cluster.add(quota({ pods: '2', 'count/pods': '2' }))
    const deletionTimestamp = new Date(cluster.clock.now() + 5_000).toISOString().replace(/\.\d+/, '')
    cluster.add(asking('a', '1', { deletionTimestamp, deletionGracePeriodSeconds: 10 }))
    cluster.settle([controller])
    expect(statusOf(cluster)).toMatchObject({ used: { pods: '1', 'count/pods': '1' } })
    const { requeueAfterMs } = controller.reconcile('default/q', cluster.view, cluster.clock.now())
    expect(requeueAfterMs).toBeGreaterThan(14_000)
    const late = controller.reconcile('default/q', cluster.view, cluster.clock.now() + requeueAfterMs!)
    expect(late.commands).toMatchObject([{ object: { status: { used: { pods: '0', 'count/pods': '1' } } } }])
  })
})
