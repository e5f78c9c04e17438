import { expect, test } from 'bun:test'
import { clusterRoleAggregation } from '../../../src/reconcilers/controllers/clusterrole-aggregation.ts'
import type { ClusterRole, PolicyRule } from '../../../src/resources/generated/rbac.gen.ts'
import { TestCluster } from '../../support/cluster.ts'

const pods = (verb: string): PolicyRule => ({ verbs: [verb], apiGroups: [''], resources: ['pods'] })

const role = (name: string, more: Partial<ClusterRole>, labels: Record<string, string> = {}): ClusterRole => ({
  apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name, labels }, ...more,
})

const gathers = (...labels: string[]): Partial<ClusterRole> => ({
  aggregationRule: { clusterRoleSelectors: labels.map((label) => ({ matchLabels: { to: label } })) },
})

function clusterOf(...roles: ClusterRole[]): TestCluster {
  const cluster = new TestCluster()
  for (const one of roles) cluster.add(one)
  return cluster
}

const verbsOf = (cluster: TestCluster, name: string): string[] | undefined =>
  cluster.view.get<ClusterRole>('clusterroles.rbac.authorization.k8s.io', '', name)!.rules?.flatMap(({ verbs }) => verbs)

test('a role gathers in the order of its selectors, then of names, each rule once', () => {
  const cluster = clusterOf(
    role('all', gathers('x', 'y')),
    role('b', { rules: [pods('get'), pods('list')] }, { to: 'x' }),
    role('a', { rules: [pods('watch'), pods('get')] }, { to: 'x' }),
    role('c', { rules: [pods('list'), pods('create')] }, { to: 'y' }),
    role('d', { rules: [pods('delete')] }, { to: 'z' }),
  )
  cluster.settle([clusterRoleAggregation()])
  expect(verbsOf(cluster, 'all')).toEqual(['watch', 'get', 'list', 'create'])
})

test('what one role gathers, the next one gathers from it; itself it passes over', () => {
  const cluster = clusterOf(
    role('admin', gathers('admin')), role('edit', gathers('edit'), { to: 'admin' }),
    role('view', { ...gathers('view') }, { to: 'edit' }), role('part', { rules: [pods('get')] }, { to: 'view' }),
    role('self', gathers('self'), { to: 'self' }),
  )
  cluster.settle([clusterRoleAggregation()])
  expect(verbsOf(cluster, 'admin')).toEqual(['get'])
  expect(verbsOf(cluster, 'self')).toBeUndefined()
})

test('rules go with the role they came from, and a hand-made rule does not stay', () => {
  const cluster = clusterOf(role('all', { ...gathers('x'), rules: [pods('mine')] }), role('a', { rules: [pods('get')] }, { to: 'x' }))
  cluster.settle([clusterRoleAggregation()])
  expect(verbsOf(cluster, 'all')).toEqual(['get'])
  cluster.remove(cluster.view.get('clusterroles.rbac.authorization.k8s.io', '', 'a')!)
  cluster.settle([clusterRoleAggregation()])
  expect(verbsOf(cluster, 'all') ?? []).toEqual([])
})
