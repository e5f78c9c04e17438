import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { forbiddenTo } from '../../../src/meta/status.ts'
import type { Deployment, ReplicaSet } from '../../../src/resources/generated/apps.gen.ts'
import type { Pod } from '../../../src/resources/generated/core.gen.ts'
import { deploymentController } from '../../../src/reconcilers/controllers/deployment.ts'
import {
  maxSurge,
  maxUnavailable,
} from '../../../src/reconcilers/controllers/deployment-numbers.ts'
import { isPodActive, isPodReady } from '../../../src/reconcilers/controllers/pod-state.ts'
import { replicaSetController } from '../../../src/reconcilers/controllers/replicaset.ts'
import {
  container,
  deployment,
  kubelet,
  makeReady,
  replicaSet,
  template,
} from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

const DEPLOYMENT = deploymentController()
const BOTH = [DEPLOYMENT, replicaSetController()]
const REVISION = 'deployment.kubernetes.io/revision'

const now = (cluster: TestCluster) =>
  cluster.view.get<Deployment>('deployments.apps', 'default', 'web')!
const sets = (cluster: TestCluster) => cluster.view.list<ReplicaSet>('replicasets.apps')
const setOf = (cluster: TestCluster, image: string) =>
  sets(cluster).find((set) => set.spec.template?.spec?.containers[0]?.image === image)
const pods = (cluster: TestCluster) => cluster.view.list<Pod>('pods')
const condition = (cluster: TestCluster, type: string) =>
  now(cluster).status?.conditions?.find((c) => c.type === type)
const setImage = (cluster: TestCluster, image: string) =>
  cluster.edit(now(cluster), (copy) => (copy.spec.template.spec!.containers = [container(image)]))

/** Runs controllers and kubelet until nothing moves. */
function rollOut(cluster: TestCluster, each: () => void = () => {}): void {
  for (let i = 0; i < 60; i++) {
    const rounds = cluster.settle(BOTH, { each })
    if (!kubelet(cluster) && rounds === 0) return
    each()
  }
  throw new Error(`rollout does not end: ${cluster.tail()}`)
}

function deployed(spec: Partial<Deployment['spec']> = {}, replicas = 3): TestCluster {
  const cluster = new TestCluster(steppedClock())
  cluster.add(deployment('web', replicas, spec))
  rollOut(cluster)
  return cluster
}

describe('Deployment', () => {
  test('makes one ReplicaSet named by its template, and tells when it is available', () => {
    const cluster = deployed()
    const [set] = sets(cluster)
    const hash = set!.metadata.labels!['pod-template-hash']!
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{7,10}$/)
    expect(set).toMatchObject({
      metadata: {
        name: `web-${hash}`,
        labels: { app: 'web', 'pod-template-hash': hash },
        annotations: {
          [REVISION]: '1',
          'deployment.kubernetes.io/desired-replicas': '3',
          'deployment.kubernetes.io/max-replicas': '4',
        },
        ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
      },
      spec: { replicas: 3, selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } } },
    })
    expect(now(cluster).metadata.annotations).toEqual({ [REVISION]: '1' })
    expect(now(cluster).status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
    })
    expect(condition(cluster, 'Available')).toMatchObject({
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
    })
    expect(condition(cluster, 'Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "web-${hash}" has successfully progressed.`,
    })
    expect(cluster.notes[0]).toMatchObject({
      regarding: { kind: 'Deployment', name: 'web' },
      reason: 'ScalingReplicaSet',
      message: `Scaled up replica set web-${hash} from 0 to 3`,
    })
  })

  test('a new template rolls over to a second set; the history stays', () => {
    const cluster = deployed()
    setImage(cluster, 'nginx:2')
    rollOut(cluster)
    expect(setOf(cluster, 'nginx')).toMatchObject({
      spec: { replicas: 0 },
      metadata: { annotations: { [REVISION]: '1' } },
    })
    expect(setOf(cluster, 'nginx:2')).toMatchObject({
      spec: { replicas: 3 },
      metadata: { annotations: { [REVISION]: '2' } },
    })
    expect(now(cluster).metadata.annotations?.[REVISION]).toBe('2')
  })

  test('undo is a template of before: its set serves again, with the next revision and its history', () => {
    const cluster = deployed()
    setImage(cluster, 'nginx:2')
    rollOut(cluster)
    setImage(cluster, 'nginx')
    rollOut(cluster)
    expect(sets(cluster).length).toBe(2)
    expect(setOf(cluster, 'nginx')).toMatchObject({
      spec: { replicas: 3 },
      metadata: {
        annotations: { [REVISION]: '3', 'deployment.kubernetes.io/revision-history': '1' },
      },
    })
    expect(now(cluster).metadata.annotations?.[REVISION]).toBe('3')
  })

  test('change-cause and other annotations are copied to the set; last-applied is not', () => {
    const cluster = deployed()
    cluster.edit(now(cluster), (copy) => {
      copy.metadata.annotations = {
        ...copy.metadata.annotations,
        'kubernetes.io/change-cause': 'because',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
      }
    })
    rollOut(cluster)
    const annotations = sets(cluster)[0]!.metadata.annotations!
    expect(annotations['kubernetes.io/change-cause']).toBe('because')
    expect(annotations).not.toHaveProperty(['kubectl.kubernetes.io/last-applied-configuration'])
  })

  test('Recreate: no new pod before the last old one is gone', () => {
    const cluster = deployed({ strategy: { type: 'Recreate' } })
    setImage(cluster, 'nginx:2')
    rollOut(cluster, () => {
      const images = new Set(pods(cluster).map((p) => p.spec!.containers[0]!.image))
      expect(images.size).toBeLessThanOrEqual(1)
    })
    expect(pods(cluster).map((p) => p.spec!.containers[0]!.image)).toEqual(Array(3).fill('nginx:2'))
  })

  test('paused: a new template makes nothing, resizing works; resuming goes on', () => {
    const cluster = deployed()
    cluster.edit(now(cluster), (copy) => (copy.spec.paused = true))
    setImage(cluster, 'nginx:2')
    cluster.edit(now(cluster), (copy) => (copy.spec.replicas = 5))
    rollOut(cluster)
    expect(sets(cluster).length).toBe(1)
    expect(pods(cluster).length).toBe(5)
    expect(condition(cluster, 'Progressing')).toMatchObject({
      status: 'Unknown',
      reason: 'DeploymentPaused',
      message: 'Deployment is paused',
    })
    cluster.edit(now(cluster), (copy) => (copy.spec.paused = false))
    rollOut(cluster)
    expect(setOf(cluster, 'nginx:2')?.spec.replicas).toBe(5)
    expect(condition(cluster, 'Progressing')).toMatchObject({ reason: 'NewReplicaSetAvailable' })
  })

  test('a set that was shrunk and grown again frees nobody before it has looked', () => {
    const cluster = deployed({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 5, maxUnavailable: 1 } } }, 5)
    setImage(cluster, 'nginx:2')
    rollOut(cluster)
    // The old set's status still tells of the pods it had: it was emptied and not looked at since.
    cluster.edit(setOf(cluster, 'nginx')!, (copy) => {
      copy.status = { ...copy.status, replicas: 5, readyReplicas: 5, availableReplicas: 5 }
      copy.metadata.generation = copy.metadata.generation! + 1
    })
    setImage(cluster, 'nginx')
    const told = () => setOf(cluster, 'nginx:2')!.spec.replicas
    for (let i = 0; i < 3; i++) cluster.reconcile(DEPLOYMENT, 'default/web')
    expect([setOf(cluster, 'nginx')!.spec.replicas, told()]).toEqual([5, 4])
    rollOut(cluster)
    expect(told()).toBe(0)
  })

  test('revisionHistoryLimit: the oldest empty sets go once the rollout is complete', () => {
    const cluster = deployed({ revisionHistoryLimit: 1 })
    for (const image of ['nginx:2', 'nginx:3', 'nginx:4']) {
      setImage(cluster, image)
      rollOut(cluster)
    }
    expect(
      sets(cluster)
        .map((set) => set.metadata.annotations?.[REVISION])
        .sort(),
    ).toEqual(['3', '4'])
  })

  test('progressDeadlineSeconds: no progress is told at the deadline, and awaited until then', () => {
    const clock = steppedClock()
    const cluster = new TestCluster(clock)
    cluster.add(deployment('web', 1, { progressDeadlineSeconds: 60 }))
    cluster.settle(BOTH)
    const plan = (at: number) => DEPLOYMENT.reconcile('default/web', cluster.view, clock.now() + at)
    expect(condition(cluster, 'Progressing')).toMatchObject({ reason: 'ReplicaSetUpdated' })
    expect(plan(20_000)).toEqual({ commands: [], requeueAfterMs: 41_000 })
    expect(plan(61_000).commands).toMatchObject([
      {
        object: {
          status: {
            conditions: [
              { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
              {
                type: 'Progressing',
                status: 'False',
                reason: 'ProgressDeadlineExceeded',
                message: `ReplicaSet "${sets(cluster)[0]!.metadata.name}" has timed out progressing.`,
              },
            ],
          },
        },
      },
    ])
  })

  test('a foreign set of the name is a collision: the count rises and the next name is another', () => {
    const probe = deployed()
    const taken = sets(probe)[0]!.metadata.name!
    const cluster = new TestCluster()
    cluster.add(replicaSet(taken, 0))
    cluster.add(deployment('web', 3))
    rollOut(cluster)
    expect(now(cluster).status?.collisionCount).toBe(1)
    const mine = sets(cluster).find((set) => set.metadata.name !== taken)!
    expect(mine.spec.replicas).toBe(3)
  })

  test('an orphaned set of the same template is adopted, not doubled', () => {
    const cluster = deployed()
    const before = sets(cluster)[0]!
    cluster.edit(before, (copy) => delete copy.metadata.ownerReferences)
    rollOut(cluster)
    expect(sets(cluster).length).toBe(1)
    expect(sets(cluster)[0]!.metadata.ownerReferences).toMatchObject([
      { kind: 'Deployment', name: 'web' },
    ])
  })

  test('resized in the midst of a rollout: each set gets its share', () => {
    const cluster = deployed(
      { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } },
      10,
    )
    setImage(cluster, 'broken')
    // The new pods never become ready.
    for (let i = 0; i < 10; i++) {
      cluster.settle(BOTH)
      kubelet(
        cluster,
        (p) =>
          p.spec!.containers[0]!.image === 'nginx' || p.metadata.deletionTimestamp !== undefined,
      )
    }
    expect([
      setOf(cluster, 'nginx')!.spec.replicas,
      setOf(cluster, 'broken')!.spec.replicas,
    ]).toEqual([8, 5])
    cluster.edit(now(cluster), (copy) => (copy.spec.replicas = 15))
    cluster.settle(BOTH)
    // Source: the example of the Kubernetes documentation, "proportional scaling".
    expect([
      setOf(cluster, 'nginx')!.spec.replicas,
      setOf(cluster, 'broken')!.spec.replicas,
    ]).toEqual([11, 7])
  })

  test('a set that is refused is told in status and by an Event', () => {
    const cluster = new TestCluster()
    cluster.add(deployment('web', 1))
    cluster.gate = (command) =>
      command.verb === 'create'
        ? forbiddenTo({ group: 'apps', resource: 'replicasets' }, 'x', 'quota')
        : undefined
    cluster.reconcile(DEPLOYMENT, 'default/web')
    const message = expect.stringMatching(
      /^Failed to create new replica set "web-.*": replicasets\.apps "x" is forbidden: quota$/,
    )
    expect(condition(cluster, 'Progressing')).toMatchObject({
      status: 'False',
      reason: 'ReplicaSetCreateError',
      message,
    })
    expect(cluster.notes).toMatchObject([
      { type: 'Warning', reason: 'ReplicaSetCreateError', message },
    ])
  })

  test('failures of a set become the Deployment’s', () => {
    const cluster = new TestCluster()
    cluster.add(deployment('web', 1))
    cluster.gate = (command) =>
      command.resource === 'pods'
        ? forbiddenTo({ group: '', resource: 'pods' }, '', 'quota')
        : undefined
    for (let i = 0; i < 4; i++)
      for (const c of BOTH) for (const key of cluster.keysOf(c)) cluster.reconcile(c, key)
    expect(condition(cluster, 'ReplicaFailure')).toMatchObject({
      status: 'True',
      reason: 'FailedCreate',
    })
    cluster.gate = () => undefined
    rollOut(cluster)
    expect(condition(cluster, 'ReplicaFailure')).toBeUndefined()
  })

  test('a selector of everything does nothing but say so', () => {
    const cluster = new TestCluster()
    cluster.add(deployment('web', 1, { selector: {} }))
    cluster.settle(BOTH)
    expect(sets(cluster)).toEqual([])
    expect(cluster.notes).toMatchObject([{ reason: 'SelectingAll', type: 'Warning' }])
  })

  test('minReadySeconds reaches the set', () => {
    const cluster = deployed()
    cluster.edit(now(cluster), (copy) => (copy.spec.minReadySeconds = 5))
    cluster.settle(BOTH)
    expect(sets(cluster)[0]!.spec.minReadySeconds).toBe(5)
  })
})

const limit = fc.oneof(fc.nat(4), fc.constantFrom('0%', '20%', '25%', '50%', '100%'))

test('a rollout never goes above surge nor below availability, ends, and then wants nothing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      limit,
      limit,
      fc.array(fc.nat(7), { maxLength: 40 }),
      (replicas, surge, lack, luck) => {
        fc.pre(!(Number.parseInt(String(surge)) === 0 && Number.parseInt(String(lack)) === 0))
        const cluster = deployed(
          {
            strategy: {
              type: 'RollingUpdate',
              rollingUpdate: { maxSurge: surge, maxUnavailable: lack },
            },
          },
          replicas,
        )
        const d = now(cluster)
        const [most, least] = [replicas + maxSurge(d), replicas - maxUnavailable(d)]
        const holds = () => {
          const active = pods(cluster).filter(isPodActive)
          expect(active.length).toBeLessThanOrEqual(most)
          expect(active.filter(isPodReady).length).toBeGreaterThanOrEqual(least)
        }
        setImage(cluster, 'nginx:2')
        // Controllers and kubelets take turns in any order, one key or pod at a time.
        for (const chance of luck) {
          const each = pods(cluster)
          const one = each[chance % Math.max(1, each.length)]
          if (chance === 7 && one && !one.metadata.deletionTimestamp) makeReady(cluster, one)
          else {
            const reconciler = BOTH[chance % 2]!
            const keys = [...cluster.keysOf(reconciler)]
            cluster.reconcile(reconciler, keys[chance % keys.length]!, holds)
          }
          holds()
        }
        rollOut(cluster, holds)
        expect(setOf(cluster, 'nginx:2')?.spec.replicas).toBe(replicas)
        expect(pods(cluster).length).toBe(replicas)
        expect(
          DEPLOYMENT.reconcile('default/web', cluster.view, cluster.clock.now()).commands,
        ).toEqual([])
      },
    ),
    { numRuns: 60 },
  )
})

test('any mix of templates, sizes and pauses converges to the last wish', () => {
  const wish = fc.oneof(
    fc.record({ image: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ replicas: fc.nat(6) }),
    fc.record({ paused: fc.boolean() }),
    fc.record({ kubelet: fc.constant(true) }),
  )
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 10 }), fc.boolean(), (wishes, recreate) => {
      const strategy = recreate ? { type: 'Recreate' } : undefined
      const cluster = new TestCluster()
      cluster.add(
        deployment('web', 2, {
          template: template({ app: 'web' }, 'a'),
          ...(strategy && { strategy }),
        }),
      )
      for (const each of wishes) {
        cluster.settle(BOTH)
        if ('image' in each) setImage(cluster, each.image)
        else if ('replicas' in each)
          cluster.edit(now(cluster), (copy) => (copy.spec.replicas = each.replicas))
        else if ('paused' in each)
          cluster.edit(now(cluster), (copy) => (copy.spec.paused = each.paused))
        else kubelet(cluster)
      }
      cluster.edit(now(cluster), (copy) => (copy.spec.paused = false))
      rollOut(cluster)
      const { replicas, template: last } = now(cluster).spec
      const image = last.spec!.containers[0]!.image
      expect(pods(cluster).map((p) => p.spec!.containers[0]!.image)).toEqual(
        Array(replicas!).fill(image),
      )
      expect(now(cluster).status?.availableReplicas ?? 0).toBe(replicas!)
    }),
    { numRuns: 60 },
  )
})
