import { describe, expect, test } from 'bun:test'
import type { KubeObject } from '../../../src/meta/object.ts'
import {
  attributesClassProtection, claimProtection, volumeProtection,
} from '../../../src/reconcilers/controllers/storage-protection.ts'
import { container, pod } from '../../support/builders.ts'
import { TestCluster } from '../../support/cluster.ts'

const CLASSES = 'volumeattributesclasses.storage.k8s.io'
const END = '2026-01-01T00:00:00Z'

const deleted = (kind: string, name: string, finalizer: string, more: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind, metadata: { name, deletionTimestamp: END, finalizers: [`kubernetes.io/${finalizer}`] }, ...more })

const using = (nodeName: string | undefined, metadata: object = {}) =>
  pod('user', { metadata, spec: { containers: [container()], nodeName, volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] } })

/** Puts an object without a namespace where the view finds it. */
const place = (cluster: TestCluster, resource: string, object: KubeObject) =>
  cluster.view.table(resource).set(`/${object.metadata.name}`, object)

/** What a controller sends for one object. */
const commands = (cluster: TestCluster, controller: ReturnType<typeof claimProtection>, key: string) =>
  controller.reconcile(key, cluster.view, cluster.clock.now()).commands

describe('protection of storage', () => {
  test.each([
    ['nobody', undefined, true],
    ['a Pod on a node', using('n'), false],
    ['a Pod that is on no node', using(undefined), true],
    ['a Pod that is stopped and not gone', using('n', { deletionTimestamp: END, deletionGracePeriodSeconds: 0 }), false],
  ])('a claim that %s uses', (_who, user, isFree) => {
    const cluster = new TestCluster()
    cluster.add(deleted('PersistentVolumeClaim', 'c', 'pvc-protection'))
    if (user) cluster.add(user)
    const sent = commands(cluster, claimProtection(), 'default/c')
    expect(sent.map((command) => command.verb === 'update' && command.object.metadata.finalizers)).toEqual(isFree ? [[]] : [])
  })

  test('a claim is looked at again when its Pod goes', () => {
    const cluster = new TestCluster()
    const [, watch] = claimProtection().watches
    const change = { resource: 'pods', namespace: 'default', name: 'user', revision: 1, before: () => using('n'), after: () => undefined }
    expect(watch!.keysOf(change, cluster.view)).toEqual(['default/c'])
  })

  test('what was made before it was protected is protected', () => {
    const cluster = new TestCluster()
    cluster.add({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c', finalizers: ['a/b'] } })
    expect(commands(cluster, claimProtection(), 'default/c'))
      .toMatchObject([{ object: { metadata: { finalizers: ['a/b', 'kubernetes.io/pvc-protection'] } } }])
  })

  test.each([['Bound', 0], ['Released', 1]])('a volume that is %s', (phase, count) => {
    const cluster = new TestCluster()
    place(cluster, 'persistentvolumes', deleted('PersistentVolume', 'v', 'pv-protection', { status: { phase } }))
    expect(commands(cluster, volumeProtection(), '/v')).toHaveLength(count)
  })

  test.each([['gold', 0], ['tin', 1]])('an attributes class while a volume is of class %s', (name, count) => {
    const cluster = new TestCluster()
    place(cluster, CLASSES, deleted('VolumeAttributesClass', 'gold', 'vac-protection'))
    place(cluster, 'persistentvolumes', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v' }, spec: { volumeAttributesClassName: name } } as KubeObject)
    expect(commands(cluster, attributesClassProtection(), '/gold')).toHaveLength(count)
  })
})
