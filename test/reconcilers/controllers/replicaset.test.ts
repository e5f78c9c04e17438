import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { forbiddenTo } from '../../../src/meta/status.ts'
import type { ReplicaSet } from '../../../src/resources/generated/apps.gen.ts'
import type { Pod, ReplicationController } from '../../../src/resources/generated/core.gen.ts'
import { replicaSetController } from '../../../src/reconcilers/controllers/replicaset.ts'
import { replicationControllerController } from '../../../src/reconcilers/controllers/replicationcontroller.ts'
import {
  kubelet,
  makeReady,
  namesOf,
  pod,
  replicaSet,
  replicationController,
} from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

const controller = replicaSetController()
const pods = (cluster: TestCluster) => cluster.view.list<Pod>('pods')
const active = (cluster: TestCluster) => pods(cluster).filter((p) => !p.metadata.deletionTimestamp)
const statusOf = (cluster: TestCluster, name = 'web') =>
  cluster.view.get<ReplicaSet>('replicasets.apps', 'default', name)?.status

describe('ReplicaSet', () => {
  test('makes pods of the template, owned by it, and says how many there are', () => {
    const cluster = new TestCluster()
    cluster.add(replicaSet('web', 3))
    cluster.settle([controller])
    expect(pods(cluster)).toMatchObject(
      Array(3).fill({
        metadata: {
          generateName: 'web-',
          labels: { app: 'web' },
          ownerReferences: [
            {
              apiVersion: 'apps/v1',
              kind: 'ReplicaSet',
              name: 'web',
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
        spec: { containers: [{ image: 'nginx' }] },
      }),
    )
    expect(statusOf(cluster)).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 3,
      terminatingReplicas: 0,
      observedGeneration: 1,
    })
    expect(cluster.notes[0]).toMatchObject({
      regarding: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', namespace: 'default' },
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${pods(cluster)[0]!.metadata.name}`,
    })
    kubelet(cluster)
    cluster.settle([controller])
    expect(statusOf(cluster)).toMatchObject({ readyReplicas: 3, availableReplicas: 3 })
  })

  test('scales down by deleting with the uid it saw, and counts who is still ending', () => {
    const cluster = new TestCluster()
    const set = cluster.add(replicaSet('web', 3))
    cluster.settle([controller])
    kubelet(cluster)
    cluster.edit(set, (copy) => (copy.spec.replicas = 1))
    cluster.settle([controller])
    expect(active(cluster).length).toBe(1)
    expect(statusOf(cluster)).toMatchObject({
      replicas: 1,
      terminatingReplicas: 2,
      observedGeneration: 2,
    })
    const deletes = cluster.log.filter((c) => c.verb === 'delete')
    expect(deletes.every((c) => c.verb === 'delete' && c.options?.preconditions?.uid)).toBe(true)
    expect(cluster.notes.at(-1)).toMatchObject({ reason: 'SuccessfulDelete' })
    kubelet(cluster)
    cluster.settle([controller])
    expect(statusOf(cluster)).toMatchObject({ replicas: 1, terminatingReplicas: 0 })
  })

  test('adopts matching orphans, releases what no longer matches, leaves those of others', () => {
    const cluster = new TestCluster()
    const set = cluster.add(replicaSet('web', 2))
    cluster.add(pod('orphan', { metadata: { labels: { app: 'web' } } }))
    cluster.add(
      pod('foreign', {
        metadata: {
          labels: { app: 'web' },
          ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x', controller: true }],
        },
      }),
    )
    cluster.add(
      pod('relabeled', {
        metadata: {
          labels: { app: 'other' },
          ownerReferences: [
            {
              apiVersion: 'apps/v1',
              kind: 'ReplicaSet',
              name: 'web',
              uid: set.metadata.uid!,
              controller: true,
            },
          ],
        },
      }),
    )
    cluster.settle([controller])
    const owner = (name: string) =>
      cluster.view
        .get<Pod>('pods', 'default', name)
        ?.metadata.ownerReferences?.map((ref) => ref.name)
    expect(owner('orphan')).toEqual(['web'])
    expect(owner('foreign')).toEqual(['x'])
    expect(owner('relabeled')).toBeUndefined()
    expect(pods(cluster).length).toBe(4)
    expect(statusOf(cluster)?.replicas).toBe(2)
  })

  test('finished and ending pods do not count and are replaced', () => {
    const cluster = new TestCluster()
    cluster.add(replicaSet('web', 3))
    cluster.settle([controller])
    const [first, second] = pods(cluster)
    cluster.edit(first!, (copy) => (copy.status = { phase: 'Failed' }))
    cluster.edit(second!, (copy) => (copy.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'))
    cluster.settle([controller])
    expect(pods(cluster).length).toBe(5)
    expect(statusOf(cluster)).toMatchObject({ replicas: 3, terminatingReplicas: 1 })
  })

  test('one that is being deleted makes and adopts nothing, but keeps counting', () => {
    const cluster = new TestCluster()
    const set = cluster.add(replicaSet('web', 2))
    cluster.settle([controller])
    cluster.edit(set, (copy) => {
      copy.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'
      copy.metadata.finalizers = ['foregroundDeletion']
    })
    cluster.remove(pods(cluster)[0]!)
    cluster.add(pod('orphan', { metadata: { labels: { app: 'web' } } }))
    cluster.settle([controller])
    expect(pods(cluster).length).toBe(2)
    expect(statusOf(cluster)?.replicas).toBe(1)
  })

  test('minReadySeconds: available only after that time, and the key comes back by itself then', () => {
    const clock = steppedClock()
    const cluster = new TestCluster(clock)
    cluster.add(replicaSet('web', 2, { minReadySeconds: 10 }))
    cluster.settle([controller])
    makeReady(cluster, pods(cluster)[0]!, 4)
    makeReady(cluster, pods(cluster)[1]!, 30)
    cluster.settle([controller])
    expect(statusOf(cluster)).toMatchObject({ readyReplicas: 2, availableReplicas: 1 })
    const plan = controller.reconcile('default/web', cluster.view, clock.now())
    expect(plan).toEqual({ commands: [], requeueAfterMs: 6_000 })
    const later = controller.reconcile('default/web', cluster.view, clock.now() + 6_000)
    expect(later.commands).toMatchObject([
      { subresource: 'status', object: { status: { availableReplicas: 2 } } },
    ])
  })

  test('a refused pod becomes the ReplicaFailure condition and an Event; success takes it away', () => {
    const cluster = new TestCluster()
    const set = cluster.add(replicaSet('web', 3))
    cluster.gate = (command) =>
      command.verb === 'create' && pods(cluster).length >= 1
        ? forbiddenTo({ group: '', resource: 'pods' }, '', 'exceeded quota: small')
        : undefined
    cluster.reconcile(controller, 'default/web')
    const failure = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'pods is forbidden: exceeded quota: small',
    }
    expect(statusOf(cluster)).toMatchObject({ replicas: 1, conditions: [failure] })
    expect(cluster.notes.at(-1)).toMatchObject({
      type: 'Warning',
      reason: 'FailedCreate',
      message: 'Error creating: pods is forbidden: exceeded quota: small',
    })
    const told = cluster.log.length
    cluster.reconcile(controller, 'default/web')
    expect(cluster.log.length).toBe(told)
    cluster.edit(set, (copy) => (copy.spec.replicas = 1))
    cluster.settle([controller])
    expect(statusOf(cluster)?.conditions).toBeUndefined()
  })

  test('at most 500 pods a decision', () => {
    const cluster = new TestCluster()
    cluster.add(replicaSet('web', 1_200))
    const plan = controller.reconcile('default/web', cluster.view, 0)
    expect(plan.commands.filter((c) => c.verb === 'create').length).toBe(500)
  })

  test('watches: an owned pod leads to its owner, an orphan to all that select it', () => {
    const cluster = new TestCluster()
    cluster.add(replicaSet('web', 0))
    cluster.add(replicaSet('both', 0, { selector: { matchLabels: { app: 'web' } } }))
    cluster.add(pod('orphan', { metadata: { labels: { app: 'web' } } }))
    cluster.view.table('replicasets.apps').delete('default/x')
    expect([...cluster.keysOf(controller)].sort()).toEqual(['default/both', 'default/web'])
    const owned = controller.watches[1]!
    const mine = pod('mine', {
      metadata: {
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'gone', uid: 'g', controller: true },
        ],
      },
    })
    const step = { resource: 'pods', namespace: 'default', name: 'mine', revision: 1 }
    expect(
      owned.keysOf({ ...step, before: () => mine, after: () => undefined }, cluster.view),
    ).toEqual(['default/gone'])
  })
})

test('a ReplicationController does the same with its map selector', () => {
  const cluster = new TestCluster()
  const rc = cluster.add(replicationController('nginx', 3))
  const reconciler = replicationControllerController()
  cluster.settle([reconciler])
  kubelet(cluster)
  cluster.settle([reconciler])
  const now = () =>
    cluster.view.get<ReplicationController>('replicationcontrollers', 'default', 'nginx')
  expect(now()?.status).toEqual({
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    observedGeneration: 1,
  })
  cluster.edit(rc, (copy) => (copy.spec!.replicas = 0))
  cluster.settle([reconciler])
  expect(namesOf(active(cluster))).toEqual([])
  expect(cluster.notes[0]?.regarding).toMatchObject({
    kind: 'ReplicationController',
    apiVersion: 'v1',
  })
})

test('whatever happens to the pods, it converges to the wish and then wants nothing', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('scale' as const), to: fc.nat(6) }),
    fc.record({ do: fc.constantFrom('kill', 'fail', 'end', 'relabel', 'kubelet'), at: fc.nat(6) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const cluster = new TestCluster()
      const set = cluster.add(replicaSet('web', 2))
      let wanted = 2
      for (const each of steps) {
        cluster.settle([controller])
        if (each.do === 'scale')
          cluster.edit(set, (copy) => (copy.spec.replicas = wanted = each.to))
        else disturb(cluster, each.do, each.at)
      }
      cluster.settle([controller])
      const alive = active(cluster).filter(
        (p) => p.status?.phase !== 'Failed' && p.metadata.labels?.['app'] === 'web',
      )
      expect(alive.length).toBe(wanted)
      expect(statusOf(cluster)?.replicas).toBe(wanted)
      expect(
        controller.reconcile('default/web', cluster.view, cluster.clock.now()).commands,
      ).toEqual([])
    }),
    { numRuns: 60 },
  )
})

function disturb(cluster: TestCluster, what: string, at: number): void {
  if (what === 'kubelet') return void kubelet(cluster)
  const all = pods(cluster)
  const one = all[at % Math.max(1, all.length)]
  if (!one) return
  if (what === 'kill') cluster.remove(one)
  if (what === 'fail') cluster.edit(one, (copy) => (copy.status = { phase: 'Failed' }))
  if (what === 'end')
    cluster.edit(one, (copy) => (copy.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'))
  if (what === 'relabel') cluster.edit(one, (copy) => (copy.metadata.labels = {}))
}
