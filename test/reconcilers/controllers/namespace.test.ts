import { describe, expect, test } from 'bun:test'
import { forbiddenTo } from '../../../src/meta/status.ts'
import type { Namespace, Pod } from '../../../src/resources/generated/core.gen.ts'
import { namespaceController } from '../../../src/reconcilers/controllers/namespace.ts'
import { container, namespace, pod } from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'

const CONTENT = [
  { resource: 'configmaps', plural: 'configmaps', group: '' },
  { resource: 'pods', plural: 'pods', group: '' },
  { resource: 'replicasets.apps', plural: 'replicasets', group: 'apps' },
]
const controller = namespaceController(() => CONTENT)
const ENDING = '2026-01-01T00:00:00Z'

const configMap = (name: string, finalizers?: string[]) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'team', ...(finalizers && { finalizers }) },
})
const bound = (name: string) =>
  pod(name, { metadata: { namespace: 'team' }, spec: { containers: [container()], nodeName: 'n' } })
const now = (cluster: TestCluster) => cluster.view.get<Namespace>('namespaces', '', 'team')
const condition = (cluster: TestCluster, type: string) =>
  now(cluster)?.status?.conditions?.find((c) => c.type === type)

function ending(): TestCluster {
  const cluster = new TestCluster()
  cluster.add(namespace('team', { deletionTimestamp: ENDING }))
  return cluster
}

describe('namespace', () => {
  test('one that is not being deleted is left alone', () => {
    const cluster = new TestCluster()
    cluster.add(namespace('team'))
    cluster.add(configMap('a'))
    cluster.settle([controller])
    expect(cluster.log).toEqual([])
  })

  test('an empty one goes at once, through finalize', () => {
    const cluster = ending()
    cluster.settle([controller])
    expect(cluster.log).toMatchObject([
      {
        verb: 'update',
        resource: 'namespaces',
        subresource: 'finalize',
        object: { spec: { finalizers: [] } },
      },
    ])
    expect(now(cluster)).toBeUndefined()
  })

  test('pods go first; the rest waits for the last of them', () => {
    const cluster = ending()
    const running = cluster.add(bound('web'))
    cluster.add(pod('never-bound', { metadata: { namespace: 'team' } }))
    cluster.add(configMap('a'))
    cluster.settle([controller])
    expect(cluster.view.count('configmaps')).toBe(1)
    expect(
      cluster.view.list<Pod>('pods').map((p) => p.metadata.deletionTimestamp !== undefined),
    ).toEqual([true])
    expect(now(cluster)?.status).toMatchObject({
      phase: 'Terminating',
      conditions: [
        {
          type: 'NamespaceDeletionDiscoveryFailure',
          status: 'False',
          reason: 'ResourcesDiscovered',
        },
        {
          type: 'NamespaceDeletionGroupVersionParsingFailure',
          status: 'False',
          reason: 'ParsedGroupVersions',
        },
        { type: 'NamespaceDeletionContentFailure', status: 'False', reason: 'ContentDeleted' },
        {
          type: 'NamespaceContentRemaining',
          status: 'True',
          reason: 'SomeResourcesRemain',
          message: 'Some resources are remaining: pods. has 1 resource instances',
        },
        { type: 'NamespaceFinalizersRemaining', status: 'False', reason: 'ContentHasNoFinalizers' },
      ],
    })
    cluster.remove(running)
    cluster.settle([controller])
    expect([cluster.view.count('configmaps'), now(cluster)]).toEqual([0, undefined])
  })

  test('finalizers on content are told, and hold the namespace', () => {
    const cluster = ending()
    const held = cluster.add(configMap('a', ['x.io/hold']))
    cluster.settle([controller])
    expect(condition(cluster, 'NamespaceFinalizersRemaining')).toMatchObject({
      status: 'True',
      reason: 'SomeFinalizersRemain',
      message:
        'Some content in the namespace has finalizers remaining: x.io/hold in 1 resource instances',
    })
    cluster.remove(held)
    cluster.settle([controller])
    expect(now(cluster)).toBeUndefined()
  })

  test('another finalizer of the namespace stays, and the content is told to be gone', () => {
    const cluster = new TestCluster()
    cluster.add({
      ...namespace('team', { deletionTimestamp: ENDING }),
      spec: { finalizers: ['kubernetes', 'x.io/mine'] },
    })
    cluster.settle([controller])
    expect(now(cluster)?.spec?.finalizers).toEqual(['x.io/mine'])
    expect(condition(cluster, 'NamespaceContentRemaining')).toMatchObject({
      status: 'False',
      reason: 'ContentRemoved',
    })
  })

  test('content that may not be deleted is told', () => {
    const cluster = ending()
    cluster.add(configMap('a'))
    cluster.gate = (command) =>
      command.verb === 'delete'
        ? forbiddenTo({ group: '', resource: 'configmaps' }, 'a', 'no')
        : undefined
    cluster.reconcile(controller, 'team')
    expect(condition(cluster, 'NamespaceDeletionContentFailure')).toMatchObject({
      status: 'True',
      reason: 'ContentDeletionFailed',
      message:
        'Failed to delete all resource types, 1 remaining: unexpected error on configmaps: configmaps "a" is forbidden: no',
    })
  })

  test('a decision deletes at most 500 objects', () => {
    const cluster = ending()
    for (let i = 0; i < 600; i++) cluster.add(configMap(`c${i}`))
    expect(controller.reconcile('team', cluster.view, 0).commands.length).toBe(500)
    cluster.settle([controller])
    expect(now(cluster)).toBeUndefined()
  })
})
