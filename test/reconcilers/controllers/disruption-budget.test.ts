import { describe, expect, test } from 'bun:test'
import type { KubeObject } from '../../../src/meta/object.ts'
import type { Pod } from '../../../src/resources/generated/core.gen.ts'
import type { PodDisruptionBudget } from '../../../src/resources/generated/policy.gen.ts'
import type { ScaledKinds } from '../../../src/reconcilers/controllers/budget-pods.ts'
import { disruptionController } from '../../../src/reconcilers/controllers/disruption-budget.ts'
import { container, pod } from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'
import { steppedClock } from '../../support/stepped-clock.ts'

const wanted = (object: KubeObject): number => (object as { spec?: { replicas?: number } }).spec?.replicas ?? 0
const KINDS: ScaledKinds = (_apiVersion, kind) =>
  ({
    ReplicaSet: { resource: 'replicasets.apps', replicas: wanted },
    Deployment: { resource: 'deployments.apps', replicas: wanted },
    Node: { resource: 'nodes', replicas: undefined },
  })[kind]
const CONTROLLER = disruptionController(KINDS)

const budget = (spec: object, more: object = {}): PodDisruptionBudget =>
  ({
    apiVersion: 'policy/v1', kind: 'PodDisruptionBudget',
    metadata: { name: 'b', namespace: 'default', generation: 2 },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec }, ...more,
  }) as PodDisruptionBudget

const web = (name: string, ready = true, metadata: object = {}): Pod =>
  pod(name, {
    metadata: { labels: { app: 'web' }, ...metadata },
    spec: { containers: [container()] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  })

const owned = (kind: string, name: string, uid: string): object => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid, controller: true }],
})

const scaled = (kind: string, name: string, uid: string, replicas: number, metadata: object = {}): KubeObject =>
  ({ apiVersion: 'apps/v1', kind, metadata: { name, namespace: 'default', uid, ...metadata }, spec: { replicas } }) as KubeObject

function settled(...objects: KubeObject[]): TestCluster {
  const cluster = new TestCluster(steppedClock())
  for (const object of objects) cluster.add(object)
  cluster.settle([CONTROLLER])
  return cluster
}

const statusIn = (cluster: TestCluster) =>
  cluster.view.get<PodDisruptionBudget>('poddisruptionbudgets.policy', 'default', 'b')!.status!

const RS = scaled('ReplicaSet', 'rs', 'r', 4)
const four = (ready: number): Pod[] =>
  [0, 1, 2, 3].map((i) => web(`p${i}`, i < ready, owned('ReplicaSet', 'rs', 'r')))

describe('what may be disrupted', () => {
  test.each([
    ['a number that must be there', { minAvailable: 2 }, [web('a'), web('b'), web('c')], [1, 3, 2, 3]],
    ['fewer are there', { minAvailable: 4 }, [web('a'), web('b')], [0, 2, 4, 2]],
    ['unready ones do not count', { minAvailable: 1 }, [web('a'), web('b', false)], [0, 1, 1, 2]],
    ['a share that must be there', { minAvailable: '50%' }, [RS, ...four(4)], [2, 4, 2, 4]],
    ['a share is rounded up', { minAvailable: '30%' }, [RS, ...four(3)], [1, 3, 2, 4]],
    ['a number that may be away', { maxUnavailable: 1 }, [RS, ...four(4)], [1, 4, 3, 4]],
    ['nothing may be away', { maxUnavailable: 0 }, [RS, ...four(4)], [0, 4, 4, 4]],
    ['no pods', { minAvailable: 0 }, [], [0, 0, 0, 0]],
  ])('%s', (_what, spec, objects, [allowed, healthy, desired, expected]) => {
    const status = statusIn(settled(budget(spec), ...objects))
    expect(status).toMatchObject({
      disruptionsAllowed: allowed, currentHealthy: healthy, desiredHealthy: desired, expectedPods: expected,
      observedGeneration: 2,
      conditions: [
        {
          type: 'DisruptionAllowed', status: allowed! > 0 ? 'True' : 'False',
          reason: allowed! > 0 ? 'SufficientPods' : 'InsufficientPods', observedGeneration: 2,
        },
      ],
    })
  })

  test('a Deployment counts for its ReplicaSets, once', () => {
    const of = (name: string, uid: string): KubeObject =>
      scaled('ReplicaSet', name, uid, 9, owned('Deployment', 'd', 'du'))
    const status = statusIn(
      settled(
        budget({ maxUnavailable: 1 }), scaled('Deployment', 'd', 'du', 2), of('a', 'ua'), of('b', 'ub'),
        web('p', true, owned('ReplicaSet', 'a', 'ua')), web('q', true, owned('ReplicaSet', 'b', 'ub')),
      ),
    )
    expect(status).toMatchObject({ expectedPods: 2, desiredHealthy: 1, disruptionsAllowed: 1 })
  })

  test.each([
    ['the controller is gone', owned('ReplicaSet', 'none', 'x'), 'found no controllers for pod "p"'],
    ['it has no scale', owned('Node', 'n', 'x'), 'nodes does not implement the scale subresource'],
    ['it is not served', owned('Foo', 'f', 'x'), 'no matches for kind "Foo" in version "apps/v1"'],
  ])('nothing while %s', (_why, metadata, message) => {
    const cluster = settled(budget({ maxUnavailable: 1 }), web('p', true, metadata))
    expect(statusIn(cluster)).toMatchObject({
      disruptionsAllowed: 0, conditions: [{ status: 'False', reason: 'SyncFailed', message }],
    })
    expect(cluster.notes[0]!.reason).toBe('CalculateExpectedPodCountFailed')
  })

  test('who was said to go does not count until that is too long ago', () => {
    const at = (disrupted: string): PodDisruptionBudget =>
      budget({ minAvailable: 1 }, { status: { disruptedPods: { a: disrupted, gone: disrupted } } })
    const status = statusIn(settled(at('2026-01-01T00:00:00Z'), web('a'), web('b')))
    expect(status).toMatchObject({ currentHealthy: 1, disruptedPods: { a: '2026-01-01T00:00:00Z' } })
    const late = statusIn(settled(at('2025-12-31T23:00:00Z'), web('a'), web('b')))
    expect(late.currentHealthy).toBe(2)
    expect(late.disruptedPods).toBeUndefined()
  })

  test('pods without a controller are told', () => {
    const cluster = settled(budget({ maxUnavailable: 1 }), web('p'))
    expect(cluster.notes.map(({ reason }) => reason)).toEqual(['UnmanagedPods'])
  })
})
