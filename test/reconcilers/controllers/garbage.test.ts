import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { KubeObject, ObjectMeta, OwnerReference } from '../../../src/meta/object.ts'
import { garbageCollector } from '../../../src/reconcilers/controllers/garbage.ts'
import { node } from '../../support/builders.ts'
import { change, commandText, TestCluster } from '../../support/cluster.ts'

const KINDS = {
  ConfigMap: { resource: 'configmaps', namespaced: true },
  Secret: { resource: 'secrets', namespaced: true },
  Node: { resource: 'nodes', namespaced: false },
} as Record<string, { resource: string; namespaced: boolean }>

const collector = garbageCollector({
  resources: ['configmaps', 'secrets', 'nodes'],
  resourceOf: (_apiVersion, kind) => KINDS[kind],
})

const refTo = (owner: KubeObject, extra: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'v1',
  kind: owner.kind,
  name: owner.metadata.name!,
  uid: owner.metadata.uid!,
  ...extra,
})
const object = (
  name: string,
  owners: OwnerReference[] = [],
  metadata: ObjectMeta = {},
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name,
    namespace: 'default',
    ...(owners.length > 0 && { ownerReferences: owners }),
    ...metadata,
  },
})
const names = (cluster: TestCluster) => cluster.view.list('configmaps').map((o) => o.metadata.name)
const remove = (
  cluster: TestCluster,
  name: string,
  propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
) =>
  cluster.apply({
    verb: 'delete',
    resource: 'configmaps',
    namespace: 'default',
    name,
    options: { propagationPolicy },
  })

describe('garbage', () => {
  test('background: dependents of the dead go, through all generations', () => {
    const cluster = new TestCluster()
    const a = cluster.add(object('a'))
    const b = cluster.add(object('b', [refTo(a)]))
    cluster.add(object('c', [refTo(b)]))
    cluster.add(object('other'))
    cluster.settle([collector])
    expect(names(cluster)).toEqual(['a', 'b', 'c', 'other'])
    remove(cluster, 'a', 'Background')
    cluster.settle([collector])
    expect(names(cluster)).toEqual(['other'])
  })

  test('one living owner is enough; references to the dead are taken out', () => {
    const cluster = new TestCluster()
    const a = cluster.add(object('a'))
    const b = cluster.add(object('b'))
    cluster.add(object('c', [refTo(a), refTo(b)]))
    remove(cluster, 'a', 'Background')
    cluster.settle([collector])
    expect(cluster.view.get('configmaps', 'default', 'c')?.metadata.ownerReferences).toEqual([
      refTo(b),
    ])
  })

  test('a namesake of the owner is not the owner', () => {
    const cluster = new TestCluster()
    const a = cluster.add(object('a'))
    cluster.add(object('b', [{ ...refTo(a), uid: 'former' }]))
    cluster.settle([collector])
    expect(names(cluster)).toEqual(['a'])
  })

  test('foreground: the owner waits for blocking dependents, which go first', () => {
    const cluster = new TestCluster()
    const a = cluster.add(object('a'))
    const b = cluster.add(object('b', [refTo(a, { blockOwnerDeletion: true })]))
    cluster.add(
      object('c', [refTo(b, { blockOwnerDeletion: true })], { finalizers: ['x.io/hold'] }),
    )
    remove(cluster, 'a', 'Foreground')
    cluster.settle([collector])
    expect(names(cluster)).toEqual(['a', 'b', 'c'])
    expect(cluster.view.get('configmaps', 'default', 'b')?.metadata.finalizers).toEqual([
      'foregroundDeletion',
    ])
    cluster.remove(cluster.view.get('configmaps', 'default', 'c')!)
    cluster.settle([collector])
    expect(names(cluster)).toEqual([])
  })

  test('foreground: dependents that do not block may outlive the owner for a moment', () => {
    const cluster = new TestCluster()
    const a = cluster.add(object('a'))
    cluster.add(object('b', [refTo(a)], { finalizers: ['x.io/hold'] }))
    remove(cluster, 'a', 'Foreground')
    cluster.settle([collector])
    expect(names(cluster)).toEqual(['b'])
    expect(cluster.view.get('configmaps', 'default', 'b')?.metadata.deletionTimestamp).toBeDefined()
  })

  test('foreground: a dependent with another owner loses the reference and stays', () => {
    const cluster = new TestCluster()
    const [a, b] = [cluster.add(object('a')), cluster.add(object('b'))]
    cluster.add(object('c', [refTo(a, { blockOwnerDeletion: true }), refTo(b)]))
    remove(cluster, 'a', 'Foreground')
    cluster.settle([collector])
    expect(names(cluster)).toEqual(['b', 'c'])
  })

  test('orphan: dependents are let go, then the owner is', () => {
    const cluster = new TestCluster()
    const a = cluster.add(object('a'))
    cluster.add(object('b', [refTo(a)]))
    remove(cluster, 'a', 'Orphan')
    cluster.settle([collector])
    expect(names(cluster)).toEqual(['b'])
    expect(cluster.view.get('configmaps', 'default', 'b')?.metadata.ownerReferences).toBeUndefined()
  })

  test('a circle goes, in the background and in the foreground', () => {
    for (const policy of ['Background', 'Foreground'] as const) {
      const cluster = new TestCluster()
      const block = { blockOwnerDeletion: true }
      const a = object('a', [{ ...refTo(object('b', [], { uid: 'b' })), ...block }], { uid: 'a' })
      const b = object('b', [{ ...refTo(a), ...block }], { uid: 'b' })
      cluster.add(a)
      cluster.add(b)
      cluster.settle([collector])
      expect(names(cluster)).toEqual(['a', 'b'])
      remove(cluster, 'a', policy)
      cluster.settle([collector])
      expect(names(cluster)).toEqual([])
    }
  })

  test('an owner in another namespace counts as absent, and is told', () => {
    const cluster = new TestCluster()
    const far = cluster.add(object('far', [], { namespace: 'other' }))
    cluster.add(object('b', [refTo(far)]))
    cluster.settle([collector])
    expect(names(cluster)).toEqual(['far'])
    expect(cluster.notes).toMatchObject([
      {
        type: 'Warning',
        reason: 'OwnerRefInvalidNamespace',
        message: `ownerRef [v1/ConfigMap, namespace: default, name: far, uid: ${far.metadata.uid}] does not exist in namespace "default"`,
      },
    ])
  })

  test('cluster-scoped owners own across namespaces; namespaced owners own no cluster-scoped object', () => {
    const cluster = new TestCluster()
    const n = cluster.add(node('n'))
    cluster.add(object('b', [refTo(n)]))
    const c = cluster.add(object('c'))
    cluster.add(node('wrong', { metadata: { ownerReferences: [refTo(c)] } }))
    cluster.settle([collector])
    expect(names(cluster)).toEqual(['b', 'c'])
    cluster.remove(n)
    cluster.remove(c)
    cluster.settle([collector])
    expect(names(cluster)).toEqual([])
    expect(cluster.view.count('nodes')).toBe(1)
  })

  test('of a kind that is not served nothing is concluded', () => {
    const cluster = new TestCluster()
    cluster.add(object('b', [{ apiVersion: 'x.io/v1', kind: 'Foo', name: 'f', uid: 'f' }]))
    cluster.settle([collector])
    expect(names(cluster)).toEqual(['b'])
  })

  test('deletes carry what they saw: uid and version', () => {
    const cluster = new TestCluster()
    const b = cluster.add(
      object('b', [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'gone' }]),
    )
    const plan = collector.reconcile('configmaps/default/b', cluster.view, 0)
    expect(plan.commands).toMatchObject([
      {
        verb: 'delete',
        options: {
          propagationPolicy: 'Background',
          preconditions: { uid: b.metadata.uid, resourceVersion: b.metadata.resourceVersion },
        },
      },
    ])
  })

  test('watches: the dead lead to their dependents, dependents to owners that wait', () => {
    const cluster = new TestCluster()
    const a = cluster.add(
      object('a', [], {
        deletionTimestamp: '2026-01-01T00:00:00Z',
        finalizers: ['foregroundDeletion'],
      }),
    )
    const b = cluster.add(object('b', [refTo(a)]))
    const watch = collector.watches[0]!
    expect(watch.keysOf(change('configmaps', a, undefined), cluster.view)).toEqual([
      'configmaps/default/b',
    ])
    expect(watch.keysOf(change('configmaps', b, undefined), cluster.view)).toContain(
      'configmaps/default/a',
    )
    expect(watch.keysOf(change('configmaps', undefined, object('plain')), cluster.view)).toEqual([])
  })
})

test('any forest of owners: after a deletion exactly what a living root holds remains', () => {
  const policy = fc.constantFrom('Background' as const, 'Foreground' as const)
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { minLength: 1, maxLength: 12 }),
      fc.nat(),
      policy,
      (edges, at, how) => {
        const cluster = new TestCluster()
        const made: KubeObject[] = []
        edges.forEach(([first, second, owned], i) => {
          const owners = owned && i > 0 ? [...new Set([first % i, second % i])] : []
          made.push(
            cluster.add(
              object(
                `o${i}`,
                owners.map((n) => refTo(made[n]!, { blockOwnerDeletion: true })),
              ),
            ),
          )
        })
        remove(cluster, `o${at % made.length}`, how)
        cluster.settle([collector], { rounds: 200 })
        const alive = new Set<number>()
        edges.forEach(([first, second, owned], i) => {
          if (i === at % made.length) return
          if (!owned || i === 0 || alive.has(first % i) || alive.has(second % i)) alive.add(i)
        })
        const expected = [...alive].map((i) => `o${i}`).sort()
        expect({ names: names(cluster).sort(), log: cluster.log.map(commandText) }).toMatchObject({
          names: expected,
        })
      },
    ),
    { numRuns: 80 },
  )
})
